"""POST /sessions/{session_id}/extend."""

from __future__ import annotations

from datetime import datetime, timedelta

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.world import (
    ALL_DAY,
    START,
    WEEKDAYS,
    add_gym,
    book,
    cancel,
    change_gym,
    counted_trips,
    credits_of,
    extend,
    give_credits,
    lots_of,
    move,
    session_of,
    taken_slots,
    text,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def member_with(credits: int = 100) -> str:
    user = new_id()
    give_credits(user, credits)
    return user


def booked(user: str, gym: str, start: datetime = START, duration: int = 60) -> str:
    answer = book(user, gym, start, duration)
    assert answer.status == 201, answer.text
    identity: str = answer.json["id"]
    return identity


def test_a_session_lasts_longer_up_to_the_buffer_of_the_next_one() -> None:
    gym, user, other = add_gym(credits_per_hour=12, max_duration=120), member_with(), member_with()
    session = booked(user, gym)
    booked(other, gym, START + 2 * HOUR)
    answer = extend(user, session, 45)
    assert answer.status == 200
    longer = answer.json
    assert (longer["starts_at"], longer["ends_at"]) == (text(START), text(START + HOUR + 3 * QUARTER))
    assert (longer["duration"], longer["end_time"], longer["price_credits"]) == (105, "19:45", 21)
    assert (longer["version"], longer["sequence"]) == (2, 1)
    assert longer == session_of(user, session)
    assert credits_of(user) == 79
    assert taken_slots() == 2 * 7 + 2 * 4
    [event] = outbox("session", "SessionExtended")
    assert event["data"]["previous_ends_at"] == text(START + HOUR)


def test_a_refused_extension_changes_nothing() -> None:
    gym = add_gym(credits_per_hour=12, max_duration=120)
    user, other, poor = member_with(), member_with(), member_with(15)
    first, second, third = booked(user, gym), booked(user, gym, START + DAY), booked(poor, gym, START + 2 * DAY)
    booked(other, gym, START + 2 * HOUR)
    elsewhere = add_gym(name="Camden", latitude=53.0)
    own = booked(user, elsewhere, START + DAY + HOUR)
    for member, session, minutes, code in (
        (user, first, 60, "slot_taken"),
        (user, second, 75, "too_long"),
        (poor, third, 30, "insufficient_credits"),
        (user, first, 20, "off_grid"),
        (user, second, 30, "own_overlap"),
    ):
        before, lots, slots = session_of(member, session), lots_of(member), taken_slots()
        refused = extend(member, session, minutes)
        assert (refused.status, refused.code) == (409, code)
        assert (session_of(member, session), lots_of(member), taken_slots()) == (before, lots, slots)
        assert refused.json["session_id"] == (own if code == "own_overlap" else None)
    assert outbox("session", "SessionExtended") == []


def test_the_gym_closes() -> None:
    hours = {**dict.fromkeys(WEEKDAYS, ALL_DAY), "wednesday": [{"opens": "08:00", "closes": "19:30"}]}
    gym, user = add_gym(opening_hours=hours), member_with()
    session = booked(user, gym)
    assert extend(user, session, 45).code == "gym_closed"
    assert extend(user, session, 30).status == 200


def test_what_was_judged_at_the_booking_is_not_judged_again() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    session = booked(user, gym)
    booked(other, gym, START - HOUR)
    evening = {**dict.fromkeys(WEEKDAYS, ALL_DAY), "wednesday": [{"opens": "18:30", "closes": "23:00"}]}
    change_gym(gym, buffer_minutes=30, opening_hours=evening, minimum_notice_minutes=600, requires_induction=True)
    assert extend(user, session, 30).status == 200


def test_a_raised_buffer_holds_behind_it() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    session = booked(user, gym)
    booked(other, gym, START + 2 * HOUR)
    change_gym(gym, buffer_minutes=30)
    assert extend(user, session, 45).code == "slot_taken"
    assert extend(user, session, 30).status == 200


def test_it_is_extended_until_its_end() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    with clock.at(START + HOUR - timedelta(seconds=1)):
        assert extend(user, session, 15).status == 200
    with clock.at(START + HOUR + QUARTER):
        refused = extend(user, session, 15)
        assert (refused.status, refused.code) == (409, "not_changeable")


def test_who_may_not_extend_it() -> None:
    gym, user, other = add_gym(), member_with(), member_with()
    session = booked(user, gym)
    assert extend(other, session, 15).code == "session_not_found"
    assert extend(user, session, 15, seen=7).status == 412
    assert extend(user, session, 0).status == 422
    cancel(user, session)
    assert extend(user, session, 15).code == "not_changeable"


def test_who_comes_first_has_the_time_behind_it() -> None:
    gym, user, other = add_gym(buffer_minutes=0), member_with(), member_with()
    session = booked(user, gym)
    meanwhile(lambda: book(other, gym, START + HOUR))
    assert extend(user, session, 30).code == "slot_taken"


def test_a_repeat_under_one_key_extends_once_and_its_trips() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    with counted_trips() as trips:
        first = extend(user, session, 30, key="one")
    assert trips.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert extend(user, session, 30, key="one").json == first.json
    assert credits_of(user) == 88


def test_all_that_was_paid_is_refunded_and_the_deadline_stays() -> None:
    gym, user = add_gym(), member_with()
    session = booked(user, gym)
    before = session_of(user, session)
    extend(user, session, 30)
    move(user, session, START + 3 * HOUR)
    assert session_of(user, session)["refundable_until"] == before["refundable_until"]
    assert cancel(user, session).json["refunded_credits"] == 12
    assert (credits_of(user), taken_slots()) == (100, 0)
