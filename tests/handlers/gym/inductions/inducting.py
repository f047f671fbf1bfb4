"""Inductions at gyms, through the endpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gym.inductions.endpoints.cancel_induction import handler as cancel_induction
from gym.inductions.endpoints.complete_induction import handler as complete_induction
from gym.inductions.endpoints.list_gym_inductions import handler as list_gym_inductions
from gym.inductions.endpoints.list_inductions import handler as list_inductions
from gym.inductions.endpoints.miss_induction import handler as miss_induction
from gym.inductions.endpoints.request_induction import handler as request_induction
from solo60 import clock
from solo60.http.endpoint import Endpoint
from tests.conftest import Answer, call, outbox
from tests.handlers.gym.making import ADMIN
from tests.handlers.session import world
from tests.handlers.session.world import NOW, START

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ask(
    user: str, gym_id: str, starts_at: datetime | str = START, *, at: datetime = NOW, key: str | None = None
) -> Answer:
    """Ask for an induction."""
    start = starts_at if isinstance(starts_at, str) else clock.to_rfc3339(starts_at)
    headers = {} if key is None else {"Idempotency-Key": key}
    with clock.at(at):
        return call(request_induction, user=user, path={"gym_id": gym_id}, body={"starts_at": start}, headers=headers)


def asked(user: str, gym_id: str, starts_at: datetime = START, *, at: datetime = NOW) -> str:
    """The id of an induction that was asked for."""
    answer = ask(user, gym_id, starts_at, at=at)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def _end(endpoint: Endpoint, induction_id: str, at: datetime, seen: int | None, **caller: Any) -> Answer:
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    with clock.at(at):
        return call(endpoint, path={"induction_id": induction_id}, headers=headers, **caller)


def cancel(user: str, induction_id: str, *, at: datetime = NOW, seen: int | None = None) -> Answer:
    """Cancel an induction."""
    return _end(cancel_induction, induction_id, at, seen, user=user)


def complete(induction_id: str, *, at: datetime = START + HOUR, seen: int | None = None) -> Answer:
    """Mark an induction as done."""
    return _end(complete_induction, induction_id, at, seen, user=ADMIN, admin=True)


def miss(induction_id: str, *, at: datetime = START + HOUR, seen: int | None = None) -> Answer:
    """Mark an induction as missed."""
    return _end(miss_induction, induction_id, at, seen, user=ADMIN, admin=True)


def mine(user: str, *, at: datetime = NOW, **query: Any) -> list[dict[str, Any]]:
    """The inductions of a member."""
    with clock.at(at):
        items: list[dict[str, Any]] = call(list_inductions, user=user, query=query).json["items"]
    return items


def of_gym(gym_id: str, **query: Any) -> list[dict[str, Any]]:
    """The inductions at a gym."""
    answer = call(list_gym_inductions, user=ADMIN, admin=True, path={"gym_id": gym_id}, query=query)
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def told(detail_type: str) -> list[dict[str, Any]]:
    """What the gym service has told of inductions."""
    return [event["data"] for event in outbox("gym", detail_type)]


def book(user: str, gym_id: str, starts_at: datetime, *, at: datetime = NOW) -> Answer:
    """Book an hour at a gym."""
    with clock.at(at):
        return world.book(user, gym_id, starts_at)


def is_free(gym_id: str, starts_at: datetime, *, at: datetime = NOW) -> bool:
    """Whether an hour of a gym is listed as available."""
    with clock.at(at):
        items = world.availability(gym_id, f"{starts_at:%Y-%m-%d}")
    return clock.to_rfc3339(starts_at) in {item["starts_at"] for item in items}
