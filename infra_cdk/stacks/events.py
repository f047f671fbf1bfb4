"""The event bus. The stacks of consumers contain its rules, the operations stack its archive."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra_cdk.names import Names
from infra_cdk.stages import Stage


class EventsStack(Stack):
    """The bus."""

    def __init__(self, scope: Construct, id: str, stage: Stage, **options: Any) -> None:
        super().__init__(scope, id, **options)
        names = Names(stage.name)
        self.bus = events.EventBus(
            self, "Bus", event_bus_name=names.bus, description="All events of the services of SOLO60"
        )
