"""Files are private: no public access, TLS alone, and their objects for the functions alone that have a grant."""

from __future__ import annotations

from typing import Any

import pytest

from template_tests.reading import Assembly, Resource, listed

FILES = "arn:${AWS::Partition}:s3:::solo60-prod-files-${AWS::AccountId}-${AWS::Region}"


@pytest.fixture
def bucket(prod: Assembly) -> Resource:
    [found] = prod.resources("AWS::S3::Bucket")
    return found


@pytest.fixture
def denials(prod: Assembly, bucket: Resource) -> list[dict[str, Any]]:
    policy = prod.one("AWS::S3::BucketPolicy", Bucket={"Ref": bucket.id})
    return [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Deny"]


def test_there_is_no_public_access_and_one_owner(bucket: Resource) -> None:
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def test_nothing_is_allowed_by_its_policy(prod: Assembly, bucket: Resource, denials: list[dict[str, Any]]) -> None:
    policy = prod.one("AWS::S3::BucketPolicy", Bucket={"Ref": bucket.id})
    assert policy["PolicyDocument"]["Statement"] == denials


def test_only_tls_is_spoken(denials: list[dict[str, Any]]) -> None:
    conditions = [each["Condition"] for each in denials if each["Action"] == "s3:*"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_objects_are_for_the_roles_of_functions_alone(prod: Assembly, denials: list[dict[str, Any]]) -> None:
    [only] = [each for each in denials if each.get("Sid") == "OnlyFunctions"]
    assert only["Principal"] == {"AWS": "*"}
    assert set(only["Action"]) == {"s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"}
    patterns = {prod.text(each) for each in listed(only["Condition"]["ArnNotLike"]["aws:PrincipalArn"])}
    roles = {
        role.stack
        for role in prod.resources("AWS::IAM::Role")
        for policy in role.get("Policies", [])
        if any(
            action.startswith("s3:")
            for each in policy["PolicyDocument"]["Statement"]
            for action in listed(each["Action"])
        )
    }
    assert patterns == {
        f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/solo60-prod-{stack}-*" for stack in roles
    }
    assert "storage" in roles


def test_versions_and_what_nobody_has_completed_end(bucket: Resource) -> None:
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["pending"]["Prefix"] == "pending/"
    assert rules["pending"]["ExpirationInDays"] == 1
    assert rules["pending"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert rules["old-versions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rules["old-versions"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}


def test_the_stage_s_app_alone_posts_forms(bucket: Resource) -> None:
    [rule] = bucket["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["https://app.solo60.example"]
    assert set(rule["AllowedMethods"]) == {"POST", "GET"}


def test_files_are_kept_with_the_stage_s_data(bucket: Resource) -> None:
    assert bucket.body["DeletionPolicy"] == "RetainExceptOnCreate"
