"""Closures for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gym.closures.endpoints.create_closure import handler as create
from gym.closures.endpoints.lift_closure import handler as lift_endpoint
from gym.closures.endpoints.list_closures import handler as list_endpoint
from solo60 import clock
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN


def close(gym_id: str, start: datetime | str, end: datetime | str, *, key: str | None = None, **more: Any) -> Answer:
    """Call POST /admin/gyms/{gym_id}/closures."""
    start, end = (each if isinstance(each, str) else clock.to_rfc3339(each) for each in (start, end))
    body = {"from": start, "to": end, "reason": "The floor is being renewed.", **more}
    headers = {"Idempotency-Key": key} if key else None
    return call(create, user=ADMIN, admin=True, path={"gym_id": gym_id}, body=body, headers=headers)


def lift(gym_id: str, closure_id: str) -> Answer:
    """Call DELETE /admin/gyms/{gym_id}/closures/{closure_id}."""
    return call(lift_endpoint, user=ADMIN, admin=True, path={"gym_id": gym_id, "closure_id": closure_id})


def closures_of(gym_id: str, **query: Any) -> Answer:
    """Call GET /admin/gyms/{gym_id}/closures."""
    return call(list_endpoint, user=ADMIN, admin=True, path={"gym_id": gym_id}, query=query)
