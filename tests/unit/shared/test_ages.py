"""Ages of members."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solo60.fields import age_on


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 3, 2), date(2008, 3, 2), 18),
        (date(2026, 3, 1), date(2008, 3, 2), 17),
        (date(2026, 2, 28), date(2008, 2, 29), 17),
        (date(2026, 3, 1), date(2008, 2, 29), 18),
        (date(2028, 2, 29), date(2008, 2, 29), 20),
        (date(2026, 1, 1), date(2026, 1, 2), -1),
    ],
)
def test_age_counts_birthdays(day: date, born: date, age: int) -> None:
    assert age_on(day, born) == age


@given(born=st.dates(date(1900, 1, 1), date(2100, 12, 31)), day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_age_rises_by_one_a_year_and_never_falls(born: date, day: date) -> None:
    later = date(day.year + 1, day.month, min(day.day, 28))
    assert 0 <= age_on(later, born) - age_on(day, born) <= 1
