"""DELETE /gyms/{gym_id}/favourite."""

from __future__ import annotations

import pytest

from gym.endpoints.remove_favourite import handler as remove_favourite
from gym.favourite_repository import FavouriteRepository
from gym.records import FavouriteMark
from solo60.ids import new_id
from solo60.transaction import Transaction
from tests.conftest import call
from tests.handlers.gym.favouring import add, ban, listed, remove
from tests.handlers.gym.making import gym


@pytest.mark.usefixtures("tables")
def test_what_is_no_favourite_is_removed_already(member: str) -> None:
    assert remove(member, new_id()).status == 204
    assert remove(member, "nonsense").status == 422


@pytest.mark.usefixtures("tables")
def test_a_favourite_that_is_added_again_while_it_is_removed_is_removed(
    member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gym_id = gym()["id"]
    add(member, gym_id)
    original = FavouriteRepository.remove

    def overtaken(self: FavouriteRepository, work: Transaction, mark: FavouriteMark) -> None:
        monkeypatch.setattr(FavouriteRepository, "remove", original)
        remove(member, gym_id)
        add(member, gym_id, 5)
        original(self, work, mark)

    monkeypatch.setattr(FavouriteRepository, "remove", overtaken)
    assert remove(member, gym_id).status == 204
    assert listed(member) == []


@pytest.mark.usefixtures("tables")
def test_a_banned_member_removes_nothing(member: str) -> None:
    kept = gym()["id"]
    add(member, kept)
    ban(member)
    answer = remove(member, kept)
    assert (answer.status, answer.code) == (403, "account_banned")
    assert listed(member) == [kept]


def test_it_needs_a_member() -> None:
    assert call(remove_favourite, path={"gym_id": new_id()}).status == 401
