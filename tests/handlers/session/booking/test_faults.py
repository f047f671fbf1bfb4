"""When AWS loses an answer, clashes, or does not answer: one session, one debit, or a clean refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from session.booking.repository import BookingRepository
from session.time.endpoints.list_availability import handler as availability_endpoint
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.fakes.aws import aws_response
from tests.grants_in_use import by_others
from tests.handlers.session.world import (
    NOW,
    add_gym,
    availability,
    book,
    cancel,
    change_gym,
    credits_of,
    give_credits,
    ledger_of,
    lots_of,
    sessions_in_table,
    taken_slots,
)

START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday(tables: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def rich() -> str:
    user = new_id()
    give_credits(user, 100)
    return user


Meddle = Callable[[str, Any], Any]


@contextmanager
def meddling(operation: str, meddle: Meddle) -> Iterator[None]:
    """Let `meddle` answer an operation's requests in moto's stead, from its event name and the request."""
    events = aws.client("dynamodb").meta.events
    name = f"before-send.dynamodb.{operation}"

    def hook(event_name: str, request: Any, **_: Any) -> Any:
        answer = meddle(event_name, request)
        botocore_stubber.enabled = answer is None  # botocore asks every hook, and moto would apply the request
        return answer

    def restore(**_: Any) -> None:
        botocore_stubber.enabled = True

    events.register_first(name, hook)
    events.register_last("before-send", restore)  # the least specific hooks run last, moto's among them
    try:
        yield
    finally:
        events.unregister(name, hook)
        events.unregister("before-send", restore)


def lost_after_the_write(which: int, times: int) -> Meddle:
    """Do what is asked, and lose the answers of `times` requests from the `which`-th on."""
    seen = [0]

    def meddle(event_name: str, request: Any) -> Any:
        seen[0] += 1
        if which <= seen[0] < which + times:
            botocore_stubber(event_name, request)
            raise ReadTimeoutError(endpoint_url=request.url)
        return None

    return meddle


def refused_with(code: str, reason: str | None, times: int) -> Meddle:
    """Refuse the first requests with an error, and each operation of the transaction with a reason."""
    left = [times]

    def meddle(event_name: str, request: Any) -> Any:
        if not left[0]:
            return None
        left[0] -= 1
        body: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
        if reason:
            operations = json.loads(request.body)["TransactItems"]
            body["CancellationReasons"] = [{"Code": "None"} for _ in operations[1:]] + [{"Code": reason}]
        headers = {"Content-Type": "application/x-amz-json-1.0"}
        return aws_response(request.url, 400, headers, MockRawResponse(json.dumps(body)))

    return meddle


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("key", [None, "tap"])
def test_a_booking_whose_answer_is_lost_is_made_once(rich: str, key: str | None, times: int) -> None:
    gym = add_gym()
    with meddling("TransactWriteItems", lost_after_the_write(which=2 if key else 1, times=times)):
        answer = book(rich, gym, START, key=key)
    assert answer.status == 201, answer.text
    assert [item["id"]["S"] for item in sessions_in_table()] == [answer.json["id"]]
    assert credits_of(rich) == 92
    assert [entry["amount"] for entry in ledger_of(rich, "booking")] == [-8]
    assert len(outbox("session")) == 1
    if key:
        assert book(rich, gym, START, key=key).text == answer.text


def test_a_key_whose_claim_is_lost_is_still_ours(rich: str) -> None:
    gym = add_gym()
    with meddling("TransactWriteItems", lost_after_the_write(which=1, times=1)):
        assert book(rich, gym, START, key="tap").status == 201


@pytest.mark.parametrize("times", [1, 4])
def test_a_cancellation_whose_answer_is_lost_refunds_once(rich: str, times: int) -> None:
    before = lots_of(rich)
    session = book(rich, add_gym(), START).json["id"]
    with meddling("TransactWriteItems", lost_after_the_write(which=2, times=times)):
        answer = cancel(rich, session, key="tap")
    assert (answer.status, answer.json["refunded_credits"]) == (200, 8)
    assert lots_of(rich) == before
    assert taken_slots() == 0
    assert len(outbox("session", "SessionCancelled")) == 1
    assert cancel(rich, session, key="tap").text == answer.text


def test_a_conflict_with_another_transaction_is_repeated(rich: str) -> None:
    gym = add_gym()
    with meddling("TransactWriteItems", refused_with("TransactionCanceledException", "TransactionConflict", 3)):
        assert book(rich, gym, START).status == 201
    assert credits_of(rich) == 92


def test_conflicts_that_do_not_end_are_a_503_and_change_nothing(rich: str) -> None:
    gym = add_gym()
    with meddling("TransactWriteItems", refused_with("TransactionCanceledException", "TransactionConflict", 10**6)):
        answer = book(rich, gym, START)
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert answer.headers["Retry-After"]
    assert (sessions_in_table(), credits_of(rich), taken_slots()) == ([], 100, 0)


def test_a_gym_that_keeps_changing_is_a_503(rich: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gym, original, price = add_gym(), BookingRepository.booking_facts, count(10)

    def interrupted(*args: Any) -> Any:
        facts = original(*args)
        with by_others():
            change_gym(gym, credits_per_hour=next(price))
        return facts

    monkeypatch.setattr(BookingRepository, "booking_facts", interrupted)
    answer = book(rich, gym, START, key="tap")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "service_unavailable", "1")
    assert (sessions_in_table(), credits_of(rich), taken_slots()) == ([], 100, 0)
    assert next(price) > 15


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_reads_that_fail_are_a_503_and_keep_no_key(rich: str, code: str) -> None:
    gym = add_gym()
    with meddling("BatchGetItem", refused_with(code, None, 10**6)):
        answer = book(rich, gym, START, key="tap")
        query = {"gym_id": gym, "date": "2026-03-04", "duration": 60}
        assert call(availability_endpoint, query=query).status == 503
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert book(rich, gym, START, key="tap").status == 201
    assert len(availability(gym, "2026-03-04")) < 96
