"""solo60.grants: what each kind allows, on which resource, and which variables it brings."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from solo60.grants import (
    BucketGrant,
    Do,
    EventBusGrant,
    Grant,
    IdentityGrant,
    MailGrant,
    PublicObjectsGrant,
    QueueGrant,
    Resource,
    SecretGrant,
    SettingGrant,
    TableGrant,
    tables,
)


class Stage:
    """A resolver whose answers can be told apart."""

    def name(self, *parts: str) -> str:
        return "-".join(("solo60-test", *parts))

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{service}:{resource}"

    def provided(self, kind: str, name: str) -> Resource:
        return Resource(f"the value of {kind} {name}", f"the arn of {kind} {name}")

    def setting(self, name: str) -> str:
        return f"the stage's {name}"


STAGE = Stage()


def _allowed(grant: Grant) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for statement in grant.statements(STAGE)
        for action in statement.actions
        for resource in statement.resources
    }


TABLE = "arn:dynamodb:table/solo60-test-session"


def test_a_table_allows_its_actions_on_the_table_and_queries_on_its_indexes_alone() -> None:
    grant = TableGrant("session", {Do.GET, Do.PUT}, indexes={"by_member", "by_due"})
    assert _allowed(grant) == {
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/by_due"),
        ("dynamodb:Query", f"{TABLE}/index/by_member"),
    }
    assert grant.variables(STAGE) == {"TABLE_SESSION": "solo60-test-session"}


def test_a_query_of_the_table_reaches_no_index() -> None:
    assert _allowed(TableGrant("session", {Do.QUERY})) == {("dynamodb:Query", TABLE)}


def test_a_table_of_which_only_an_index_is_queried_allows_nothing_on_itself() -> None:
    grant = TableGrant("session", indexes={"by_member"})
    assert _allowed(grant) == {("dynamodb:Query", f"{TABLE}/index/by_member")}
    assert len(grant.statements(STAGE)) == 1, "a statement without an action or a resource is refused by IAM"


def test_a_queue_can_be_sent_to() -> None:
    grant = QueueGrant("stripe-events")
    assert _allowed(grant) == {("sqs:SendMessage", "the arn of queue stripe-events")}
    assert grant.variables(STAGE) == {"QUEUE_STRIPE_EVENTS": "the value of queue stripe-events"}


def test_the_objects_of_a_bucket_are_allowed_below_a_prefix() -> None:
    grant = BucketGrant("files", {"GetObject"}, under="pending/")
    assert _allowed(grant) == {("s3:GetObject", "the arn of bucket files/pending/*")}
    assert grant.variables(STAGE) == {"BUCKET_FILES": "the value of bucket files"}
    told = BucketGrant("files", {"GetObject"}, under="pending/", lists=True)
    assert _allowed(told) - _allowed(grant) == {("s3:ListBucket", "the arn of bucket files")}


class WithoutDistribution(Stage):
    """A resolver of a stage that has none."""

    def provided(self, kind: str, name: str) -> Resource:
        return Resource("") if kind == "distribution" else super().provided(kind, name)


def test_public_objects_are_the_distribution_s_or_signed() -> None:
    grant = PublicObjectsGrant("files", under="public/")
    assert grant.statements(STAGE) == ()
    assert grant.variables(STAGE) == {"DISTRIBUTION_FILES": "the value of distribution files"}
    [statement] = grant.statements(WithoutDistribution())
    assert statement.resources == ("the arn of bucket files/public/*",)
    signed = {"DISTRIBUTION_FILES": "", "BUCKET_FILES": "the value of bucket files"}
    assert grant.variables(WithoutDistribution()) == signed


def test_a_secret_can_be_read() -> None:
    grant = SecretGrant("cursor-key")
    assert _allowed(grant) == {("secretsmanager:GetSecretValue", "the arn of secret cursor-key")}
    assert grant.variables(STAGE) == {"SECRET_CURSOR_KEY": "the value of secret cursor-key"}


def test_an_identity_allows_its_operations_on_the_pool() -> None:
    grant = IdentityGrant({"AdminGetUser", "AdminCreateUser"})
    assert _allowed(grant) == {
        ("cognito-idp:AdminCreateUser", "the arn of user-pool members"),
        ("cognito-idp:AdminGetUser", "the arn of user-pool members"),
    }
    assert grant.variables(STAGE) == {
        "USER_POOL_ID": "the value of user-pool members",
        "USER_POOL_CLIENT_ID": "the value of user-pool-client members",
    }


def test_mail_is_sent_from_the_stage_s_sender_alone() -> None:
    grant = MailGrant()
    assert _allowed(grant) == {
        (action, resource)
        for action in ("ses:SendEmail", "ses:SendRawEmail")
        for resource in ("arn:ses:identity/*", "arn:ses:configuration-set/solo60-test-mail")
    }
    [statement] = grant.statements(STAGE)
    assert statement.conditions == {"StringEquals": {"ses:FromAddress": "the stage's MAIL_SENDER"}}
    assert grant.variables(STAGE) == {"MAIL_FROM": "SOLO60 <the stage's MAIL_SENDER>"}


def test_events_go_to_the_bus() -> None:
    grant = EventBusGrant()
    assert _allowed(grant) == {("events:PutEvents", "arn:events:event-bus/solo60-test-events")}
    assert grant.variables(STAGE) == {"EVENT_BUS": "solo60-test-events"}


def test_a_setting_is_a_variable_and_no_permission() -> None:
    grant = SettingGrant("VERSION")
    assert grant.statements(STAGE) == ()
    assert grant.variables(STAGE) == {"VERSION": "the stage's VERSION"}


def _kinds(base: type[Grant]) -> set[type[Grant]]:
    return {base}.union(*(_kinds(kind) for kind in base.__subclasses__())) - {Grant}


EVERY_KIND = [
    TableGrant("session", {Do.GET}),
    QueueGrant("a"),
    BucketGrant("a", {"GetObject"}, under="b/", lists=True),
    PublicObjectsGrant("a", under="b/"),
    SecretGrant("a"),
    IdentityGrant({"AdminGetUser"}),
    MailGrant(),
    EventBusGrant(),
    SettingGrant("A"),
]


def test_every_kind_is_here() -> None:
    assert {type(grant) for grant in EVERY_KIND} == _kinds(Grant)


@pytest.mark.parametrize("grant", EVERY_KIND, ids=lambda grant: type(grant).__name__)
def test_a_star_in_a_resource_says_why(grant: Grant) -> None:
    for statement in grant.statements(STAGE):
        starred = any("*" in resource for resource in statement.resources)
        assert starred == bool(statement.wildcard_reason)


@pytest.mark.parametrize("grant", EVERY_KIND, ids=lambda grant: type(grant).__name__)
def test_a_grant_is_frozen(grant: Grant) -> None:
    with pytest.raises(FrozenInstanceError):
        grant.name = "another"  # type: ignore[misc]


def test_grants_are_equal_by_kind_and_value() -> None:
    assert QueueGrant("a") == QueueGrant("a")
    assert len({QueueGrant("a"), QueueGrant("a"), QueueGrant("b"), SecretGrant("a")}) == 3


def test_grants_on_one_table_unite() -> None:
    grants = (
        TableGrant("session", {Do.GET}, indexes={"by_due"}),
        QueueGrant("a"),
        TableGrant("user", {Do.CHECK}),
        TableGrant("session", {Do.PUT}, indexes={"by_member"}),
    )
    assert tables(grants) == {
        "session": TableGrant("session", {Do.GET, Do.PUT}, indexes={"by_due", "by_member"}),
        "user": TableGrant("user", {Do.CHECK}),
    }
