"""POST /sessions/{session_id}/cancel, and the refund when somebody else books the time again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from session.booking.consumers.refund_rebooked_sessions import handler as refund_rebooked
from session.booking.endpoints.cancel_session import handler as cancel_endpoint
from session.repository import SessionRepository
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import LambdaContext, bus_event, call, outbox, sqs_event
from tests.fakes.meanwhile import meanwhile
from tests.grants_in_use import by_others
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    ban,
    book,
    cancel,
    change_gym,
    counted_trips,
    credits_of,
    give_credits,
    ledger_of,
    lots_of,
    sessions_in_table,
    taken_slots,
    text,
)

DEADLINE = START - timedelta(hours=12)


def member_with(credits: int = 100) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def booked(user: str, gym: str, start: datetime = START, duration: int = 60) -> str:
    """Book, a moment after all that happened before."""
    moment = clock.now() + timedelta(milliseconds=len(sessions_in_table()))
    with clock.at(moment):
        answer = book(user, gym, start, duration)
    assert answer.status == 201, answer.text
    identity: str = answer.json["id"]
    return identity


def deliver(event: dict[str, Any]) -> None:
    """Give an event of the outbox to the consumer."""
    message = bus_event(
        "session", event["detail_type"], event["data"], event_id=event["event_id"], occurred_at=event["occurred_at"]
    )
    answer = refund_rebooked(sqs_event(message), LambdaContext())
    assert answer == {"batchItemFailures": []}


def deliver_bookings() -> None:
    for event in outbox("session", "SessionBooked"):
        deliver(event)


def test_a_cancellation_in_time_puts_each_credit_back_where_it_came_from() -> None:
    user, gym = new_id(), add_gym(credits_per_hour=12)
    give_credits(user, 5, pot="subscription", expires_at=NOW + timedelta(days=20))
    give_credits(user, 3, expires_at=NOW + timedelta(days=40))
    give_credits(user, 9, expires_at=NOW + timedelta(days=200))
    before = lots_of(user)
    session = booked(user, gym)
    assert credits_of(user) == 5
    with clock.at(DEADLINE):  # inclusive
        answer = cancel(user, session)
    assert answer.status == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    assert answer.json["status"] == "cancelled"
    assert answer.json["refunded_credits"] == 12
    assert answer.json["cancelled_at"] == text(DEADLINE)
    assert (answer.json["version"], answer.json["sequence"]) == (2, 1)
    assert lots_of(user) == before
    assert sum(entry["amount"] for entry in ledger_of(user)) == credits_of(user) == 17
    assert taken_slots() == 0
    (event,) = outbox("session", "SessionCancelled")
    assert (event["data"]["refunded_credits"], event["data"]["sequence"]) == (12, 1)


def test_a_late_cancellation_has_no_refund_and_frees_the_slots() -> None:
    user, other, gym = member_with(), member_with(), add_gym()
    session = booked(user, gym)
    with clock.at(DEADLINE + timedelta(microseconds=1)):
        answer = cancel(user, session)
        assert (answer.status, answer.json["refunded_credits"]) == (200, 0)
        assert book(other, gym, START).status == 201
    assert credits_of(user) == 92


def test_the_policy_of_the_booking_counts_not_that_of_today() -> None:
    user, gym = member_with(), add_gym(cancellation_hours=12)
    session = booked(user, gym)
    change_gym(gym, cancellation_hours=48)
    with clock.at(DEADLINE):
        assert cancel(user, session).json["refunded_credits"] == 8


def test_a_late_booking_has_no_free_cancellation() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym, NOW + timedelta(hours=1))
    assert cancel(user, session).json["refunded_credits"] == 0


def test_cancelling_again_refunds_once_and_answers_the_same() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    first = cancel(user, session, key="a")
    replay = cancel(user, session, key="a")
    again = cancel(user, session, key="b")
    bare = cancel(user, session)
    assert first.text == replay.text == again.text == bare.text
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert cancel(user, session, key="b").headers["Idempotent-Replayed"] == "true"
    assert credits_of(user) == 100
    assert len(outbox("session", "SessionCancelled")) == 1


def test_a_cancellation_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    for key in ("a", "a", "b", None):
        assert cancel(user, session, key=key).status == 200
    assert cancel(user, new_id()).status == 404
    assert capsys.readouterr().out.count('"SessionsCancelled":[1') == 1


def test_cancels_that_meet_refund_once(monkeypatch: pytest.MonkeyPatch) -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    original, pending = SessionRepository.session_and_account, [lambda: cancel(user, session)]

    def interrupted(*args: Any) -> Any:
        found = original(*args)
        if pending:
            assert pending.pop()().status == 200
        return found

    monkeypatch.setattr(SessionRepository, "session_and_account", interrupted)
    answer = cancel(user, session, key="tap")
    assert (answer.status, answer.json["refunded_credits"]) == (200, 8)
    assert cancel(user, session, key="tap").headers["Idempotent-Replayed"] == "true"
    assert credits_of(user) == 100


def test_credits_that_are_added_concurrently_do_not_stop_a_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    user, gym = member_with(8), add_gym()
    session = booked(user, gym)
    original, pending = SessionRepository.session_and_account, [lambda: give_credits(user, 5)]

    def interrupted(*args: Any) -> Any:
        found = original(*args)
        if pending:
            with by_others():
                pending.pop()()
        return found

    monkeypatch.setattr(SessionRepository, "session_and_account", interrupted)
    assert cancel(user, session).json["refunded_credits"] == 8
    assert credits_of(user) == 13


@pytest.mark.parametrize("moment", [START, START + timedelta(days=1)])
def test_what_has_begun_is_not_cancelled(moment: datetime) -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    with clock.at(moment):
        answer = cancel(user, session)
    assert (answer.status, answer.code) == (409, "not_cancellable")
    assert credits_of(user) == 92


def test_a_version_that_is_not_the_present_one_cancels_nothing() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    for stale in (0, 2, 10**17):
        for key in (None, "tap"):
            answer = cancel(user, session, key=key, seen=stale)
            assert (answer.status, answer.code) == (412, "stale_version")
    assert (credits_of(user), sessions_in_table()[0]["status"]["S"]) == (92, "confirmed")
    assert cancel(new_id(), session, seen=2).status == 404  # a stranger does not learn that there is one
    with clock.at(START):
        assert cancel(user, session, seen=2).status == 412
        assert cancel(user, session, seen=1).code == "not_cancellable"
    assert cancel(user, session, key="tap", seen=1).json["version"] == 2
    assert cancel(user, session, key="tap", seen=1).headers["Idempotent-Replayed"] == "true"
    assert cancel(user, session, seen=1).status == 412
    assert cancel(user, session, seen=2).status == 200
    assert len(outbox("session", "SessionCancelled")) == 1


def test_of_cancels_of_one_version_that_meet_one_succeeds() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    meanwhile(lambda: cancel(user, session, seen=1))
    assert cancel(user, session, seen=1).status == 412
    assert credits_of(user) == 100
    assert len(outbox("session", "SessionCancelled")) == 1


def test_somebody_elses_session_is_not_found() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    assert (cancel(new_id(), session).status, cancel(user, new_id()).status) == (404, 404)
    assert cancel(user, "no-id").status == 422
    assert call(cancel_endpoint, path={"session_id": session}).status == 401
    assert sessions_in_table()[0]["status"]["S"] == "confirmed"


def test_a_banned_member_does_not_cancel() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    ban(user)
    assert cancel(user, session).code == "account_banned"
    assert cancel(user, session, key="tap").code == "account_banned"


def test_a_cancellation_with_a_key_makes_two_trips() -> None:
    user, gym = member_with(), add_gym()
    session = booked(user, gym)
    with counted_trips() as trips:
        assert cancel(user, session, key="k").status == 200
    assert len(trips) == 2


def late(user: str, session: str) -> None:
    assert cancel(user, session).json["refunded_credits"] == 0


def test_somebody_elses_booking_of_the_whole_time_refunds_the_canceller() -> None:
    user, other, gym = member_with(), member_with(), add_gym()
    with clock.at(DEADLINE + timedelta(hours=1)):
        session = booked(user, gym)
        late(user, session)
        deliver_bookings()  # the canceller's own
        assert credits_of(user) == 92
        booked(other, gym)
        deliver_bookings()
        deliver_bookings()  # delivered again
    assert credits_of(user) == 100
    assert [entry["amount"] for entry in ledger_of(user, "refund")] == [8]
    (event,) = outbox("session", "SessionRefunded")
    assert (event["data"]["session_id"], event["data"]["user_id"], event["data"]["refunded_credits"]) == (
        session,
        user,
        8,
    )
    assert cancel(user, session).json["refunded_credits"] == 8
    assert credits_of(user) == 100


@pytest.mark.parametrize("last", ["inside", "after"])
def test_a_buffer_that_the_next_session_closes_counts_as_booked(last: str) -> None:
    user, other, third = member_with(), member_with(), member_with()
    gym = add_gym(buffer_minutes=15)
    again = [(other, START, 45), (third, START + timedelta(minutes=60), 60)]
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym))
        for member, start, duration in again if last == "after" else reversed(again):
            assert credits_of(user) == 92
            booked(member, gym, start, duration)
            deliver_bookings()
    assert credits_of(user) == 100


def test_a_part_that_is_booked_again_refunds_nothing_until_the_rest_is() -> None:
    user, other, third = member_with(), member_with(), member_with()
    gym = add_gym(buffer_minutes=15)
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym, START, 120))
        booked(other, gym, START, 60)
        deliver_bookings()
        assert credits_of(user) == 84
        booked(third, gym, START + timedelta(minutes=75), 60)  # the buffer between the two is nobody's to book
        deliver_bookings()
    assert credits_of(user) == 100


def test_a_buffer_does_not_count_as_booked_at_the_end() -> None:
    user, other, gym = member_with(), member_with(), add_gym(buffer_minutes=15)
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym, START, 60))
        booked(other, gym, START, 45)
        deliver_bookings()
    assert credits_of(user) == 92


def test_the_cancellers_own_new_booking_refunds_nothing() -> None:
    user, other, gym = member_with(), member_with(), add_gym(buffer_minutes=0)
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym, START, 120))
        booked(user, gym, START, 60)
        booked(other, gym, START + timedelta(minutes=60), 60)
        deliver_bookings()
    assert credits_of(user) == 100 - 16 - 8


def test_a_booking_that_is_cancelled_at_once_refunds_all_the_same() -> None:
    """The event decides: the consumer may see it long after the buyer has cancelled."""
    user, other, gym = member_with(), member_with(), add_gym()
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym))
        late(other, booked(other, gym))
        deliver_bookings()
        assert (credits_of(user), credits_of(other)) == (100, 92)  # the first booking was before the second
        booked(member_with(), gym)
        deliver_bookings()
    assert (credits_of(user), credits_of(other)) == (100, 100)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_parts_that_are_cancelled_at_once_fill_a_time_together(order: tuple[int, int]) -> None:
    user, other, gym = member_with(), member_with(), add_gym(buffer_minutes=0)
    with clock.at(DEADLINE + timedelta(hours=2)):
        late(user, booked(user, gym, START, 120))
        for part in (0, 1):
            late(other, booked(other, gym, START + timedelta(hours=part)))
        events = outbox("session", "SessionBooked")[1:]
        deliver(events[order[0]])
        deliver(events[order[0]])
        assert credits_of(user) == 84
        deliver(events[order[1]])
    assert credits_of(user) == 100
    assert credits_of(other) == 84


def test_a_booking_from_before_the_cancelled_one_refunds_nothing() -> None:
    user, other, gym = member_with(), member_with(), add_gym()
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(other, booked(other, gym))
        late(user, booked(user, gym))
        deliver(outbox("session", "SessionBooked")[0])
    assert credits_of(user) == 92


def test_one_booking_may_refund_several() -> None:
    user, other, gym = member_with(), member_with(), add_gym(buffer_minutes=0)
    with clock.at(DEADLINE + timedelta(hours=2)):
        late(user, booked(user, gym, START, 60))
        late(user, booked(user, gym, START + timedelta(minutes=60), 60))
        booked(other, gym, START, 120)
        deliver_bookings()
    assert credits_of(user) == 100
    assert len(outbox("session", "SessionRefunded")) == 2


def test_a_booking_at_another_gym_or_time_refunds_nothing() -> None:
    user, other, gym = member_with(), member_with(), add_gym()
    with clock.at(DEADLINE + timedelta(hours=1)):
        late(user, booked(user, gym))
        booked(other, add_gym())
        booked(other, gym, START + timedelta(hours=1))
        deliver_bookings()
    assert credits_of(user) == 92
