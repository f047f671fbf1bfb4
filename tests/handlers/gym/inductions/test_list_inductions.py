"""GET /gyms/inductions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gym.inductions.endpoints.list_inductions import handler
from solo60 import clock
from tests.conftest import call
from tests.handlers.gym.inductions.inducting import HOUR, asked, complete, mine
from tests.handlers.session import world
from tests.handlers.session.world import NOW, START

pytestmark = pytest.mark.usefixtures("tables")


def test_mine_at_all_gyms_the_last_requested_first(member: str, make_member: Callable[[], str]) -> None:
    ids = [asked(member, world.add_gym(name=name), at=NOW + number * HOUR) for number, name in enumerate("ABC")]
    asked(make_member(), world.add_gym())
    complete(ids[0], at=START)
    assert [(item["id"], item["gym_name"], item["status"]) for item in mine(member)] == [
        (ids[2], "C", "requested"),
        (ids[1], "B", "requested"),
        (ids[0], "A", "completed"),
    ]


def test_pages_have_each_once(member: str) -> None:
    ids = [asked(member, world.add_gym(), at=NOW + number * HOUR) for number in range(3)]
    first = call(handler, user=member, query={"limit": 2}).json
    with clock.at(NOW):
        second = call(handler, user=member, query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [item["id"] for item in [*first["items"], *second["items"]]] == ids[::-1]
    assert second["next_cursor"] is None


def test_who_has_none_has_an_empty_list(member: str) -> None:
    assert mine(member) == []
    assert call(handler).status == 401
    assert call(handler, user=member, query={"cursor": "x"}).status == 400
