"""Constructs for all stacks: functions, queues with dead-letter queues, alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk import catalogue
from infra_cdk.checks import suppress
from infra_cdk.grants import (
    QUEUE_SOURCE_ACTIONS,
    STREAM_SOURCE_ACTIONS,
    StackResources,
    allow,
    environment,
    statements,
    wildcards,
)
from infra_cdk.names import Names
from infra_cdk.stages import LOG_RETENTION_DAYS, Stage
from solo60 import entry
from solo60.declarations import Function
from solo60.grants import Grant

R = TypeVar("R")

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64
KINDS = frozenset({"endpoints", "consumers", "workers", "jobs"})
"""The folders of declared functions."""
MAX_RECEIVES = 5
VISIBILITY_FACTOR = 6
DEAD_LETTERS_KEPT = Duration.days(14)

_RETENTION = dict(
    zip(
        LOG_RETENTION_DAYS,
        (kept for kept in logs.RetentionDays if kept is not logs.RetentionDays.INFINITE),
        strict=True,
    )
)


class UnexpectedResource(TypeError):
    """The CDK has made a construct of another resource than this code was written for."""


def resource_of(construct: Construct, kind: type[R]) -> R:
    """The CloudFormation resource below a construct.

    Raises
    ------
    UnexpectedResource
        It is of another type.
    """
    resource = construct.node.default_child
    if not isinstance(resource, kind):
        raise UnexpectedResource(f"{construct.node.path} is a {type(resource).__name__}, not a {kind.__name__}")
    return resource


def removal(stage: Stage) -> RemovalPolicy:
    """The removal policy of data. A stack whose creation failed leaves nothing that blocks the next attempt."""
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if stage.keeps_data else RemovalPolicy.DESTROY


def log_group(scope: Construct, id: str, stage: Stage, name: str) -> logs.LogGroup:
    """A log group with the stage's retention."""
    return logs.LogGroup(
        scope,
        id,
        log_group_name=name,
        retention=_RETENTION[stage.log_retention_days],
        removal_policy=removal(stage),
    )


def alarm(
    scope: Construct, id: str, names: Names, *, metric: cloudwatch.IMetric, description: str, threshold: float = 0
) -> cloudwatch.Alarm:
    """An alarm on the stage's topic, for a metric above `threshold` in one period."""
    made = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        alarm_description=description,
        threshold=threshold,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    made.add_alarm_action(actions.SnsAction(sns.Topic.from_topic_arn(scope, f"{id}Topic", names.alarm_topic_arn)))
    return made


def dead_letters(scope: Construct, id: str, stage: Stage, name: str) -> sqs.Queue:
    """A dead-letter queue with its alarm."""
    queue = sqs.Queue(
        scope,
        id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=stage.tls_only,
        retention_period=DEAD_LETTERS_KEPT,
    )
    for rule in ("AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"):
        suppress(queue, rule, "It is a dead-letter queue: an operator handles its messages, and an alarm reports them.")
    alarm(
        scope,
        f"{id}Alarm",
        Names(stage.name),
        metric=queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(1), statistic="Maximum"),
        description=f"Messages in {name}: work that failed five times and needs an operator",
    )
    return queue


@dataclass(frozen=True)
class WorkQueue:
    """A queue and its dead-letter queue."""

    queue: sqs.Queue
    dead: sqs.Queue


def work_queue(scope: Construct, id: str, stage: Stage, name: str, timeout_seconds: int) -> WorkQueue:
    """A queue for a function with this time-out, with a dead-letter queue and its alarm."""
    dead = dead_letters(scope, f"{id}Dead", stage, f"{name}-dead")
    queue = sqs.Queue(
        scope,
        id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=stage.tls_only,
        visibility_timeout=Duration.seconds(timeout_seconds * VISIBILITY_FACTOR),
        retention_period=Duration.days(4),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=MAX_RECEIVES),
    )
    return WorkQueue(queue, dead)


@dataclass(frozen=True)
class Code:
    """The code package and the layers of a domain's functions.

    Attributes
    ----------
    extra_layers
        By name, for the functions that declare them.
    """

    package: lambda_.Code
    layers: Sequence[lambda_.ILayerVersion]
    extra_layers: Mapping[str, lambda_.ILayerVersion]


