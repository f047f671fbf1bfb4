"""The edge: a CloudFront distribution that shows the public pictures of the bucket of files, and nothing else of it.

The embedded engine does not support these resource types, so the local run has no distribution and signs addresses.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.checks import suppress
from infra_cdk.names import Names
from infra_cdk.stages import Stage
from solo60.grants import Resource
from storage.keys import BUCKET, PUBLIC

CACHED = Duration.minutes(5)
"""At the edge, where a deleted picture is gone after this time."""


class EdgeStack(Stack):
    """The distribution.

    Attributes
    ----------
    pictures
        Its domain and its ARN.
    """

    def __init__(self, scope: Construct, id: str, stage: Stage, **options: Any) -> None:
        super().__init__(scope, id, **options)
        names = Names(stage.name)
        # By its name: the bucket's policy names this distribution, so the bucket comes later.
        bucket = s3.Bucket.from_bucket_attributes(
            self, "Files", bucket_name=names.bucket(BUCKET), region=Aws.REGION, account=Aws.ACCOUNT_ID
        )
        access = cloudfront.S3OriginAccessControl(
            self, "Access", origin_access_control_name=names.of("pictures"), signing=cloudfront.Signing.SIGV4_ALWAYS
        )
        distribution = cloudfront.Distribution(
            self,
            "Pictures",
            comment=f"{names.of('pictures')}: pictures of members and gyms",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    bucket, origin_access_control=access, origin_id="files", origin_path=f"/{PUBLIC.rstrip('/')}"
                ),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                cache_policy=cloudfront.CachePolicy(
                    self,
                    "Cache",
                    cache_policy_name=names.of("pictures"),
                    min_ttl=Duration.seconds(0),
                    default_ttl=CACHED,
                    max_ttl=CACHED,
                ),
                compress=False,
                response_headers_policy=self._headers(names),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
        )
        self.pictures = Resource(distribution.domain_name, distribution.distribution_arn)
        for rule, reason in {
            "AwsSolutions-CFR1": "Members look at pictures from wherever they are.",
            "AwsSolutions-CFR2": "It shows static objects alone: a firewall would guard nothing behind it.",
            "AwsSolutions-CFR3": "A log would say who looks at whose picture, which nobody needs to know.",
            "AwsSolutions-CFR4": "The domain is CloudFront's own, whose certificate decides the version of TLS.",
        }.items():
            suppress(distribution, rule, reason)

    def _headers(self, names: Names) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=names.of("pictures"),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy="default-src 'none'; sandbox", override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=Duration.days(365), override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(
                        header="Cross-Origin-Resource-Policy", value="cross-origin", override=True
                    ),
                    # An address that is known to one browser stays out of search engines.
                    cloudfront.ResponseCustomHeader(header="X-Robots-Tag", value="noindex", override=True),
                ]
            ),
        )
