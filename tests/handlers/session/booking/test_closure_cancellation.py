"""A closure cancels the sessions inside: the consumer of GymClosed, and its worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from session.booking.closure_cancellation import CLOSURES
from session.booking.consumers.cancel_sessions_in_closure import handler as consumer
from session.booking.workers.cancel_closed_sessions import handler as worker
from solo60 import chunks, clock, settings
from solo60.ids import new_id
from tests.conftest import LambdaContext, bus_event, outbox, sqs_event
from tests.fakes.aws import aws_client
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.closures.closing import close, closures_of, lift
from tests.handlers.session.booking.killing import killed_at_transaction
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    attend,
    book,
    cancel,
    check_in,
    credits_of,
    give_credits,
    hold,
    ledger_of,
    lots_of,
    move,
    session_of,
    sessions_in_table,
    steps_of,
    taken_slots,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def member_with(credits: int = 8) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def deliver() -> None:
    """The latest closure's event arrives."""
    data = max((event["data"] for event in outbox("gym", "GymClosed")), key=lambda data: str(data["closure_id"]))
    assert consumer(sqs_event(bus_event("gym", "GymClosed", data)), LambdaContext()) == {"batchItemFailures": []}


def messages() -> list[str]:
    """What is on the worker's queue; it is taken out."""
    client, url, found = aws_client("sqs"), settings.queue_url(CLOSURES.queue), []
    while received := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for each in received:
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            found.append(each["Body"])
    return found


def work(body: str) -> bool:
    """Let the worker handle a message; whether it did."""
    return not worker(sqs_event(body), LambdaContext())["batchItemFailures"]


def work_all() -> None:
    while bodies := messages():
        assert all(work(body) for body in bodies)


def progress(gym: str) -> tuple[str, int]:
    [*_, first] = closures_of(gym).json["items"]
    return first["status"], first["sessions_cancelled"]


def cancelled() -> list[dict[str, Any]]:
    return [event["data"] for event in outbox("session", "SessionCancelled")]


def test_the_sessions_inside_are_cancelled_and_refunded_with_the_reason() -> None:
    gym, elsewhere = add_gym(cancellation_hours=168), add_gym(latitude=53.0)
    users = [member_with() for _ in range(5)]
    starts = [START - HOUR / 2, START + HOUR, START + 5 * HOUR, START - 2 * HOUR, START + DAY]
    sessions = [book(user, gym, start).json["id"] for user, start in zip(users, starts, strict=True)]
    other = member_with()
    book(other, elsewhere, START)
    close(gym, START, START + DAY)
    deliver()
    work_all()
    states = [session_of(user, session)["status"] for user, session in zip(users, sessions, strict=True)]
    assert states == ["cancelled"] * 3 + ["confirmed"] * 2
    assert [credits_of(user) for user in users] == [8, 8, 8, 0, 0]
    assert credits_of(other) == 0
    assert progress(gym) == ("closed", 3)
    told = {(event["reason"], event["refunded_credits"]) for event in cancelled()}
    assert told == {("The floor is being renewed.", 8)}
    assert steps_of(sessions[0])[-1] == ("cancelled", "company", None)


def test_each_once_wherever_the_work_is_killed_and_however_often_its_message_comes() -> None:
    gym = add_gym(cancellation_hours=168)
    users = [member_with() for _ in range(60)]
    for number, user in enumerate(users):
        assert book(user, gym, START + number * timedelta(minutes=75)).status == 201
    close(gym, START, START + 4 * DAY)
    deliver()
    [body] = messages()
    with killed_at_transaction(8):
        assert not work(body)
    assert progress(gym) == ("cancelling", 7)
    assert book(member_with(), gym, START + 10 * HOUR).code == "gym_closed"
    meanwhile(lambda: work(body))
    work(body)  # The other one does all of it meanwhile: this one may give up, and its message comes again.
    for _ in range(3):
        assert work(body)
    work_all()
    assert progress(gym) == ("closed", 60)
    assert {item["status"]["S"] for item in sessions_in_table()} == {"cancelled"}
    assert len(cancelled()) == len({event["session_id"] for event in cancelled()}) == 60
    for user in users:
        assert [amount for _, amount, _ in lots_of(user).values()] == [8]
        assert [entry["amount"] for entry in ledger_of(user, "refund")] == [8]
    assert taken_slots() == 0


def test_a_long_list_goes_on_with_another_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    gym = add_gym()
    users = [member_with() for _ in range(3)]
    for number, user in enumerate(users):
        assert book(user, gym, START + number * 2 * HOUR).status == 201
    close(gym, START, START + DAY)
    deliver()
    [body] = messages()
    assert work(body)
    assert progress(gym) == ("cancelling", 2)
    work_all()
    assert progress(gym) == ("closed", 3)


def test_the_event_may_come_twice() -> None:
    gym, user = add_gym(), member_with()
    book(user, gym, START)
    close(gym, START, START + DAY)
    deliver()
    work_all()
    deliver()
    work_all()
    assert (progress(gym), credits_of(user), len(cancelled())) == (("closed", 1), 8, 1)


def test_a_closure_that_is_lifted_cancels_no_more() -> None:
    gym = add_gym()
    users = [member_with() for _ in range(3)]
    for number, user in enumerate(users):
        book(user, gym, START + number * 2 * HOUR)
    closure = close(gym, START, START + DAY).json["id"]
    deliver()
    [body] = messages()
    with killed_at_transaction(2):
        work(body)
    assert lift(gym, closure).status == 204
    work(body)
    work_all()
    assert [credits_of(user) for user in users] == [8, 0, 0]
    assert progress(gym) == ("lifted", 1)
    assert book(member_with(), gym, START).status == 201


def test_what_has_begun_was_cancelled_or_moved_away_is_left_alone() -> None:
    gym = add_gym(minimum_notice_minutes=0)
    users = [member_with() for _ in range(3)]
    begun = book(users[0], gym, NOW).json["id"]
    gone = book(users[1], gym, START).json["id"]
    away = book(users[2], gym, START + 3 * HOUR).json["id"]
    check_in(users[0], begun)
    hold(member_with(), gym, START + 6 * HOUR)
    close(gym, NOW, START + DAY)
    cancel(users[1], gone)
    assert move(users[2], away, START + 2 * DAY).status == 200
    deliver()
    work_all()
    assert session_of(users[0], begun)["status"] == "checked_in"
    assert session_of(users[2], away)["status"] == "confirmed"
    assert progress(gym) == ("closed", 0)
    assert len(cancelled()) == 1


def test_a_cancellation_at_once_refunds_once() -> None:
    gym, user = add_gym(), member_with()
    session = book(user, gym, START).json["id"]
    close(gym, START, START + DAY)
    deliver()
    meanwhile(lambda: cancel(user, session))
    work_all()
    assert (credits_of(user), len(cancelled())) == (8, 1)


def test_credits_that_have_expired_are_valid_again() -> None:
    gym, user = add_gym(), new_id()
    give_credits(user, 8, expires_at=NOW + DAY)
    book(user, gym, START)
    with clock.at(NOW + DAY + HOUR):
        close(gym, START, START + DAY)
        deliver()
        work_all()
        assert credits_of(user) == 8
    assert attend(START + HOUR) == 0
