"""Passwords."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auth.credentials import normal_form, password_faults


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
