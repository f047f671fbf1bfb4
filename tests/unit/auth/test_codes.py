"""One-time codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from auth.codes import Code, compare_with_nothing, matches
from solo60 import clock


def test_a_code_matches_itself_alone() -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    with clock.at(now):
        code = Code.new()
    assert (len(code.text), code.text.isdigit()) == (6, True)
    assert code.expires_at == now + timedelta(minutes=30)
    assert matches(code.text, code.salt, code.hash)
    assert not matches(f"{(int(code.text) + 1) % 1_000_000:06d}", code.salt, code.hash)
    compare_with_nothing(code.text)


def test_a_code_does_not_show_itself() -> None:
    code = Code.new()
    assert code.text not in repr(code)
    assert code.text.encode() not in code.hash


def test_equal_codes_have_different_hashes() -> None:
    first, second = Code.new(), Code.new()
    assert first.salt != second.salt
    assert not matches(first.text, second.salt, first.hash)
