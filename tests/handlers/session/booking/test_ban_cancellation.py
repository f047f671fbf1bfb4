"""A ban cancels the upcoming sessions: the consumer of UserBanned, and its worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from session.booking.ban_cancellation import CANCELLATIONS
from session.booking.consumers.cancel_banned_sessions import handler as consumer
from session.booking.workers.cancel_sessions import handler as worker
from solo60 import aws, chunks, clock, settings
from solo60.bans import Ban, ban_key
from solo60.ids import new_id
from solo60.records import batch_get
from tests.conftest import LambdaContext, bus_event, outbox, sqs_event
from tests.fakes.aws import aws_client
from tests.grants_in_use import by_others
from tests.handlers.session.booking.killing import killed_at_transaction
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    book,
    cancel,
    credits_of,
    give_credits,
    ledger_of,
    lots_of,
    sessions_in_table,
    taken_slots,
)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def member_with(sessions: int, credits: int = 100) -> str:
    """A member with sessions on consecutive days."""
    user, gym = new_id(), add_gym()
    give_credits(user, credits)
    for day in range(sessions):
        assert book(user, gym, START + timedelta(days=day)).status == 201
    return user


def ban(user: str, at: datetime = NOW) -> dict[str, Any]:
    """Ban a member: the event."""
    ban_id, key = new_id(), ban_key(user)
    with by_others():
        Ban(key.pk, key.sk, ban_id=ban_id, banned_until=clock.from_rfc3339("2999-01-01T00:00:00Z")).save()
    data = {"user_id": user, "ban_id": ban_id, "banned_at": clock.to_rfc3339(at), "banned_until": None}
    return bus_event("user", "UserBanned", data)


def lift(user: str) -> None:
    with by_others():
        ban_key(user).blank().delete()


def deliver(event: dict[str, Any]) -> None:
    assert consumer(sqs_event(event), LambdaContext()) == {"batchItemFailures": []}


def messages() -> list[str]:
    """What is on the worker's queue; it is taken out."""
    client, url, found = aws_client("sqs"), settings.queue_url(CANCELLATIONS.queue), []
    while received := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for each in received:
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            found.append(each["Body"])
    return found


def work(body: str) -> bool:
    """Let the worker handle a message; whether it did."""
    return not worker(sqs_event(body), LambdaContext())["batchItemFailures"]


def work_all() -> int:
    """Let the worker handle messages until there are none; how many it handled."""
    handled = 0
    while bodies := messages():
        for body in bodies:
            assert work(body)
            handled += 1
    return handled


def statuses(user: str) -> list[str]:
    return sorted(item["status"]["S"] for item in sessions_in_table() if item["user_id"]["S"] == user)


def progress_of(event: dict[str, Any]) -> Any:
    key = CANCELLATIONS.key(event["detail"]["data"]["ban_id"])
    return batch_get(key)[key]


def test_all_upcoming_sessions_are_cancelled_and_refunded_once() -> None:
    user, other = member_with(3), member_with(1)
    event = ban(user)
    deliver(event)
    assert work_all() == 1
    assert statuses(user) == ["cancelled"] * 3
    assert statuses(other) == ["confirmed"]
    assert credits_of(user) == 100
    assert len(outbox("session", "SessionCancelled")) == len(ledger_of(user, "refund")) == 3
    assert {told["data"]["refunded_credits"] for told in outbox("session", "SessionCancelled")} == {8}
    progress = progress_of(event)
    assert (progress.done, progress.finished_at) == (3, NOW)


def test_it_refunds_what_the_member_would_not_get_any_more() -> None:
    user = member_with(1)
    with clock.at(START - timedelta(minutes=5)):
        deliver(ban(user, clock.now()))
        work_all()
    assert (statuses(user), credits_of(user)) == (["cancelled"], 100)


def test_credits_that_have_expired_are_valid_for_thirty_days() -> None:
    user, gym = new_id(), add_gym()
    lot = give_credits(user, 8, expires_at=NOW + timedelta(days=1))
    assert book(user, gym, START).status == 201
    later = NOW + timedelta(days=1, hours=1)
    with clock.at(later):
        deliver(ban(user, later))
        work_all()
        [(lot_id, (pot, amount, expires_at))] = lots_of(user).items()
        assert (pot, amount, expires_at) == ("demand", 8, later + timedelta(days=30))
        assert lot_id != lot
        assert credits_of(user) == 8


