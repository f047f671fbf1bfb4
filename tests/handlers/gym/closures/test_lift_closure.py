"""DELETE /admin/gyms/{gym_id}/closures/{closure_id}."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.conftest import outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.gym.closures.closing import close, closures_of, lift
from tests.handlers.gym.making import gym
from tests.handlers.session import world

NOW, START = world.NOW, world.START
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_what_no_other_closure_has_is_free_again() -> None:
    gym_id, user = gym(buffer_minutes=0)["id"], new_id()
    world.give_credits(user, 100)
    lifted = close(gym_id, START, START + 3 * HOUR).json["id"]
    close(gym_id, START + 2 * HOUR, START + 5 * HOUR)
    assert lift(gym_id, lifted).status == 204
    assert world.book(user, gym_id, START).status == 201
    assert world.book(user, gym_id, START + HOUR).status == 201
    for start in (START + 2 * HOUR, START + 4 * HOUR):
        assert world.book(user, gym_id, start).code == "gym_closed"
    [event] = outbox("gym", "ClosureLifted")
    assert event["data"]["closure_id"] == lifted


def test_it_may_be_repeated_and_what_is_not_there_is_not_found() -> None:
    gym_id, other = gym()["id"], gym()["id"]
    closure = close(gym_id, START, START + HOUR).json["id"]
    for gym_asked, asked in ((other, closure), (gym_id, new_id())):
        answer = lift(gym_asked, asked)
        assert (answer.status, answer.code) == (404, "closure_not_found")
    assert [lift(gym_id, closure).status for _ in range(2)] == [204, 204]
    assert len(outbox("gym", "ClosureLifted")) == 1
    assert closures_of(gym_id).json["items"][0]["lifted_at"] == world.text(NOW)


def test_what_has_ended_stays() -> None:
    gym_id = gym()["id"]
    closure = close(gym_id, START, START + HOUR).json["id"]
    with clock.at(START + HOUR):
        answer = lift(gym_id, closure)
        assert (answer.status, answer.code) == (409, "closure_over")


def test_two_at_once_lift_it_once() -> None:
    gym_id = gym()["id"]
    closure = close(gym_id, START, START + HOUR).json["id"]
    meanwhile(lambda: lift(gym_id, closure))
    assert lift(gym_id, closure).status == 204
    assert len(outbox("gym", "ClosureLifted")) == 1
