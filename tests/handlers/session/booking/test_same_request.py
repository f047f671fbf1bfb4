"""One `Idempotency-Key`: a request that means the same is the same request, however it is written."""

from __future__ import annotations

from typing import Any

import pytest

from session.booking.endpoints.book_session import handler as book_endpoint
from session.booking.endpoints.cancel_session import handler as cancel_endpoint
from tests.conftest import Answer, call
from tests.handlers.session.world import (
    START,
    add_gym,
    book,
    credits_of,
    member_with,
    refused,
    sessions_in_table,
)

WRITTEN = "2026-03-04T18:00:00Z"


@pytest.fixture
def rich() -> str:
    """A member with 100 credits."""
    return member_with(100)


def _send(user: str, body: dict[str, Any]) -> Answer:
    return call(book_endpoint, user=user, body=body, headers={"Idempotency-Key": "tap"})


def _first(user: str, **more: Any) -> tuple[dict[str, Any], Answer]:
    body = {"gym_id": add_gym(), "starts_at": WRITTEN, "duration": 60, **more}
    answer = _send(user, body)
    assert answer.status == 201
    return body, answer


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": "2026-03-04T18:00:00+00:00"},
        {"starts_at": "2026-03-04T19:00:00+01:00"},
        {"starts_at": "2026-03-04t18:00:00.000z"},
        {"invitees": []},
    ],
    ids=str,
)
def test_an_equivalent_body_replays_the_first_answer(rich: str, changes: dict[str, Any]) -> None:
    body, first = _first(rich)
    again = _send(rich, {**body, **changes})
    assert (again.status, again.text, again.headers["Idempotent-Replayed"]) == (201, first.text, "true")
    assert len(sessions_in_table()) == 1
    assert credits_of(rich) == 92


def test_ids_and_addresses_are_the_same_in_capitals(rich: str) -> None:
    body, first = _first(rich, invitees=["guest@example.com"])
    again = _send(rich, {**body, "gym_id": body["gym_id"].upper(), "invitees": ["Guest@Example.com"]})
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")


@pytest.mark.parametrize(
    "changes",
    [{"starts_at": "2026-03-04T18:00:00+01:00"}, {"duration": 90}, {"invitees": ["guest@example.com"]}],
    ids=str,
)
def test_a_body_that_means_something_else_is_another_request(rich: str, changes: dict[str, Any]) -> None:
    body, _ = _first(rich)
    refused(_send(rich, {**body, **changes}), "idempotency_key_reused", 422)


def test_an_id_in_the_path_is_the_same_in_capitals_and_another_id_is_not(rich: str) -> None:
    gym = add_gym()
    session, other = (book(rich, gym, START.replace(hour=hour)).json["id"] for hour in (12, 18))
    headers = {"Idempotency-Key": "tap"}
    first = call(cancel_endpoint, user=rich, path={"session_id": session}, headers=headers)
    again = call(cancel_endpoint, user=rich, path={"session_id": session.upper()}, headers=headers)
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    refused(
        call(cancel_endpoint, user=rich, path={"session_id": other}, headers=headers), "idempotency_key_reused", 422
    )
