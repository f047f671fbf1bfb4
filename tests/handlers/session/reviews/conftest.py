"""The tests of reviews stand on the day after the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from solo60 import clock
from tests.handlers.session.reviews.reviewing import AFTER
from tests.handlers.storage.conftest import Files


@pytest.fixture(autouse=True)
def _the_day_after(_monday: None) -> Iterator[None]:
    with clock.at(AFTER):
        yield


@pytest.fixture
def files(tables: None) -> Files:
    """What members do with files."""
    return Files()
