"""GET /admin/users/{user_id}."""

from __future__ import annotations

import pytest

from solo60 import aws
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.user.administration.governing import get, joined, new_admin
from user.administration.endpoints.get_member_account import handler

pytestmark = pytest.mark.usefixtures("tables")


def test_an_admin_sees_the_account_in_two_trips() -> None:
    admin, member = new_admin(), joined("Zoë", "O'Brien", "zoe@example.com")
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    answer = get(admin, member)
    assert (answer.status, answer.headers["ETag"], made) == (200, '"1"', ["BatchGetItem", "Query"])
    assert answer.json == {
        "id": member,
        "email": "zoe@example.com",
        "first_name": "Zoë",
        "last_name": "O'Brien",
        "role": "member",
        "status": "active",
        "banned_until": None,
        "created_at": "2026-03-02T10:00:00Z",
        "verified": True,
        "phone": "+447700900123",
        "date_of_birth": "1990-12-10",
        "bio": None,
        "version": 1,
        "bans": [],
    }
    assert get(admin, admin).json["role"] == "admin"


def test_nobody_else_sees_it() -> None:
    admin, member = new_admin(), joined()
    assert get(member, member).code == "forbidden"
    assert call(handler, user=member, path={"user_id": member}).code == "forbidden"
    assert call(handler, path={"user_id": member}).code == "unauthenticated"
    assert get(admin, new_id()).code == "not_found"
