"""A domain's bucket: private, versioned, over TLS alone, and its objects for the functions alone that have a grant."""

from __future__ import annotations

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk import catalogue
from infra_cdk.checks import suppress
from infra_cdk.constructs import removal
from infra_cdk.names import Names
from infra_cdk.stages import Stage
from solo60.domains import Bucket
from solo60.grants import BucketGrant, PublicObjectsGrant, Resource

PENDING_KEPT = Duration.days(1)
"""Of what was put by signed forms and is in nobody's file any more: the shortest time that S3 offers."""
OLD_VERSIONS_KEPT = Duration.days(7)
"""To undo a wrong deletion; then what a member has deleted is gone."""
FORM_ANSWER_KEPT_SECONDS = 3_600


def bucket(scope: Construct, stage: Stage, declared: Bucket, distribution: Resource) -> s3.Bucket:
    """The bucket, with its policy and its lifecycle.

    Parameters
    ----------
    distribution
        What shows the public part of it to all; without a value, nothing does.
    """
    names = Names(stage.name)
    made = s3.Bucket(
        scope,
        f"Bucket{declared.name.title()}",
        bucket_name=names.bucket(declared.name),
        versioned=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=stage.tls_only,
        minimum_tls_version=1.2 if stage.tls_only else None,
        removal_policy=removal(stage),
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.POST, s3.HttpMethods.GET],
                allowed_origins=[stage.allowed_origin],
                allowed_headers=["*"],
                max_age=FORM_ANSWER_KEPT_SECONDS,
            )
        ],
        lifecycle_rules=[
            s3.LifecycleRule(
                id="pending",
                prefix=declared.pending,
                expiration=PENDING_KEPT,
                noncurrent_version_expiration=PENDING_KEPT,
            ),
            s3.LifecycleRule(
                id="old-versions",
                noncurrent_version_expiration=OLD_VERSIONS_KEPT,
                expired_object_delete_marker=True,
                abort_incomplete_multipart_upload_after=PENDING_KEPT,
            ),
        ],
    )
    if stage.tls_only:
        made.add_to_resource_policy(_deny_others(names, declared, made))
    if distribution.value:
        made.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Distribution",
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[made.arn_for_objects(f"{declared.public}*")],
                conditions={"StringEquals": {"aws:SourceArn": distribution.arn}},
            )
        )
    suppress(
        made,
        "AwsSolutions-S1",
        "Who reads what is in the service's own access log: signed addresses would all have the function's name here.",
    )
    return made


def _deny_others(names: Names, declared: Bucket, made: s3.Bucket) -> iam.PolicyStatement:
    """Refuse objects to all but the roles of functions with a grant, administrators of the account included."""
    return iam.PolicyStatement(
        sid="OnlyFunctions",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*"],
        resources=[made.arn_for_objects("*")],
        conditions={
            "ArnNotLike": {
                # CloudFormation begins the name of a role with that of its stack.
                "aws:PrincipalArn": [
                    f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/{names.of(domain)}-*"
                    for domain in domains_with_grants(declared.name)
                ]
            },
            # Lifecycle rules are S3's own doing, and the distribution has a statement of its own.
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    )


def domains_with_grants(bucket: str) -> list[str]:
    """The domains with a function that uses a bucket itself."""
    return sorted(
        {
            service.domain.name
            for service in catalogue.services()
            for function in service.functions
            for grant in function.grants
            if isinstance(grant, BucketGrant) and not isinstance(grant, PublicObjectsGrant) and grant.name == bucket
        }
    )
