"""The session service's tests stand on a Monday morning; a file that needs another setting has its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from solo60 import clock
from solo60.ids import new_id
from tests.handlers.session.world import NOW, give_credits


@pytest.fixture(autouse=True)
def _monday(tables: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def rich() -> str:
    user = new_id()
    give_credits(user, 1000)
    return user
