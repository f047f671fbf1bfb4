"""Tables, pool and secrets are kept, encrypted and restorable; the archive keeps no one-time secret."""

from __future__ import annotations

import pytest

from auth.login.repository import LONGEST
from infra_cdk import catalogue
from infra_cdk.catalogue import Service
from template_tests.reading import Assembly, arn

OWNERS = [service for service in catalogue.services() if service.domain.table]


def test_there_is_a_table_for_every_domain_that_owns_one(prod: Assembly) -> None:
    names = {table["TableName"] for table in prod.resources("AWS::DynamoDB::Table")}
    assert names == {catalogue.table_name("prod", service.domain.name) for service in OWNERS}


@pytest.mark.parametrize("service", OWNERS, ids=lambda service: service.domain.name)
def test_a_table_is_as_declared_and_guarded(prod: Assembly, service: Service) -> None:
    table = prod.one("AWS::DynamoDB::Table", TableName=catalogue.table_name("prod", service.domain.name))
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["PK", "SK"]
    indexes = {
        index["IndexName"]: (
            [key["AttributeName"] for key in index["KeySchema"]],
            index["Projection"]["ProjectionType"],
        )
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    assert indexes == {
        index.name: ([f"{index.name}_pk", f"{index.name}_sk"], "ALL") for index in service.domain.indexes
    }
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table.body["DeletionPolicy"] == "RetainExceptOnCreate"
    assert table.body["UpdateReplacePolicy"] == "Retain"


def test_data_is_retained_after_stack_deletion_only_in_prod(prod: Assembly, dev: Assembly) -> None:
    kinds = (
        "AWS::DynamoDB::Table",
        "AWS::Cognito::UserPool",
        "AWS::SecretsManager::Secret",
        "AWS::Logs::LogGroup",
        "AWS::Backup::BackupVault",
    )
    assert {resource.body["DeletionPolicy"] for resource in prod.resources(*kinds)} == {"RetainExceptOnCreate"}
    assert {resource.body["DeletionPolicy"] for resource in dev.resources(*kinds)} == {"Delete"}
    assert prod.resources("AWS::Cognito::UserPool")[0]["DeletionProtection"] == "ACTIVE"


def test_every_table_is_backed_up(prod: Assembly) -> None:
    [selection] = prod.resources("AWS::Backup::BackupSelection")
    assert {prod.text(resource) for resource in selection["BackupSelection"]["Resources"]} == {
        arn("dynamodb", f"table/{catalogue.table_name('prod', service.domain.name)}") for service in OWNERS
    }


def test_the_archive_keeps_every_event_but_secrets_and_personal_data(prod: Assembly) -> None:
    [archive] = prod.resources("AWS::Events::Archive")
    published = {event for service in catalogue.services() for event in catalogue.events_of(service.domain.name)}
    kept = set(archive["EventPattern"]["detail-type"])
    assert kept == {event.detail_type() for event in published if event.ARCHIVED}
    assert kept.isdisjoint({"VerificationCodeIssued", "ProfileChanged", "NotificationRequested"})
    assert set(archive["EventPattern"]["source"]) == {f"solo60.{event.SOURCE}" for event in published if event.ARCHIVED}
    assert prod.text(archive["SourceArn"]) == arn("events", "event-bus/solo60-prod-events")


def test_members_sign_in_by_the_backend_alone(prod: Assembly) -> None:
    [pool] = prod.resources("AWS::Cognito::UserPool")
    [client] = prod.resources("AWS::Cognito::UserPoolClient")
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert "UsernameAttributes" not in pool.properties
    assert pool["AliasAttributes"] == ["email"]
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert "AutoVerifiedAttributes" not in pool.properties or pool["AutoVerifiedAttributes"] == ["email"]
    assert {"Name": "user_id", "Mutable": False} in [
        {key: schema[key] for key in ("Name", "Mutable")} for schema in pool["Schema"]
    ]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 10
    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    # The auth service's own refresh tokens rotate; Cognito's never leave it.
    assert "RefreshTokenRotation" not in client.properties
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (15, "minutes")
    assert client["RefreshTokenValidity"] == LONGEST.total_seconds() / 60
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert not {"email", "email_verified", "custom:user_id"} & set(client["WriteAttributes"])
    assert {group["GroupName"] for group in prod.resources("AWS::Cognito::UserPoolGroup")} == {"member", "admin"}
