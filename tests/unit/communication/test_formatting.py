"""Times, money and names as messages say them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from communication import formatting
from solo60.models import Money


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (1250, "GBP", "£12.50"),
        (5, "GBP", "£0.05"),
        (0, "EUR", "€0.00"),
        (123456789, "USD", "$1,234,567.89"),
        (-1250, "GBP", "-£12.50"),
        (1250, "CHF", "CHF 12.50"),
        (1250, "JPY", "JPY 1,250"),
        (500, "XAF", "XAF 500"),
        (5124, "KWD", "KWD 5.124"),
        (-5120, "TND", "-TND 5.120"),
        (200000, "ISK", "ISK 2,000"),
        (500, "UGX", "UGX 5"),
        (200050, "ISK", "ISK 2,000.50"),
        (1045, "HUF", "HUF 10.45"),
        (80045, "TWD", "TWD 800.45"),
        (9007199254740993, "GBP", "£90,071,992,547,409.93"),
    ],
)
def test_money_is_exact_from_minor_units(amount: int, currency: str, said: str) -> None:
    assert formatting.money(Money(amount=amount, currency=currency)) == said


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("start", "end", "zone", "said"),
    [
        (at(2026, 3, 3, 19), at(2026, 3, 3, 20), "Europe/London", "19:00 to 20:00 GMT"),
        (at(2026, 7, 3, 18), at(2026, 7, 3, 19), "Europe/London", "19:00 to 20:00 BST"),
        (at(2026, 7, 3, 18), at(2026, 7, 3, 19), "Europe/Berlin", "20:00 to 21:00 CEST"),
        (at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30), "Europe/London", "01:30 BST to 01:30 GMT"),
        (at(2026, 3, 29, 0, 30), at(2026, 3, 29, 1, 30), "Europe/London", "00:30 GMT to 02:30 BST"),
        (at(2026, 3, 3, 23), at(2026, 3, 4, 0, 30), "Europe/London", "23:00 to 00:30 GMT (Wednesday)"),
    ],
)
def test_a_period_is_by_the_gyms_wall_clock(start: datetime, end: datetime, zone: str, said: str) -> None:
    assert formatting.period(start, end, zone) == said


def test_a_moment_has_its_day_by_the_wall_clock() -> None:
    assert formatting.moment(at(2026, 6, 30, 23, 15), "Europe/London") == "Wednesday 1 July 2026, 00:15 BST"


@pytest.mark.parametrize(
    ("count", "said"),
    [(15, "15 minutes"), (60, "1 hour"), (90, "1 hour 30 minutes"), (480, "8 hours"), (0, "0 minutes")],
)
def test_minutes(count: int, said: str) -> None:
    assert formatting.minutes(count) == said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Robin\r\nBcc: x@example.com", "Robin Bcc: x@example.com"),
        ("a\u2028b\u2029c\x00d\x85e", "a b c d e"),
        ("\u202egp.exe\u202c", "gp.exe"),
        ("👩‍👩‍👧 Zoë", "👩‍👩‍👧 Zoë"),
        ("عمرو", "عمرو"),
        ("  spaced\t out ", "spaced out"),
    ],
)
def test_one_line_is_one_line_and_shows_what_it_is(text: str, line: str) -> None:
    assert formatting.one_line(text) == line
