"""POST /sessions/book."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from session.booking.endpoints.book_session import handler as book_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call, outbox
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    ban,
    book,
    counted_trips,
    credits_of,
    give_credits,
    induct,
    ledger_of,
    member_with,
    nothing_happened,
    refused,
    sessions_in_table,
    text,
)


@pytest.fixture
def rich() -> str:
    """A member with 100 credits."""
    return member_with(100)


def test_a_booking_claims_slots_takes_credits_and_returns_the_session(rich: str) -> None:
    gym = add_gym(
        name="Élan – Ōsaka 健身",
        price_bands=[
            {"name": "peak", "weekdays": ["wednesday"], "from": "17:00", "to": "19:00", "credits_per_hour": 12}
        ],
    )
    answer = book(rich, gym, "2026-03-04T19:30:00+01:00", 60)  # 18:30 in London
    assert answer.status == 201, answer.text
    session = answer.json
    assert session["pots"][0].pop("expires_at")
    identity = session.pop("id")
    assert session == {
        "user_id": rich,
        "gym_id": gym,
        "gym_name": "Élan – Ōsaka 健身",
        "gym_address": "1 Wardour Street, London, W1D 6PA, GB",
        "timezone": "Europe/London",
        "starts_at": "2026-03-04T18:30:00Z",
        "ends_at": "2026-03-04T19:30:00Z",
        "booking_date": "2026-03-04",
        "start_time": "18:30",
        "end_time": "19:30",
        "duration": 60,
        "status": "confirmed",
        "price_credits": 10,  # half an hour at 12, half at 8
        "price": {"amount": 1000, "currency": "GBP"},
        "pots": [{"pot": "demand", "amount": 10}],
        "refundable_until": "2026-03-04T06:30:00Z",
        "invitees": [],
        "version": 1,
        "sequence": 0,
        "created_at": text(NOW),
        "checked_in_at": None,
        "checked_out_at": None,
        "cancelled_at": None,
        "refunded_credits": None,
    }
    assert answer.headers["ETag"] == '"1"'
    assert credits_of(rich) == 90
    assert ledger_of(rich, "booking") == [{"type": "booking", "amount": -10, "pot": "demand", "reference": identity}]
    (event,) = outbox("session")
    assert event["detail_type"] == "SessionBooked"
    assert event["data"]["session_id"] == identity
    assert event["data"]["gym_name"] == "Élan – Ōsaka 健身"
    assert event["data"]["starts_at"] == "2026-03-04T18:30:00Z"
    assert event["data"]["sequence"] == 0


def test_credits_that_expire_first_are_spent_first_and_the_split_is_returned() -> None:
    user, gym = new_id(), add_gym()
    give_credits(user, 5, expires_at=NOW + timedelta(days=200))
    give_credits(user, 5, pot="subscription", expires_at=NOW + timedelta(days=20))
    pots = book(user, gym, START).json["pots"]
    assert [(pot["pot"], pot["amount"]) for pot in pots] == [("subscription", 5), ("demand", 3)]


def test_a_booking_with_a_key_makes_two_trips(rich: str) -> None:
    gym = add_gym()
    with counted_trips() as trips:
        assert book(rich, gym, START, key="k").status == 201
    assert trips.operations == ["BatchGetItem", "TransactWriteItems"]


def test_the_same_key_replays_the_first_answer(rich: str) -> None:
    gym = add_gym()
    first = book(rich, gym, START, key="tap")
    again = book(rich, gym, START, key="tap")
    assert (again.status, again.text) == (201, first.text)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert credits_of(rich) == 92
    assert len(sessions_in_table()) == 1


def test_a_key_is_not_for_another_booking(rich: str) -> None:
    gym = add_gym()
    book(rich, gym, START, key="tap")
    refused(book(rich, gym, START + timedelta(hours=3), key="tap"), "idempotency_key_reused", 422)
    assert len(sessions_in_table()) == 1


def test_a_refusal_keeps_no_key() -> None:
    gym, user = add_gym(), new_id()
    refused(book(user, gym, START, key="tap"), "insufficient_credits")
    give_credits(user, 8)
    assert book(user, gym, START, key="tap").status == 201


def test_a_key_belongs_to_its_member(rich: str) -> None:
    gym, other = add_gym(), member_with(100)
    assert book(rich, gym, START, key="tap").status == 201
    refused(book(other, gym, START, key="tap"), "slot_taken")


@pytest.mark.parametrize(
    ("code", "gym", "start", "duration"),
    [
        ("gym_not_active", {"status": "maintenance"}, START, 60),
        ("gym_not_active", {"status": "archived"}, START, 60),
        ("off_grid", {"slot_minutes": 30}, START + timedelta(minutes=15), 60),
        ("off_grid", {"slot_minutes": 30, "min_duration": 30}, START, 45),
        ("too_short", {"slot_minutes": 30, "min_duration": 60}, START, 15),
        ("too_long", {"slot_minutes": 30, "max_duration": 120}, START, 135),
        ("off_grid", {}, START + timedelta(seconds=1), 60),
        ("off_grid", {}, START + timedelta(microseconds=1), 60),
        ("off_grid", {}, START, 61),
        ("too_short", {"min_duration": 60}, START, 45),
        ("too_long", {"max_duration": 90}, START, 105),
        ("too_long", {}, START, 1440),
        ("too_soon", {}, NOW + timedelta(minutes=15), 60),
        ("too_soon", {"minimum_notice_minutes": 0}, NOW - timedelta(minutes=15), 60),
        ("too_soon", {}, datetime(2000, 1, 1, tzinfo=UTC), 60),
        ("beyond_horizon", {}, NOW + timedelta(days=30, minutes=15), 60),
        ("beyond_horizon", {}, datetime(2100, 12, 31, 23, 45, tzinfo=UTC), 60),
        ("gym_closed", {"opening_hours": {"wednesday": [{"opens": "06:00", "closes": "18:45"}]}}, START, 60),
        ("gym_closed", {"opening_hours": {"wednesday": [{"opens": "18:15", "closes": "22:00"}]}}, START, 60),
        ("gym_closed", {"opening_hours": {}}, START, 60),
        ("induction_required", {"requires_induction": True}, START, 60),
        ("insufficient_credits", {"credits_per_hour": 101}, START, 60),
    ],
)
def test_each_rule_refuses_by_its_code_and_changes_nothing(
    rich: str, code: str, gym: dict[str, Any], start: datetime, duration: int
) -> None:
    refused(book(rich, add_gym(**gym), start, duration), code)
    nothing_happened(rich, 100)


@pytest.mark.parametrize(
    ("gym", "start", "duration"),
    [
        ({}, NOW + timedelta(minutes=30), 60),
        ({"minimum_notice_minutes": 0}, NOW, 60),
        ({}, NOW + timedelta(days=30), 60),
        ({"opening_hours": {"wednesday": [{"opens": "18:00", "closes": "19:00"}]}}, START, 60),
        ({"opening_hours": {"wednesday": [{"opens": "18:00", "closes": "02:00"}]}}, START + timedelta(hours=7), 60),
        ({"min_duration": 60, "max_duration": 60}, START, 60),
        ({"credits_per_hour": 100}, START, 60),
        ({"max_duration": 480}, datetime(2026, 3, 4, 20, 0, tzinfo=UTC), 480),
    ],
)
def test_each_rule_allows_its_boundary(rich: str, gym: dict[str, Any], start: datetime, duration: int) -> None:
    answer = book(rich, add_gym(**gym), start, duration)
    assert answer.status == 201, answer.text


def test_an_induction_has_to_be_valid_when_the_session_starts(rich: str) -> None:
    gym = add_gym(requires_induction=True)
    induct(rich, gym, START, status="scheduled")
    refused(book(rich, gym, START), "induction_required")
    induct(rich, gym, START)
    refused(book(rich, gym, START), "induction_required")
    induct(rich, gym, START + timedelta(seconds=1))
    assert book(rich, gym, START).status == 201


def test_expired_credits_do_not_count() -> None:
    gym, user = add_gym(), new_id()
    give_credits(user, 8, expires_at=NOW + timedelta(minutes=1))
    with clock.at(NOW + timedelta(minutes=1)):
        refused(book(user, gym, START), "insufficient_credits")


def test_the_slot_and_its_buffer_are_taken_for_others(rich: str) -> None:
    gym = add_gym(buffer_minutes=20)  # held in quarter hours: 30 minutes
    assert book(rich, gym, START, 60).status == 201
    other = member_with(100)
    for minutes in (-75, -45, 0, 30, 60, 75):
        refused(book(other, gym, START + timedelta(minutes=minutes), 60), "slot_taken")
    # Buffers overlap each other, they do not add.
    assert book(other, gym, START + timedelta(minutes=90), 60).status == 201
    assert book(other, gym, START - timedelta(minutes=90), 60).status == 201


def test_without_a_buffer_sessions_adjoin(rich: str) -> None:
    gym = add_gym(buffer_minutes=0)
    assert book(rich, gym, START, 60).status == 201
    assert book(rich, gym, START + timedelta(minutes=60), 60).status == 201
    assert book(rich, gym, START - timedelta(minutes=60), 60).status == 201


def test_a_session_over_midnight_utc_is_taken_on_both_days(rich: str) -> None:
    gym, other = add_gym(), member_with(100)
    assert book(rich, gym, datetime(2026, 3, 4, 23, 30, tzinfo=UTC), 60).status == 201
    refused(book(other, gym, datetime(2026, 3, 5, 0, 15, tzinfo=UTC), 60), "slot_taken")
    refused(book(other, gym, datetime(2026, 3, 4, 23, 0, tzinfo=UTC), 60), "slot_taken")
    assert book(other, gym, datetime(2026, 3, 5, 0, 45, tzinfo=UTC), 60).status == 201
    refused(book(rich, add_gym(), datetime(2026, 3, 5, 0, 15, tzinfo=UTC), 60), "own_overlap")


def test_a_member_is_in_one_place_at_a_time(rich: str) -> None:
    here, there = add_gym(), add_gym()
    assert book(rich, here, START, 60).status == 201
    refused(book(rich, there, START + timedelta(minutes=45), 60), "own_overlap")
    assert book(rich, there, START + timedelta(minutes=60), 60).status == 201
    assert len(sessions_in_table()) == 2


def test_a_banned_member_is_refused_with_and_without_a_key(rich: str) -> None:
    gym = add_gym()
    ban(rich)
    refused(book(rich, gym, START), "account_banned", 403)
    refused(book(rich, gym, START, key="tap"), "account_banned", 403)
    nothing_happened(rich, 100)
    ban(rich, until=NOW)
    assert book(rich, gym, START).status == 201


def test_an_unknown_gym_is_not_found(rich: str) -> None:
    refused(book(rich, new_id(), START), "gym_not_found", 404)


def test_capacity_counts_the_host(rich: str) -> None:
    gym = add_gym(capacity=3)
    three = [f"guest{number}@example.com" for number in range(3)]
    answer = refused(book(rich, gym, START, invitees=three), "too_many_invitees", 422)
    assert answer.json["errors"][0]["field"] == "/invitees"
    nothing_happened(rich, 100)
    mine = f"{rich[-6:].upper()}@Example.com"
    invitees = ["Ann@Example.com", "ann@example.com", mine, " bob@example.com"]
    answer = book(rich, gym, START, invitees=invitees)
    assert answer.status == 201
    assert answer.json["invitees"] == ["ann@example.com", "bob@example.com"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"/gym_id", "/starts_at", "/duration"}),
        ({"gym_id": "x", "starts_at": "2026-03-04T18:00:00", "duration": 0}, {"/gym_id", "/starts_at", "/duration"}),
        ({"gym_id": new_id(), "starts_at": "9999-12-31T23:59:59Z", "duration": 1441}, {"/starts_at", "/duration"}),
        ({"gym_id": new_id(), "starts_at": "0001-01-01T00:00:00+14:00", "duration": 60}, {"/starts_at"}),
        (
            {"gym_id": new_id(), "starts_at": text(START), "duration": 60, "invitees": ["no"], "price": 1},
            {"/invitees/0", "/price"},
        ),
    ],
)
def test_all_errors_of_a_body_are_reported_at_once(rich: str, body: dict[str, Any], fields: set[str]) -> None:
    answer = call(book_endpoint, user=rich, body=body)
    refused(answer, "invalid_request", 422)
    assert {error["field"] for error in answer.json["errors"]} == fields


def test_a_booking_needs_a_token() -> None:
    body = {"gym_id": add_gym(), "starts_at": text(START), "duration": 60}
    assert call(book_endpoint, body=body).status == 401
