"""solo60.clock: one time, in UTC, that can be held."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from solo60 import clock

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_the_time_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_the_clock_is_held_inside_the_block_alone() -> None:
    with clock.at(NOW):
        assert clock.now() == NOW
        with clock.at(NOW + timedelta(hours=1)):
            assert clock.now() == NOW + timedelta(hours=1)
        assert clock.now() == NOW
    assert clock.now() != NOW


def test_an_error_inside_the_block_lets_the_clock_go() -> None:
    with pytest.raises(KeyError), clock.at(NOW):
        raise KeyError
    assert clock.now() != NOW


def test_another_thread_has_its_own_time() -> None:
    seen: list[datetime] = []
    with clock.at(NOW):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOW


def test_a_wall_clock_is_converted_and_a_naive_time_is_refused() -> None:
    with clock.at(datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/London"))):
        assert clock.to_rfc3339(clock.now()) == "2026-07-01T11:00:00Z"
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 7, 1)):
        pass


def test_texts_of_instants_read_back_and_sort() -> None:
    instants = [NOW, NOW + timedelta(microseconds=1), NOW + timedelta(seconds=1), NOW + timedelta(days=400)]
    assert clock.to_rfc3339(instants[1]) == "2026-03-29T01:00:00.000001Z"
    for write in (clock.to_rfc3339, clock.to_sortable):
        assert [clock.from_rfc3339(write(instant)) for instant in instants] == instants
    stored = [clock.to_sortable(instant) for instant in instants]
    assert stored == sorted(stored)


def test_epoch_seconds_are_whole() -> None:
    assert clock.epoch_seconds(NOW + timedelta(microseconds=999_999)) == 1_774_746_000
