"""POST /sessions/{session_id}/reschedule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from session.events import SessionMoved
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    FAR,
    NOW,
    START,
    WEEKDAYS,
    add_gym,
    availability,
    ban,
    book,
    cancel,
    change_gym,
    counted_trips,
    credits_of,
    give_credits,
    ledger_of,
    lots_of,
    move,
    session_of,
    settle_rebookings,
    taken_slots,
    text,
)

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
DEADLINE = START - timedelta(hours=12)


def member_with(credits: int = 100) -> str:
    user = new_id()
    if credits:
        give_credits(user, credits)
    return user


def booked(user: str, gym: str, start: datetime = START, duration: int = 60) -> str:
    answer = book(user, gym, start, duration)
    assert answer.status == 201, answer.text
    identity: str = answer.json["id"]
    return identity


def test_a_session_is_moved_and_its_old_time_is_free() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    session = booked(user, gym)
    answer = move(user, session, START + 2 * HOUR)
    assert answer.status == 200
    moved = answer.json
    assert (moved["starts_at"], moved["ends_at"]) == (text(START + 2 * HOUR), text(START + 3 * HOUR))
    assert (moved["start_time"], moved["end_time"], moved["booking_date"]) == ("20:00", "21:00", "2026-03-04")
    assert (moved["version"], moved["sequence"]) == (2, 1)
    assert answer.headers["ETag"] == '"2"'
    assert moved == session_of(user, session)
    assert credits_of(user) == 92
    assert taken_slots() == 8
    assert book(other, gym, START).status == 201
    assert book(other, gym, START + 2 * HOUR).code == "slot_taken"
    [event] = outbox("session", "SessionMoved")
    assert (event["data"]["previous_starts_at"], event["data"]["starts_at"]) == (text(START), moved["starts_at"])


@pytest.mark.parametrize("offset", [HALF, -HALF, timedelta(minutes=15), 3 * HOUR])
def test_its_own_time_and_buffers_are_not_in_the_way(offset: timedelta) -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    session = booked(user, gym)
    assert move(user, session, START + offset).status == 200
    assert credits_of(user) == 92
    assert taken_slots() == 8
    if offset == HALF:
        assert book(other, gym, START - HALF - timedelta(minutes=15), 60).status == 201


def test_over_midnight_each_day_takes_one_operation() -> None:
    gym, user = add_gym(), member_with()
    late = START.replace(hour=23, minute=30)
    session = booked(user, gym, late)
    for start in (late + HALF, late - HALF, late + HOUR):
        assert move(user, session, start).status == 200
        assert taken_slots() == 8


def test_the_time_that_it_has_changes_nothing() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    before = session_of(user, session)
    for duration in (None, 60):
        answer = move(user, session, START, duration)
        assert (answer.status, answer.json) == (200, before)
    assert outbox("session", "SessionMoved") == []


def test_ten_moves_at_once_leave_one_session_with_one_time() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    session = booked(user, gym)
    starts = [START + number * HOUR for number in range(1, 6)]
    meanwhile(lambda: [move(user, session, start, key=new_id()) for start in starts[:4]])
    assert move(user, session, starts[4], key=new_id()).status == 200
    assert session_of(user, session)["starts_at"] == text(starts[4])
    assert (taken_slots(), credits_of(user)) == (8, 92)
    assert all(book(other, gym, start).status == 201 for start in [START, *starts[:4]])


def test_of_moves_from_one_version_one_counts() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    answers = [move(user, session, START + number * HOUR, seen=1) for number in range(1, 5)]
    assert [answer.status for answer in answers] == [200, 412, 412, 412]
    meanwhile(lambda: move(user, session, START))
    assert move(user, session, START + 5 * HOUR, seen=2).status == 412


def test_a_repeat_under_one_key_moves_once() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    first, again = (move(user, session, START + HOUR, key="one") for _ in range(2))
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(outbox("session", "SessionMoved")) == 1


def test_it_is_moved_five_times_at_most_and_until_its_start() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    for number in range(1, 6):
        assert move(user, session, START + number * HOUR).status == 200
    refused = move(user, session, START)
    assert (refused.status, refused.code) == (409, "too_many_moves")
    other = booked(user, gym, START - 2 * HOUR)
    with clock.at(START - 2 * HOUR):
        refused = move(user, other, START + 24 * HOUR)
        assert (refused.status, refused.code) == (409, "not_changeable")


def test_who_may_not_move_it() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    session = booked(user, gym)
    answer = move(other, session, START + HOUR)
    assert (answer.status, answer.code) == (404, "session_not_found")
    assert move(user, new_id(), START + HOUR).code == "session_not_found"
    cancelled = booked(user, gym, START + 3 * HOUR)
    cancel(user, cancelled)
    assert move(user, cancelled, START + 5 * HOUR).code == "not_changeable"
    ban(user)
    assert (move(user, session, START + HOUR).status, taken_slots()) == (403, 8)


def test_a_refused_move_leaves_the_session_as_it_was() -> None:
    gym, user, other = add_gym(), member_with(9), member_with()
    session = booked(user, gym)
    elsewhere = add_gym(name="Camden", latitude=53.0)
    booked(other, gym, START + 3 * HOUR)
    give_credits(user, 8)
    own = booked(user, elsewhere, START + 6 * HOUR)
    before, lots = session_of(user, session), lots_of(user)
    for start, duration, code in (
        (START + 3 * HOUR, None, "slot_taken"),
        (START + 6 * HOUR, None, "own_overlap"),
        (START - 6 * HOUR, 180, "insufficient_credits"),
        (START + timedelta(minutes=5), None, "off_grid"),
        (START, 15, "too_short"),
        (START, 300, "too_long"),
        (NOW - HOUR, None, "too_soon"),
        (START + timedelta(days=60), None, "beyond_horizon"),
    ):
        refused = move(user, session, start, duration)
        assert (refused.status, refused.code) == (409, code)
        assert (session_of(user, session), lots_of(user)) == (before, lots)
        assert refused.json["session_id"] == (own if code == "own_overlap" else None)
        assert bool(refused.json["alternatives"]) == (code in {"slot_taken", "off_grid", "too_soon"})
    assert taken_slots() == 24
    assert outbox("session", "SessionMoved") == []


@pytest.mark.usefixtures("tables")
def test_a_dearer_time_is_charged_and_a_cheaper_one_given_back() -> None:
    dear = {"name": "Evening", "weekdays": list(WEEKDAYS), "from": "17:00", "to": "24:00", "credits_per_hour": 15}
    gym, user = add_gym(credits_per_hour=10, price_bands=[dear]), new_id()
    first = give_credits(user, 5, pot="subscription", expires_at=NOW + timedelta(days=60))
    second = give_credits(user, 10)
    noon = START.replace(hour=12)
    session = booked(user, gym, noon)

    def state() -> tuple[list[tuple[str, int]], int, dict[str, int]]:
        pots = [(part["pot"], part["amount"]) for part in session_of(user, session)["pots"]]
        lots = {lot: amount for lot, (_, amount, _) in lots_of(user).items()}
        return pots, session_of(user, session)["price_credits"], lots

    assert state() == ([("subscription", 5), ("demand", 5)], 10, {second: 5})
    assert move(user, session, START).status == 200
    assert state() == ([("subscription", 5), ("demand", 10)], 15, {})
    assert move(user, session, noon).status == 200
    assert state() == ([("subscription", 5), ("demand", 5)], 10, {second: 5})
    changes = [entry["amount"] for entry in ledger_of(user) if entry["reference"] == session]
    assert sorted(changes) == [-5, -5, -5, 5]
    assert cancel(user, session).json["refunded_credits"] == 10
    assert {lot: amount for lot, (_, amount, _) in lots_of(user).items()} == {first: 5, second: 10}


def test_without_credits_for_the_difference_it_stands_where_it_was() -> None:
    dear = {"name": "Evening", "weekdays": list(WEEKDAYS), "from": "17:00", "to": "24:00", "credits_per_hour": 15}
    gym, user = add_gym(credits_per_hour=10, price_bands=[dear]), member_with(14)
    session = booked(user, gym, START.replace(hour=12))
    assert move(user, session, START).code == "insufficient_credits"
    give_credits(user, 1)
    assert move(user, session, START).status == 200
    assert credits_of(user) == 0


def test_the_deadline_stays_and_after_it_nothing_is_given_back() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym, START, 120)
    later = START + timedelta(days=3)
    with clock.at(DEADLINE + timedelta(seconds=1)):
        moved = move(user, session, later, 60).json
        assert (moved["refundable_until"], moved["price_credits"]) == (text(DEADLINE), 16)
        assert credits_of(user) == 84
        assert cancel(user, session).json["refunded_credits"] == 0


def test_a_move_into_the_time_of_a_late_cancellation_refunds_it() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    lost = booked(user, gym)
    session = booked(other, gym, START + 3 * HOUR)
    with clock.at(START - HOUR):
        assert cancel(user, lost).json["refunded_credits"] == 0
        assert move(other, session, START).status == 200
        [event] = outbox("session", "SessionMoved")
        assert settle_rebookings(SessionMoved.model_validate(event["data"])) == 1
    assert credits_of(user) == 100


def test_a_cancellation_and_a_move_at_once_are_one_after_the_other() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    meanwhile(lambda: cancel(user, session))
    assert move(user, session, START + HOUR).code == "not_changeable"
    assert (taken_slots(), credits_of(user)) == (0, 100)


def test_a_time_that_is_taken_meanwhile_is_refused() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    session = booked(user, gym)
    meanwhile(lambda: book(other, gym, START + 3 * HOUR))
    assert move(user, session, START + 3 * HOUR).code == "slot_taken"
    assert session_of(user, session)["starts_at"] == text(START)


def test_a_gym_that_changes_meanwhile_is_judged_again() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    meanwhile(lambda: change_gym(gym, status="maintenance"))
    assert move(user, session, START + 3 * HOUR).code == "gym_not_active"


def test_listed_times_are_those_without_the_old_one() -> None:
    gym, user = add_gym(buffer_minutes=0), member_with()
    session = booked(user, gym)
    assert move(user, session, START + HALF).status == 200
    listed = [item["start_time"] for item in availability(gym, "2026-03-04", 30)]
    assert "18:00" in listed
    assert "18:30" not in listed
    assert "19:30" in listed


def test_its_trips() -> None:
    """The gym is known only once the session was read: one trip more than a booking."""
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    with counted_trips() as trips:
        assert move(user, session, START + HOUR, key="one").status == 200
    assert trips.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_credits_that_expired_meanwhile_stay_spent() -> None:
    gym, user = add_gym(), new_id()
    give_credits(user, 8, expires_at=NOW + timedelta(hours=30))
    later = give_credits(user, 8, expires_at=FAR)
    session = booked(user, gym)
    with clock.at(NOW + timedelta(hours=31)):
        assert move(user, session, START + HOUR).status == 200
        assert lots_of(user)[later][1] == 8
