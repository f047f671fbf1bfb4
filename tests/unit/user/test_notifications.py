"""How long notifications are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user.notifications import KEPT, kept_until


@pytest.mark.parametrize(
    ("created_at", "gone_at"),
    [
        (datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)),
        (datetime(2026, 7, 31, 23, 59, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)),
        (datetime(2027, 9, 2, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
    ],
)
def test_they_go_at_the_end_of_a_month(created_at: datetime, gone_at: datetime) -> None:
    assert kept_until(created_at) == gone_at


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_they_are_kept_180_days_and_at_most_a_month_more(created_at: datetime) -> None:
    gone_at = kept_until(created_at)
    assert KEPT < gone_at - created_at <= KEPT + timedelta(days=31)
    assert (gone_at.day, gone_at.hour, gone_at.minute) == (1, 0, 0)


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), min_size=2))
def test_the_older_never_outlives_the_newer(instants: list[datetime]) -> None:
    kept = [kept_until(instant) for instant in sorted(instants)]
    assert kept == sorted(kept)
