"""AWS round trips of every endpoint, and the items it reads while the tables grow."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from infra_cdk import catalogue
from solo60 import aws
from solo60.grants import tables
from solo60.http.endpoint import Endpoint
from solo60.ids import new_id
from tests.fakes.aws import aws_client
from tests.handlers.session import world as sessions
from tests.scenarios.requests import prepare
from tests.scenarios.world import World, made

SUCCESSES = {200, 201, 202, 204}
SERVICES = ("dynamodb", "sqs", "cognito-idp", "secretsmanager")
CHANGES = {"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "SendMessage"}
WITHOUT_EFFECT = {"POST /sessions/quote"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
BATCH = 25


@dataclass(frozen=True)
class Trips:
    """What one endpoint's success costs."""

    route: str
    operations: tuple[str, ...]
    items: int


@dataclass
class Counted:
    """What one call asked of AWS.

    Attributes
    ----------
    operations
        Names of the AWS calls, in order.
    items
        Items that DynamoDB read for them.
    """

    operations: list[str] = field(default_factory=list)
    items: int = 0

    def before(self, model: Any, **_: Any) -> None:
        """Count a call."""
        self.operations.append(model.name)

    def after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        """Count what a call has read."""
        if "ScannedCount" in parsed:
            self.items += parsed["ScannedCount"]
        elif "Item" in parsed:
            self.items += 1
        elif model.name == "BatchGetItem":
            self.items += sum(len(items) for items in parsed["Responses"].values())


@contextmanager
def _counting() -> Iterator[Counted]:
    counted = Counted()
    with _hooks("before-call", counted.before), _hooks("after-call", counted.after):
        yield counted


@contextmanager
def _hooks(event: str, hook: Any) -> Iterator[None]:
    for service in SERVICES:
        aws.client(service).meta.events.register(f"{event}.{service}", hook)
    try:
        yield
    finally:
        for service in SERVICES:
            aws.client(service).meta.events.unregister(f"{event}.{service}", hook)


def _count(world: World, endpoint: Endpoint) -> Counted:
    declared = endpoint.declaration
    request = prepare(world, endpoint)
    with _counting() as counted:
        answer = request()
    if answer.status not in SUCCESSES:
        raise RuntimeError(f"{declared.route} answered {answer.status}: {answer.text[:300]}")
    if declared.writes and declared.route not in WITHOUT_EFFECT and not CHANGES.intersection(counted.operations):
        raise RuntimeError(f"{declared.route} changed nothing: what was counted is not what a change costs")
    return counted


def measure() -> list[Trips]:
    """Every endpoint's AWS calls, each in a world of its own."""
    found = []
    for endpoint in catalogue.endpoints():
        with made() as world:
            counted = _count(world, endpoint)
        found.append(Trips(endpoint.declaration.route, tuple(counted.operations), counted.items))
    return found


def growth(sizes: tuple[int, ...]) -> dict[str, list[int]]:
    """Items read by each endpoint that reads, once each of its tables in turn has so many rows.

    Half of the rows added belong to the very member who asks, half to others; gyms are added elsewhere in the
    country. Packs are not multiplied: what is on sale is one short list, whatever the number of members.
    """
    # The threshold of a function that starts (`solo60`) would let moto's garbage pile up here.
    gc.set_threshold(700, 10, 10)
    found = {endpoint.declaration.route: [0] * len(sizes) for endpoint in catalogue.endpoints()}
    for number, size in enumerate(sizes):
        for service in catalogue.services():
            if service.domain.table:
                for route, items in _counted_in_a_grown(service, size).items():
                    found[route][number] = max(found[route][number], items)
    return {route: items for route, items in found.items() if any(items)}


def _counted_in_a_grown(service: catalogue.Service, size: int) -> dict[str, int]:
    """Items read by every endpoint that is granted a service's table, once that table has grown."""
    gc.collect()
    counted = {}
    with made() as world:
        for endpoint in catalogue.endpoints():
            prepare(world, endpoint)()
            world.put_in_order()
        _grow(world, service, size)
        for endpoint in catalogue.endpoints():
            if service.domain.name in tables(endpoint.grants):
                request = prepare(world, endpoint)
                with _counting() as counting:
                    request()
                counted[endpoint.declaration.route] = counting.items
                world.put_in_order()
    return counted


def _grow(world: World, service: catalogue.Service, size: int) -> None:
    client = aws_client("dynamodb")
    name = catalogue.table_name("test", service.domain.name)
    rows = client.scan(TableName=name)["Items"]
    templates = [row for row in rows if not row["PK"]["S"].startswith("PACKAGE")]
    if service.domain.name == "gym":
        elsewhere = sessions.add_gym(name="Elsewhere", latitude=55.9, longitude=-3.2)
        found = client.query(
            TableName=name,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": f"GYM#{elsewhere}"}},
        )
        templates = found["Items"]
    pending: list[dict[str, Any]] = []
    for row in _clones(templates, world.member, size - len(rows)):
        pending.append({"PutRequest": {"Item": row}})
        if len(pending) == BATCH:
            client.batch_write_item(RequestItems={name: pending})
            pending = []
    if pending:
        client.batch_write_item(RequestItems={name: pending})


def _clones(templates: list[dict[str, Any]], member: str, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        row = templates[number % len(templates)]
        own = number // len(templates) % 2 == 0
        renamed: dict[str, str] = {member: member} if own else {}
        copy = _renamed(row, renamed)
        if (copy["PK"], copy["SK"]) == (row["PK"], row["SK"]):
            copy = _renamed(row, {})
        yield copy


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, names): _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, str):
        return UUID.sub(lambda match: names.setdefault(match.group(), new_id()), value)
    return value


def main() -> None:
    """Print the AWS calls of each endpoint."""
    for trips in measure():
        print(len(trips.operations), trips.route, ", ".join(trips.operations), sep="\t")


if __name__ == "__main__":
    main()
