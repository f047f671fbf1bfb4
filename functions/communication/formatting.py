"""Formatting of times, money and counts in messages."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from solo60.models import Money

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_NO_DIGITS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
"""Currencies whose minor unit at Stripe, which amounts are in, does not have two digits."""
_SHOWN_WHOLE = {"ISK", "UGX"}
"""Currencies without a minor unit that Stripe counts in hundredths all the same, which are always 00."""
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}
_REORDERING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def one_line(text: str) -> str:
    """`text` as one line, without line ends, control characters and overrides of direction."""
    shown = (
        " " if unicodedata.category(character) in _UNSAFE else character
        for character in text
        if ord(character) not in _REORDERING
    )
    return " ".join("".join(shown).split())


def shortened(text: str, length: int) -> str:
    """`text`, cut to `length` characters with an ellipsis if it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def money(amount: Money) -> str:
    """`£12.50`; `CHF 12.50` for currencies without a well-known sign."""
    digits = 0 if amount.currency in _NO_DIGITS else 3 if amount.currency in _THREE_DIGITS else 2
    shown = 0 if amount.currency in _SHOWN_WHOLE and amount.amount % 100 == 0 else digits
    figure = f"{Decimal(abs(amount.amount)).scaleb(-digits):,.{shown}f}"
    sign = "-" if amount.amount < 0 else ""
    symbol = _SYMBOLS.get(amount.currency)
    return f"{sign}{symbol}{figure}" if symbol else f"{sign}{amount.currency} {figure}"


def date(instant: datetime, zone: str) -> str:
    """`Tuesday 3 March 2026`, in the local time of `zone`."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def time(instant: datetime, zone: str) -> str:
    """`19:00 GMT`. The zone abbreviation is needed, because in one night of the year 01:30 occurs twice."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M %Z}"


def moment(instant: datetime, zone: str) -> str:
    """`Tuesday 3 March 2026, 19:00 GMT`."""
    return f"{date(instant, zone)}, {time(instant, zone)}"


def period(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """`19:00 to 20:00 GMT`, with both abbreviations if the clocks change in between, and the day if it differs."""
    start, end = (instant.astimezone(ZoneInfo(zone)) for instant in (starts_at, ends_at))
    first = f"{start:%H:%M}" if start.tzname() == end.tzname() else f"{start:%H:%M %Z}"
    later = f" ({end:%A})" if end.date() != start.date() else ""
    return f"{first} to {end:%H:%M %Z}{later}"


def minutes(count: int) -> str:
    """`1 hour 30 minutes`."""
    hours, rest = divmod(count, 60)
    parts = [counted(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(counted(rest, "minute"))
    return " ".join(parts)


def counted(count: int, noun: str) -> str:
    """`1 credit`, `2 credits`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
