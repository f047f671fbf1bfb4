"""GET /admin/gyms/{gym_id}/closures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.handlers.gym.closures.closing import close, closures_of, lift
from tests.handlers.gym.making import gym
from tests.handlers.session.world import NOW, START

pytestmark = pytest.mark.usefixtures("tables")


def test_the_newest_first_in_pages() -> None:
    with clock.at(NOW):
        gym_id, other = gym()["id"], gym()["id"]
        close(other, START, START + timedelta(hours=1))
        made = []
        for number in (1, 2, 3):
            with clock.at(NOW + timedelta(seconds=number)):
                made.append(close(gym_id, START, START + timedelta(hours=number)).json)
        lift(gym_id, made[0]["id"])
        first = closures_of(gym_id, limit=2).json
        rest = closures_of(gym_id, limit=2, cursor=first["next_cursor"]).json
    assert first["items"] == [made[2], made[1]]
    assert [(one["id"], one["status"]) for one in rest["items"]] == [(made[0]["id"], "lifted")]
    assert rest["next_cursor"] is None


def test_an_unknown_gym() -> None:
    assert closures_of(new_id()).code == "gym_not_found"
