"""Deterministic names and ARNs, so that stacks refer to each other without exports, which block changes."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Aws

from infra_cdk import catalogue
from infra_cdk.catalogue import PROJECT
from solo60.declarations import Function


def arn(service: str, resource: str) -> str:
    """An ARN in the stack's own account and region."""
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


@dataclass(frozen=True)
class Names:
    """The names of a stage's resources."""

    stage: str

    def of(self, *parts: str) -> str:
        """`solo60-dev-<parts>`."""
        return "-".join((PROJECT, self.stage, *parts))

    def function(self, declaration: Function) -> str:
        """A Lambda's name."""
        return catalogue.function_name(self.stage, declaration)

    def alias(self, declaration: Function) -> str:
        """A Lambda's alias, as permissions and invocations name it."""
        return f"{self.function(declaration)}:{catalogue.ALIAS}"

    def alias_arn(self, declaration: Function) -> str:
        """The ARN of a Lambda's alias."""
        return arn("lambda", f"function:{self.alias(declaration)}")

    def table(self, domain: str) -> str:
        """The name of a domain's table."""
        return catalogue.table_name(self.stage, domain)

    def table_arn(self, domain: str) -> str:
        """The ARN of a domain's table."""
        return arn("dynamodb", f"table/{self.table(domain)}")

    def bucket(self, bucket: str) -> str:
        """The name of a bucket, which has to be the only one of all accounts and regions."""
        return self.of(bucket, Aws.ACCOUNT_ID, Aws.REGION)

    def bucket_arn(self, bucket: str) -> str:
        """The ARN of a bucket."""
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket(bucket)}"

    @property
    def bus(self) -> str:
        """The name of the event bus."""
        return self.of("events")

    @property
    def bus_arn(self) -> str:
        """The ARN of the event bus."""
        return arn("events", f"event-bus/{self.bus}")

    @property
    def alarm_topic_arn(self) -> str:
        """The ARN of the topic that alarms go to."""
        return arn("sns", self.of("alarms"))

    def secret(self, secret: str) -> str:
        """The name of a secret."""
        return f"{PROJECT}/{self.stage}/{secret}"
