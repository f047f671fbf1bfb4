"""Files are private: no public access, TLS alone, and their objects for the functions alone that have a grant."""

from __future__ import annotations

from typing import Any

import pytest

from template_tests.reading import DISTRIBUTION, Assembly, Resource, listed

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


def test_its_policy_allows_the_distribution_to_read_what_is_public_and_nothing_else(
    prod: Assembly, bucket: Resource, denials: list[dict[str, Any]]
) -> None:
    policy = prod.one("AWS::S3::BucketPolicy", Bucket={"Ref": bucket.id})
    [allowed] = [each for each in policy["PolicyDocument"]["Statement"] if each not in denials]
    [distribution] = prod.resources(DISTRIBUTION)
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert (allowed["Effect"], allowed["Action"]) == ("Allow", "s3:GetObject")
    assert prod.text(allowed["Resource"]) == f"${{{bucket.id}.Arn}}/public/*"
    [condition] = allowed["Condition"].items()
    assert condition[0] == "StringEquals"
    assert prod.text(condition[1]["aws:SourceArn"]).endswith(f":distribution/${{{distribution.id}}}")


def test_the_distribution_reads_below_what_is_public_with_its_own_name(prod: Assembly, bucket: Resource) -> None:
    [distribution] = prod.resources(DISTRIBUTION)
    settings = distribution["DistributionConfig"]
    [origin] = settings["Origins"]
    assert prod.text(origin["DomainName"]).startswith(prod.text(bucket["BucketName"]) + ".s3.")
    assert (origin["OriginPath"], "S3OriginConfig" in origin) == ("/public", True)
    assert "OriginAccessControlId" in origin
    [access] = prod.resources("AWS::CloudFront::OriginAccessControl")
    assert access["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    behavior = settings["DefaultCacheBehavior"]
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert set(behavior["AllowedMethods"]) == {"GET", "HEAD"}
    assert "CacheBehaviors" not in settings
    [cache] = prod.resources("AWS::CloudFront::CachePolicy")
    assert cache["CachePolicyConfig"]["MaxTTL"] == 300, "what was deleted is gone from the edge after five minutes"
    assert cache["CachePolicyConfig"]["MinTTL"] == 0


def test_only_tls_is_spoken(denials: list[dict[str, Any]]) -> None:
    conditions = [each["Condition"] for each in denials if each["Action"] == "s3:*"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in conditions
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in conditions


def test_functions_that_give_addresses_need_no_bucket(prod: Assembly) -> None:
    """On AWS an address is the distribution's domain and the key."""
    functions = prod.resources("AWS::Lambda::Function", stack="user")
    variables = [each["Environment"]["Variables"] for each in functions]
    assert [each for each in variables if "DISTRIBUTION_FILES" in each]
    assert [each for each in variables if "BUCKET_FILES" in each] == []


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
