"""One service: its table, its functions, their event sources, and alarms."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra_cdk import buckets, catalogue, code, constructs
from infra_cdk.catalogue import CatalogueError, Declared, Service
from infra_cdk.constructs import WorkQueue
from infra_cdk.grants import StackResources
from infra_cdk.names import Names
from infra_cdk.stages import Stage
from layers import build
from solo60.consumers import Consumer, ConsumerDeclaration
from solo60.events import OUTBOX_KIND
from solo60.grants import Resource
from solo60.jobs import Job
from solo60.relay import Relay
from solo60.workers import Worker
from storage.keys import BUCKET

ASYNC_RETRIES = 2
STREAM_RETRIES = 10_000
"""Lambda's maximum. As long as the stream keeps a record, an outage of the bus delays events, but loses none."""
LAGS_AFTER = Duration.minutes(2)


NOWHERE = Resource("")
"""The distribution of a stage without one."""


class UndeclaredQueue(ValueError):
    """A worker on a queue that its domain does not declare."""


class ServiceStack(Stack):
    """A domain's resources, from its declarations.

    Parameters
    ----------
    secrets
        ARNs by name.
    pool_arn, pool_id, client_id
        Of the identity stack.
    pictures
        The distribution of the bucket of files.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        service: Service,
        *,
        secrets: dict[str, str],
        pool_arn: str,
        pool_id: str,
        client_id: str,
        pictures: Resource,
        **options: Any,
    ) -> None:
        super().__init__(scope, id, **options)
        self._stage, self._names, self._service = stage, Names(stage.name), service
        self._domain = service.domain.name
        self._code = self._assets()
        self.table = self._table() if service.domain.table else None
        self._queues = self._work_queues()
        self._relay_dead = {
            relay.dead_letters: constructs.dead_letters(self, "RelayDead", stage, self._names.of(relay.dead_letters))
            for relay in (service.relay,)
            if relay is not None
        }
        self._resources = StackResources(
            stage,
            {
                **{
                    ("queue", name): Resource(made.queue.queue_url, made.queue.queue_arn)
                    for name, made in self._queues.items()
                },
                **{
                    ("queue", name): Resource(queue.queue_url, queue.queue_arn)
                    for name, queue in self._relay_dead.items()
                },
                **{("secret", name): Resource(arn, arn) for name, arn in secrets.items()},
                **{
                    ("bucket", bucket.name): Resource(
                        self._names.bucket(bucket.name), self._names.bucket_arn(bucket.name)
                    )
                    for each in catalogue.services()
                    for bucket in each.domain.buckets
                },
                ("distribution", BUCKET): pictures,
                ("user-pool", "members"): Resource(pool_id, pool_arn),
                ("user-pool-client", "members"): Resource(client_id),
            },
        )
        for bucket in service.domain.buckets:
            buckets.bucket(self, stage, bucket, pictures)
        for endpoint in service.endpoints:
            self._function(endpoint)
        for consumer in service.consumers:
            self._consume(consumer)
        for worker in service.workers:
            self._work(worker)
        for job in service.jobs:
            self._run(job)
        if service.relay is not None:
            self._relay(service.relay)

    def _assets(self) -> constructs.Code:
        platform = self._stage.layer_platform
        package = code.package(self._domain, platform)
        layers = [
            self._layer(name, tree, description)
            for name, tree, description in (
                ("Dependencies", build.dependencies(platform), "Third-party packages, from the lock file"),
                ("Shared", build.shared(platform), "The shared package, solo60"),
            )
        ]
        extra = sorted({name for function in self._service.functions for name in function.declaration.layers})
        return constructs.Code(
            lambda_.Code.from_asset(str(package.path), asset_hash=package.digest),
            layers,
            {
                name: self._layer(name.title(), build.extra_layer(name, platform), f"Packages for {name}")
                for name in extra
            },
        )

    def _layer(self, id: str, tree: build.Tree, description: str) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            id,
            code=lambda_.Code.from_asset(str(tree.path), asset_hash=tree.digest),
            description=description,
            compatible_runtimes=[constructs.RUNTIME],
            compatible_architectures=[constructs.ARCHITECTURE],
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _table(self) -> dynamodb.Table:
        text = dynamodb.AttributeType.STRING
        table = dynamodb.Table(
            self,
            "Table",
            table_name=self._names.table(self._domain),
            partition_key=dynamodb.Attribute(name="PK", type=text),
            sort_key=dynamodb.Attribute(name="SK", type=text),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=self._stage.keeps_data,
            removal_policy=constructs.removal(self._stage),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
            time_to_live_attribute="ttl",
        )
        for index in self._service.domain.indexes:
            table.add_global_secondary_index(
                index_name=index.name,
                partition_key=dynamodb.Attribute(name=f"{index.name}_pk", type=text),
                sort_key=dynamodb.Attribute(name=f"{index.name}_sk", type=text),
                projection_type=dynamodb.ProjectionType.ALL,
            )
        return table

    def _work_queues(self) -> dict[str, WorkQueue]:
        declared = {queue.name for queue in self._service.domain.queues}
        workers = {worker.declaration.queue: worker.declaration for worker in self._service.workers}
        if not workers.keys() <= declared:
            raise UndeclaredQueue(f"{self._domain}: queues {sorted(declared)}, workers on {sorted(workers)}")
        return {
            name: constructs.work_queue(
                self,
                _words("queue", name),
                self._stage,
                self._names.of(name),
                # A queue without a worker stores its messages.
                workers[name].timeout_seconds if name in workers else 30,
            )
            for name in sorted(declared)
        }

    def _function(self, declared: Declared, *fed_by: iam.PolicyStatement) -> lambda_.Alias:
        return constructs.function(
            self,
            self._stage,
            declared.declaration,
            declared.grants,
            resolver=self._resources,
            code=self._code,
            sources=fed_by,
        )

    def _feed(self, declared: Consumer | Worker, made: WorkQueue) -> None:
        function = self._function(declared, constructs.reads_queue(made.queue))
        constructs.feed_from_queue(
            function,
            made.queue,
            batch_size=declared.declaration.batch_size,
            max_concurrency=declared.declaration.max_concurrency,
        )

    def _consume(self, consumer: Consumer) -> None:
        declaration = consumer.declaration
        id = constructs.construct_id(declaration)
        made = constructs.work_queue(
            self, f"{id}Queue", self._stage, self._names.function(declaration), declaration.timeout_seconds
        )
        self._feed(consumer, made)
        bus = events.EventBus.from_event_bus_name(self, f"{id}Bus", self._names.bus)
        for source, detail_types in _by_source(declaration).items():
            events.Rule(
                self,
                _words(id, "from", source),
                description=f"{', '.join(detail_types)} to {declaration.domain}'s {declaration.name}",
                event_bus=bus,
                event_pattern=events.EventPattern(source=[f"solo60.{source}"], detail_type=detail_types),
                # Events that the bus cannot deliver have the format of the queue's messages, and are redriven alike.
                targets=[targets.SqsQueue(made.queue, dead_letter_queue=made.dead)],
            )

    def _work(self, worker: Worker) -> None:
        self._feed(worker, self._queues[worker.declaration.queue])

    def _run(self, job: Job) -> None:
        declaration = job.declaration
        id = constructs.construct_id(declaration)
        name = self._names.function(declaration)
        dead = constructs.dead_letters(self, f"{id}Dead", self._stage, f"{name}-dead")
        function = self._function(job, constructs.dead_letters_to(dead))
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(dead),
            retry_attempts=ASYNC_RETRIES,
            max_event_age=Duration.hours(1),
        )
        rule = events.CfnRule(
            self,
            f"{id}Schedule",
            name=name,
            description=declaration.summary or name,
            schedule_expression=declaration.schedule,
            targets=[
                events.CfnRule.TargetProperty(
                    id="Job",
                    arn=function.function_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead.queue_arn),
                    retry_policy=events.CfnRule.RetryPolicyProperty(maximum_retry_attempts=ASYNC_RETRIES),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            f"{id}Permit",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        dead.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[dead.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
            )
        )

    def _relay(self, relay: Relay) -> None:
        if self.table is None:
            raise CatalogueError(f"{self._domain} relays events, but has no table")
        stream = self.table.table_stream_arn or ""
        # The relay's own grant is also what Lambda needs to send there what it gave up.
        function = self._function(relay, constructs.reads_stream(stream))
        function.add_event_source_mapping(
            "Stream",
            event_source_arn=stream,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=relay.declaration.batch_size,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=STREAM_RETRIES,
            on_failure=sources.SqsDlq(self._relay_dead[relay.dead_letters]),
            filters=[
                lambda_.FilterCriteria.filter(
                    {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [OUTBOX_KIND]}}}}
                )
            ],
        )
        constructs.alarm(
            self,
            "RelayLag",
            self._names,
            metric=function.lambda_.metric("IteratorAge", statistic="Maximum", period=Duration.minutes(1)),
            description=f"The relay of {self._domain} is late: events wait for their publication",
            threshold=LAGS_AFTER.to_milliseconds(),
        )


def _by_source(declaration: ConsumerDeclaration) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for event in declaration.events:
        found.setdefault(event.SOURCE, []).append(event.detail_type())
    return {source: sorted(found[source]) for source in sorted(found)}


def _words(*parts: str) -> str:
    return "".join(word[:1].upper() + word[1:] for part in parts for word in part.replace("_", "-").split("-"))
