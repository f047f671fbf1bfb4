"""PUT /gyms/{gym_id}/favourite."""

from __future__ import annotations

import pytest

from gym.endpoints.add_favourite import handler as add_favourite
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.gym.favouring import add, ban, listed, remove
from tests.handlers.gym.making import gym


@pytest.mark.usefixtures("tables")
def test_adding_and_removing_twice_changes_nothing(member: str) -> None:
    first, second = gym()["id"], gym()["id"]
    add(member, first)
    add(member, second, 1)
    assert add(member, first, 2).status == 204
    assert listed(member) == [second, first]
    for _ in range(2):
        assert remove(member, first).status == 204
        assert listed(member) == [second]
    assert add(member, first, 3).status == 204
    assert listed(member) == [first, second]


@pytest.mark.usefixtures("tables")
def test_an_unknown_gym_is_404(member: str) -> None:
    answer = add(member, new_id())
    assert (answer.status, answer.code) == (404, "gym_not_found")
    assert add(member, "nonsense").status == 422
    assert listed(member) == []


@pytest.mark.usefixtures("tables")
def test_a_banned_member_adds_nothing(member: str) -> None:
    kept, other = gym()["id"], gym()["id"]
    add(member, kept)
    ban(member)
    answer = add(member, other)
    assert (answer.status, answer.code) == (403, "account_banned")
    assert listed(member) == [kept]


def test_it_needs_a_member() -> None:
    assert call(add_favourite, path={"gym_id": new_id()}).status == 401
