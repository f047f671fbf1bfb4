"""Chunked work whose step cannot recognise by itself what is done: each element is done once all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from pynamodb.attributes import NumberAttribute

from solo60 import aws
from solo60.chunks import ChunkedWork, ChunkMessage
from solo60.events import TableBound, in_table_of
from solo60.problems import ServiceUnavailable
from solo60.records import Key, batch_get
from solo60.unit_of_work import UnitOfWork, Work

pytestmark = pytest.mark.usefixtures("tables")

WORK = ChunkedWork("session", "TEST", queue="session-cancellations")
MESSAGE = ChunkMessage(id="one")
ELEMENTS = [f"{number:03d}" for number in range(5)]


class Done(TableBound):
    """How often an element was done."""

    times = NumberAttribute()


def key(element: str) -> Key[Done]:
    return Key(in_table_of("session", Done), f"DONE#{element}", "DONE")


def elements(parameters: Mapping[str, Any], after: str | None) -> Iterable[tuple[str, str]]:
    assert parameters == {"of": "somebody"}
    return [(element, element) for element in ELEMENTS if after is None or element > after]


def step(work: Work, parameters: Mapping[str, Any], element: str) -> None:
    work.update(key(element).blank(), [Done.times.add(1)])


def go_on(given: Callable[..., Iterable[tuple[str, str]]] = elements, seconds: float = 5) -> None:
    WORK.go_on(UnitOfWork(), MESSAGE, monotonic() + seconds, given, step)


def times() -> list[int]:
    keys = [key(element) for element in ELEMENTS]
    return [0 if found is None else int(found.times) for found in batch_get(*keys).all(keys)]


@pytest.fixture(autouse=True)
def begun(tables: None) -> None:
    WORK.begin(UnitOfWork(), MESSAGE.id, {"of": "somebody"})


def progress() -> Any:
    return batch_get(WORK.key(MESSAGE.id))[WORK.key(MESSAGE.id)]


def before_transactions(act: Callable[[int], None]) -> None:
    number = [0]

    def hook(**_: Any) -> None:
        number[0] += 1
        act(number[0])

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", hook)


def test_messages_that_come_again_and_work_that_is_begun_again_do_nothing_twice() -> None:
    go_on()
    WORK.begin(UnitOfWork(), MESSAGE.id, {"of": "somebody"})
    go_on()
    assert times() == [1] * 5
    assert (progress().done, progress().finished_at is None) == (5, False)


@pytest.mark.parametrize("stopped", [1, 2, 3, 4, 5])
def test_a_worker_that_takes_over_at_any_element_repeats_none(stopped: int) -> None:
    """The other one has read the list before, and goes on with what it has read."""

    def overtake(number: int) -> None:
        if number == stopped:
            go_on()

    before_transactions(overtake)
    go_on()
    assert times() == [1] * 5
    assert progress().done == 5


def test_an_old_list_repeats_nothing() -> None:
    go_on()
    progress().update([type(progress()).finished_at.remove()])
    go_on(lambda parameters, after: elements(parameters, None))
    assert times() == [1] * 5


@pytest.mark.parametrize("killed", [1, 3, 5])
def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on(killed: int) -> None:
    def kill(number: int) -> None:
        if number >= killed and not restored:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

    restored: list[bool] = []
    before_transactions(kill)
    with pytest.raises((EndpointConnectionError, ServiceUnavailable)):
        go_on()
    assert times() == [1] * (killed - 1) + [0] * (6 - killed)
    restored.append(True)
    go_on()
    assert times() == [1] * 5


def test_when_the_time_is_up_one_element_is_done_and_the_rest_waits() -> None:
    go_on(seconds=-1)
    assert times() == [1, 0, 0, 0, 0]
    for _ in ELEMENTS:
        go_on(seconds=-1)
    assert times() == [1] * 5


def test_a_message_without_work_is_done() -> None:
    WORK.go_on(UnitOfWork(), ChunkMessage(id="another"), monotonic() + 5, elements, step)
    assert times() == [0] * 5
