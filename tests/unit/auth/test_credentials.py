"""Age and passwords."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.credentials import age_on, normal_form, password_faults


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


def test_all_that_a_password_lacks_is_told() -> None:
    assert password_faults("Correct-Horse-9") == []
    assert len(password_faults("")) == 4
    assert password_faults("correct horse 9") == ["an upper-case letter (A to Z)", "no spaces or control characters"]
    assert password_faults("ÀÉÎÕÜàéîõü٣٤٥") == [
        "an upper-case letter (A to Z)",
        "a lower-case letter (a to z)",
        "a digit",
    ]


@given(st.text())
def test_a_password_reads_the_same_however_it_is_composed(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


def test_accents_compose() -> None:
    assert normal_form("Pa1e\u0301") == "Pa1\u00e9"