def test_what_has_begun_and_what_was_cancelled_stays_as_it_is() -> None:
    user = member_with(2)
    first = min(sessions_in_table(), key=lambda item: item["starts_at"]["S"])["id"]["S"]
    assert cancel(user, first).status == 200
    give = len(ledger_of(user))
    with clock.at(START + timedelta(days=1)):
        deliver(ban(user, clock.now()))
        work_all()
    assert statuses(user) == ["cancelled", "confirmed"]
    assert len(ledger_of(user)) == give


def test_repeated_events_and_messages_change_nothing() -> None:
    user = member_with(2)
    event = ban(user)
    deliver(event)
    [body] = messages()
    assert work(body)
    before = (statuses(user), ledger_of(user), taken_slots())
    deliver(event)
    assert work_all() == 1
    assert work(body)
    assert (statuses(user), ledger_of(user), taken_slots()) == before
    assert len(outbox("session", "SessionCancelled")) == 2


@pytest.mark.parametrize("transaction", [1, 2, 3, 4])
def test_a_worker_that_is_killed_anywhere_is_followed_by_one_that_goes_on(transaction: int) -> None:
    user = member_with(3)
    event = ban(user)
    deliver(event)
    [body] = messages()
    with killed_at_transaction(transaction):
        assert not work(body)
    assert len(ledger_of(user, "refund")) == min(transaction - 1, 3)
    assert work(body)
    assert (statuses(user), credits_of(user), len(ledger_of(user, "refund"))) == (["cancelled"] * 3, 100, 3)
    assert progress_of(event).done == 3


def test_a_consumer_that_is_killed_before_its_message_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user = member_with(1)
    event = ban(user)

    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs")

    events = aws.client("sqs").meta.events
    events.register_first("before-call.sqs.SendMessage", fail)
    assert consumer(sqs_event(event), LambdaContext())["batchItemFailures"]
    events.unregister("before-call.sqs.SendMessage", fail)
    deliver(event)
    work_all()
    assert statuses(user) == ["cancelled"]


def test_a_long_list_goes_on_with_further_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    user = member_with(5)
    deliver(ban(user))
    assert work_all() == 3
    assert (statuses(user), len(ledger_of(user, "refund"))) == (["cancelled"] * 5, 5)


def test_two_workers_at_once_cancel_each_session_once() -> None:
    user = member_with(3)
    deliver(ban(user))
    [body] = messages()
    others = [0]

    def meanwhile(**_: Any) -> None:
        if not others[0]:
            others[0] = 1
            assert work(body)

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", meanwhile)
    assert work(body)
    assert (statuses(user), len(ledger_of(user, "refund")), credits_of(user)) == (["cancelled"] * 3, 3, 100)


def test_what_is_booked_after_the_ban_was_lifted_stays() -> None:
    user = member_with(1)
    event = ban(user)
    lift(user)
    with clock.at(NOW + timedelta(seconds=1)):
        assert book(user, add_gym(), START + timedelta(days=7)).status == 201
        deliver(event)
        work_all()
    assert statuses(user) == ["cancelled", "confirmed"]


def test_a_booking_that_was_committed_before_is_cancelled_whatever_its_clock_says() -> None:
    user = member_with(0)
    with clock.at(NOW + timedelta(seconds=2)):
        assert book(user, add_gym(), START).status == 201
    deliver(ban(user, NOW))
    work_all()
    assert statuses(user) == ["cancelled"]


def test_a_booking_in_flight_is_refused_or_cancelled() -> None:
    user, gym = member_with(0), add_gym()
    events: list[dict[str, Any]] = []

    def meanwhile(**_: Any) -> None:
        if not events:
            events.append(ban(user))

    aws.client("dynamodb").meta.events.register_first("before-call.dynamodb.TransactWriteItems", meanwhile)
    assert book(user, gym, START).code == "account_banned"
    deliver(events[0])
    work_all()
    assert (statuses(user), credits_of(user)) == ([], 100)
