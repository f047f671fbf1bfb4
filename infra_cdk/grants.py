"""The role and the environment of a function, exactly as its grants require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra_cdk import names
from infra_cdk.stages import Stage
from layers import build
from solo60 import observability
from solo60.grants import Grant, Resource, Statement
from solo60.http.response import ALLOWED_ORIGIN_SETTING

QUEUE_SOURCE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STREAM_SOURCE_ACTIONS = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
)


class UnknownResource(ValueError):
    """A grant names something that does not exist."""


@dataclass(frozen=True)
class StackResources:
    """The resolver of a stack: `solo60.grants.Resolver`.

    Attributes
    ----------
    resources
        What has no deterministic ARN, by kind and name: the domain's queues, the secrets, the user pool.
    """

    stage: Stage
    resources: Mapping[tuple[str, str], Resource]

    def name(self, *parts: str) -> str:
        """`solo60-dev-<parts>`."""
        return names.Names(self.stage.name).of(*parts)

    def arn(self, service: str, resource: str) -> str:
        """An ARN in the stack's own account and region."""
        return names.arn(service, resource)

    def provided(self, kind: str, name: str) -> Resource:
        """What the stacks before and around the function made.

        Raises
        ------
        UnknownResource
            There is none of that kind and name.
        """
        if (kind, name) not in self.resources:
            others = ", ".join(sorted(other for known, other in self.resources if known == kind)) or "none"
            raise UnknownResource(f"there is no {kind} {name} here: {others}")
        return self.resources[kind, name]

    def setting(self, name: str) -> str:
        """A value of the stage.

        Raises
        ------
        UnknownResource
            The stage has no such setting.
        """
        if name not in self.stage.settings:
            raise UnknownResource(f"{name} is no setting of a stage: {', '.join(self.stage.settings)}")
        return self.stage.settings[name]


def allow(actions: Iterable[str], *resources: str, **conditions: Mapping[str, str]) -> iam.PolicyStatement:
    """One statement of a role."""
    return iam.PolicyStatement(actions=sorted(actions), resources=list(resources), conditions=conditions or None)


def statements(grants: Iterable[Grant], resolver: StackResources, log_group: str) -> list[iam.PolicyStatement]:
    """The statements of a function's role, with grants on the same resource united.

    Parameters
    ----------
    log_group
        The ARN of the function's own log group.
    """
    return [
        allow(("logs:CreateLogStream", "logs:PutLogEvents"), log_group),
        # X-Ray's actions have no resources, so a star is required.
        allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
        *(allow(s.actions, *s.resources, **s.conditions) for s in _united(_granted(grants, resolver))),
    ]


def _united(granted: Iterable[Statement]) -> list[Statement]:
    """One statement for each resource, and one for all resources with the same actions."""
    by_resource: dict[tuple[str, str], Statement] = {}
    for statement in granted:
        for resource in statement.resources:
            key = (resource, repr(statement.conditions))
            before = by_resource.get(key, statement)
            by_resource[key] = Statement(before.actions | statement.actions, (resource,), statement.conditions)
    by_actions: dict[tuple[frozenset[str], str], Statement] = {}
    for statement in by_resource.values():
        same = (statement.actions, repr(statement.conditions))
        before = by_actions.get(same, Statement(statement.actions, (), statement.conditions))
        by_actions[same] = before._replace(resources=before.resources + statement.resources)
    return list(by_actions.values())


def _granted(grants: Iterable[Grant], resolver: StackResources) -> list[Statement]:
    found = [statement for grant in grants for statement in grant.statements(resolver)]
    if resolver.stage.mail_by_identity:
        return found
    return [Statement(s.actions, ("*",)) if any(a.startswith("ses:") for a in s.actions) else s for s in found]


def wildcards(grants: Iterable[Grant], resolver: StackResources) -> dict[str, str]:
    """The resources with a star in a function's role, as the rule packs spell them, and why each is accepted."""
    return {
        _as_rule_packs_spell(resource): statement.wildcard_reason
        for grant in grants
        for statement in grant.statements(resolver)
        for resource in statement.resources
        if resource.endswith("*")
    }


def _as_rule_packs_spell(resource: str) -> str:
    for token, name in (
        (Aws.PARTITION, "<AWS::Partition>"),
        (Aws.REGION, "<AWS::Region>"),
        (Aws.ACCOUNT_ID, "<AWS::AccountId>"),
    ):
        resource = resource.replace(token, name)
    return resource


def environment(grants: Iterable[Grant], resolver: StackResources, domain: str) -> dict[str, str]:
    """The variables of a function.

    Raises
    ------
    UnknownResource
        A grant names a setting, a queue or a secret that does not exist.
    """
    stage = resolver.stage
    variables = {
        "POWERTOOLS_SERVICE_NAME": domain,
        "POWERTOOLS_METRICS_NAMESPACE": f"{observability.NAMESPACE}/{stage.name}",
        "POWERTOOLS_LOG_LEVEL": stage.log_level,
        # The search for pydantic plugins takes milliseconds of every cold start.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        ALLOWED_ORIGIN_SETTING: stage.allowed_origin,
    }
    if stage.tls_only:
        variables["AWS_CA_BUNDLE"] = f"/opt/python/{build.ROOTS}"
    for grant in grants:
        variables |= grant.variables(resolver)
    return dict(sorted(variables.items()))
