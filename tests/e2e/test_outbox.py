"""Between a commit and its event anything may fail; the event arrives all the same, and its effect is there once."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.harness import EVENT_SECONDS, Member, World, eventually

pytestmark = pytest.mark.e2e

PREVENTED_SECONDS = 4
"""Many times longer than a confirmation takes."""


def _confirmations(world: World, someone: Member) -> int:
    return sum(mail.subject.startswith("Booked: ") for mail in world.inbox.to(someone.account.email))


def _expect_confirmations(world: World, someone: Member, count: int) -> None:
    eventually(lambda: _confirmations(world, someone), lambda found: found >= count, timeout=2 * EVENT_SECONDS)
    time.sleep(1)
    assert _confirmations(world, someone) == count
    kept = [item for item in someone.messages if item["template"] == "booking_confirmed" and item["channel"] == "email"]
    assert len(kept) == count


@contextmanager
def _without(world: World, function: str, action: str) -> Iterator[None]:
    """Take one action away from a function's role."""
    iam = world.aws("iam")
    role = world.aws("lambda").get_function_configuration(FunctionName=function)["Role"].rsplit("/", 1)[1]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    kept = [statement for statement in document["Statement"] if action not in _actions(statement)]
    assert len(kept) == len(document["Statement"]) - 1

    def put(statements: list[Any]) -> None:
        iam.put_role_policy(
            RoleName=role, PolicyName=policy, PolicyDocument=json.dumps({**document, "Statement": statements})
        )

    put(kept)
    try:
        yield
    finally:
        put(document["Statement"])


def _actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def test_the_relay_without_its_right_to_publish(world: World) -> None:
    someone, gym = world.new_member(credits=30), world.new_gym()
    starts = world.starts(gym)
    with _without(world, world.named("session", "relay"), "events:PutEvents"):
        assert someone.book(gym, starts[10]).status_code == 201
        assert someone.book(gym, starts[30]).status_code == 201
        time.sleep(3 * PREVENTED_SECONDS)
        assert _confirmations(world, someone) == 0
    _expect_confirmations(world, someone, 2)


def test_the_relay_that_may_not_run(world: World) -> None:
    someone, gym = world.new_member(credits=10), world.new_gym()
    function, functions = world.named("session", "relay"), world.aws("lambda")
    functions.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        assert someone.book(gym, world.starts(gym)[10]).status_code == 201
        time.sleep(PREVENTED_SECONDS)
        assert _confirmations(world, someone) == 0
    finally:
        functions.delete_function_concurrency(FunctionName=function)
    _expect_confirmations(world, someone, 1)


def test_a_record_that_cannot_be_published_holds_up_no_other(world: World) -> None:
    someone, gym = world.new_member(credits=30), world.new_gym()
    starts, relay = world.starts(gym), world.named("session", "relay")
    dead_letters = world.aws("sqs").get_queue_url(QueueName=f"{relay}-dead")["QueueUrl"]
    without_an_event = {"PK": {"S": f"E2E#{uuid4().hex}"}, "SK": {"S": "OUTBOX"}, "kind": {"S": "outbox"}}
    assert someone.book(gym, starts[10]).status_code == 201
    world.aws("dynamodb").put_item(TableName=world.named("session"), Item=without_an_event)
    assert someone.book(gym, starts[30]).status_code == 201
    _expect_confirmations(world, someone, 2)
    (left,) = eventually(lambda: world.aws("sqs").receive_message(QueueUrl=dead_letters).get("Messages"), bool)
    (record,) = json.loads(left["Body"])["Records"]
    assert record["dynamodb"]["NewImage"] == without_an_event


def test_the_relay_that_is_killed_with_events_in_hand(world: World) -> None:
    someone, gym = world.new_member(credits=30), world.new_gym()
    starts, relay = world.starts(gym), world.named("session", "relay")
    assert someone.book(gym, starts[10]).status_code == 201
    _expect_confirmations(world, someone, 1)
    for confirmed, start in enumerate((starts[30], starts[50]), 2):
        with _frozen_then_killed(relay) as processes:
            assert someone.book(gym, start).status_code == 201
            eventually(lambda: any(_unread_input(process) for process in processes), bool)
            assert _confirmations(world, someone) == confirmed - 1
        _expect_confirmations(world, someone, confirmed)


@contextmanager
def _frozen_then_killed(function: str) -> Iterator[list[int]]:
    """Stop a function's idle processes, so that they take an invocation and do nothing; kill them at the end.

    Yields
    ------
    list
        Their ids.
    """
    processes = _processes_of(function)
    assert processes
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield processes
    finally:
        for process in processes:
            os.kill(process, signal.SIGKILL)


def _processes_of(function: str) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"ministack-lambda-{function}-" in (process / "cmdline").read_bytes().decode(errors="replace"):
                found.append(int(process.name))
    return found


def _unread_input(process: int) -> int:
    """Bytes that wait at a process's standard input, by which the engine hands it its invocations."""
    with Path(f"/proc/{process}/fd/0").open("rb", buffering=0) as standard_input:
        count = fcntl.ioctl(standard_input, termios.FIONREAD, bytes(4))
    return int.from_bytes(count, sys.byteorder)


def test_an_event_that_comes_again_and_again(world: World) -> None:
    someone, gym = world.new_member(credits=10), world.new_gym()
    session = someone.book(gym, world.starts(gym)[10]).json()
    _expect_confirmations(world, someone, 1)
    (event,) = world.outbox("session", session["id"])
    again = {
        "EventBusName": world.named("events"),
        "Source": event["source"]["S"],
        "DetailType": event["detail_type"]["S"],
        "Detail": event["detail"]["S"],
    }
    answer = world.aws("events").put_events(Entries=[again] * 5)
    assert answer["FailedEntryCount"] == 0
    time.sleep(PREVENTED_SECONDS)
    _expect_confirmations(world, someone, 1)


def test_iam_is_enforced(world: World) -> None:
    """Proof that everything else here ran under exact roles: without one action a request fails."""
    function = world.named("gym", "get-gym")
    gym = world.new_gym()
    assert world.api.send("GET", f"/gyms/{gym['id']}").status_code == 200
    with _without(world, function, "dynamodb:GetItem"):
        assert world.api.send("GET", f"/gyms/{gym['id']}").status_code in {500, 503}
    assert world.api.send("GET", f"/gyms/{gym['id']}").status_code == 200
