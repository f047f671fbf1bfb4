"""infra_cdk.grants: the statements and variables of a function, from its grants."""

from __future__ import annotations

from typing import Any

import pytest

from infra_cdk.grants import StackResources, UnknownResource, environment, statements, wildcards
from infra_cdk.stages import STAGES
from solo60.grants import Do, Grant, MailGrant, QueueGrant, Resource, SecretGrant, SettingGrant, TableGrant

RESOURCES = {
    ("queue", "one"): Resource("https://queue", "arn:queue"),
    ("secret", "key"): Resource("arn:key", "arn:key"),
}
PROD = StackResources(STAGES["prod"], RESOURCES)


def _statements(*grants: Grant, resolver: StackResources = PROD) -> list[dict[str, Any]]:
    """The statements of a role, without those for its logs and traces."""
    return [statement.to_json() for statement in statements(grants, resolver, "arn:logs")[2:]]


def test_grants_on_one_resource_become_one_statement() -> None:
    found = _statements(TableGrant("gym", {Do.GET}), QueueGrant("one"), TableGrant("gym", {Do.PUT, Do.GET}))
    assert [sorted(statement["Action"]) for statement in found if isinstance(statement["Action"], list)] == [
        ["dynamodb:GetItem", "dynamodb:PutItem"]
    ]
    assert [statement["Resource"] for statement in found if statement["Action"] == "sqs:SendMessage"] == ["arn:queue"]
    assert len(found) == 2


def test_resources_with_the_same_actions_share_a_statement() -> None:
    [found] = _statements(TableGrant("gym", {Do.GET}), TableGrant("user", {Do.GET}))
    assert len(found["Resource"]) == 2


def test_a_condition_is_kept_apart_from_what_has_none() -> None:
    [mail] = _statements(MailGrant())
    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": "hello@solo60.example"}}


def test_where_iam_does_not_know_senders_mail_is_not_narrowed() -> None:
    resolver = StackResources(STAGES["prod"].model_copy(update={"mail_by_identity": False}), RESOURCES)
    [mail] = _statements(MailGrant(), resolver=resolver)
    assert mail["Resource"] == "*"
    assert "Condition" not in mail


def test_a_star_is_accepted_with_the_grant_s_reason() -> None:
    assert list(wildcards((TableGrant("gym", {Do.GET}),), PROD)) == []
    [(resource, reason)] = wildcards((MailGrant(),), PROD).items()
    assert resource == "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*"
    assert "sender" in reason


def test_variables_come_from_the_grants() -> None:
    variables = environment((QueueGrant("one"), SecretGrant("key"), TableGrant("gym", {Do.GET})), PROD, "gym")
    assert variables["QUEUE_ONE"] == "https://queue"
    assert variables["SECRET_KEY"] == "arn:key"
    assert variables["TABLE_GYM"] == "solo60-prod-gym"
    assert variables["POWERTOOLS_SERVICE_NAME"] == "gym"


@pytest.mark.parametrize("grant", [QueueGrant("two"), SecretGrant("two"), SettingGrant("TWO")])
def test_what_nobody_provides_is_refused_by_name(grant: Grant) -> None:
    with pytest.raises(UnknownResource, match=f"(?i){grant.name}"):
        environment((grant,), PROD, "gym")
