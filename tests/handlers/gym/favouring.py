"""A member's favourites, through the endpoints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gym.endpoints.add_favourite import handler as add_favourite
from gym.endpoints.list_favourites import handler as list_favourites
from gym.endpoints.remove_favourite import handler as remove_favourite
from solo60 import clock
from solo60.bans import Ban, ban_key
from tests.conftest import Answer, call

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def add(user: str, gym_id: str, minute: int = 0) -> Answer:
    with clock.at(NOW + timedelta(minutes=minute)):
        return call(add_favourite, user=user, path={"gym_id": gym_id})


def remove(user: str, gym_id: str) -> Answer:
    return call(remove_favourite, user=user, path={"gym_id": gym_id})


def listed(user: str, **query: Any) -> list[str]:
    return [item["id"] for item in call(list_favourites, user=user, query=query).json["items"]]


def ban(user: str) -> None:
    key = ban_key(user)
    Ban(key.pk, key.sk, banned_until=clock.now() + timedelta(days=1)).save()