def reads_queue(queue: sqs.IQueue) -> iam.PolicyStatement:
    """The permissions to receive messages from `queue`."""
    return allow(QUEUE_SOURCE_ACTIONS, queue.queue_arn)


def reads_stream(stream_arn: str) -> iam.PolicyStatement:
    """The permissions to read a table's stream."""
    return allow(STREAM_SOURCE_ACTIONS, stream_arn)


def dead_letters_to(queue: sqs.IQueue) -> iam.PolicyStatement:
    """The permission for Lambda to send failed invocations to `queue`."""
    return allow(("sqs:SendMessage",), queue.queue_arn)


def function(
    scope: Construct,
    stage: Stage,
    declaration: Function,
    grants: Sequence[Grant],
    *,
    resolver: StackResources,
    code: Code,
    sources: Sequence[iam.PolicyStatement] = (),
) -> lambda_.Alias:
    """A declared function, with its log group and a role with exactly the permissions that it is granted.

    Parameters
    ----------
    grants
        What the handler and the runtime around it use.
    sources
        Further permissions, for Lambda to read its event sources.

    Returns
    -------
    Alias
        `live`, on the version of this code and configuration. Whatever invokes the function invokes the alias, so that
        a deployment takes effect as a whole, once the new version is complete.
    """
    names = Names(stage.name)
    id = construct_id(declaration)
    name = names.function(declaration)
    group = log_group(scope, f"{id}Logs", stage, f"/aws/lambda/{name}")
    granted = statements(grants, resolver, group.log_group_arn)
    role = iam.Role(
        scope,
        f"{id}Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"grants": iam.PolicyDocument(statements=[*granted, *sources])},
    )
    for rule in ("AwsSolutions-IAM5[Resource::*]", "Serverless-LambdaStarPermissions"):
        suppress(role, rule, "X-Ray's two actions have no resources; a template test finds any other star.")
    made = lambda_.Function(
        scope,
        id,
        function_name=name,
        description=(declaration.summary or f"{declaration.domain} {declaration.name}")[:256],
        handler=entry.HANDLER,
        code=code.package,
        layers=[*code.layers, *(code.extra_layers[name] for name in declaration.layers)],
        runtime=RUNTIME,
        architecture=ARCHITECTURE,
        timeout=Duration.seconds(declaration.timeout_seconds),
        memory_size=declaration.memory_mb,
        environment={
            **environment(grants, resolver, declaration.domain),
            entry.FUNCTION_MODULE: declaration.module,
        },
        tracing=lambda_.Tracing.ACTIVE,
        log_group=group,
        # Frozen: constructs for event sources or tracing must not add permissions to those of the declaration.
        role=role.without_policy_updates(),
    )
    resource = resource_of(made, lambda_.CfnFunction)
    # The CDK adds the role as a dependency although the function refers to it.
    resource.add_deletion_override("DependsOn")
    for star, reason in wildcards(grants, resolver).items():
        suppress(role, f"AwsSolutions-IAM5[Resource::{star}]", reason)
    for rule in ("AwsSolutions-L1", "Serverless-LambdaLatestVersion"):
        suppress(made, rule, "The layers are built, compiled and tested for this one version.")
    suppress(
        made,
        "Serverless-LambdaDLQ",
        "Only jobs are invoked asynchronously, and their invoke configuration has a dead-letter queue; queues and "
        "streams have their own.",
    )
    return lambda_.Alias(scope, f"{id}Live", alias_name=catalogue.ALIAS, version=made.current_version)


def feed_from_queue(function: lambda_.Alias, queue: sqs.IQueue, *, batch_size: int, max_concurrency: int) -> None:
    """Connect a function to a queue. Messages that it reports as failed return to the queue."""
    function.add_event_source_mapping(
        "Queue",
        event_source_arn=queue.queue_arn,
        batch_size=batch_size,
        max_concurrency=max_concurrency,
        report_batch_item_failures=True,
    )
    suppress(
        function.node.find_child("Queue"),
        "Serverless-LambdaEventSourceMappingDestination",
        "A queue's mapping has no destination: failed messages go to the dead-letter queue of the queue.",
    )


def construct_id(declaration: Function) -> str:
    """`EndpointBookSession`: from kind and name, not from the folder, so that a file may move after a deployment."""
    *_, kind, name = declaration.module.split(".")
    words = (kind.removesuffix("s"), *name.split("_")) if kind in KINDS else (name,)
    return "".join(word.title() for word in words)
