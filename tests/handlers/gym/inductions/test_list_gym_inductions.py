"""GET /admin/gyms/{gym_id}/inductions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gym.inductions.endpoints.list_gym_inductions import handler
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.inductions.inducting import DAY, HOUR, asked, cancel, complete, miss, of_gym
from tests.handlers.gym.making import ADMIN
from tests.handlers.session import world
from tests.handlers.session.world import NOW, START

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def gym_id(tables: None) -> str:
    return world.add_gym()


def test_all_or_those_in_one_state_the_latest_start_first(gym_id: str, make_member: Callable[[], str]) -> None:
    users = [make_member() for _ in range(4)]
    starts = [START, START + 2 * DAY, START + DAY, START + 3 * DAY]
    ids = [asked(user, gym_id, start) for user, start in zip(users, starts, strict=True)]
    asked(users[0], world.add_gym())
    complete(ids[0])
    miss(ids[1])
    cancel(users[2], ids[2])
    assert [item["id"] for item in of_gym(gym_id)] == [ids[3], ids[1], ids[2], ids[0]]
    assert [item["user_id"] for item in of_gym(gym_id)] == [users[3], users[1], users[2], users[0]]
    for status, expected in (("completed", 0), ("missed", 1), ("cancelled", 2), ("requested", 3)):
        assert [item["id"] for item in of_gym(gym_id, status=status)] == [ids[expected]]
    assert of_gym(gym_id, status="scheduled") == []


def test_pages_are_full_while_more_exists(gym_id: str, make_member: Callable[[], str]) -> None:
    users = [make_member() for _ in range(5)]
    ids = [asked(user, gym_id, NOW + DAY + 2 * number * HOUR) for number, user in enumerate(users)]
    cancel(users[1], ids[1])
    cancel(users[3], ids[3])
    query = {"limit": 2, "status": "requested"}
    first = call(handler, user=ADMIN, admin=True, path={"gym_id": gym_id}, query=query).json
    query["cursor"] = first["next_cursor"]
    second = call(handler, user=ADMIN, admin=True, path={"gym_id": gym_id}, query=query).json
    assert [[item["id"] for item in page["items"]] for page in (first, second)] == [[ids[4], ids[2]], [ids[0]]]
    assert second["next_cursor"] is None


def test_who_may_see_which(gym_id: str, member: str) -> None:
    path = {"gym_id": gym_id}
    assert call(handler, path=path).status == 401
    assert call(handler, user=member, path=path).status == 403
    missing = call(handler, user=ADMIN, admin=True, path={"gym_id": new_id()})
    assert (missing.status, missing.code) == (404, "gym_not_found")
    assert call(handler, user=ADMIN, admin=True, path=path, query={"status": "done"}).status == 422
