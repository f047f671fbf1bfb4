"""Bases and types of request and response bodies, shared by all services."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from solo60 import clock

T = TypeVar("T")
D = TypeVar("D", bound=date)

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class Model(BaseModel):
    """Base of every model: immutable, built at first use, and its errors quote no input, which may be a secret."""

    model_config = ConfigDict(frozen=True, defer_build=True, hide_input_in_errors=True)


class RequestModel(Model):
    """Base of request bodies and query strings. Unknown fields are refused.

    Attributes
    ----------
    ABOUT
        The field that says what an anonymous request is about. Callers behind one address who choose the same
        `Idempotency-Key` for different things do not meet.
    """

    model_config = ConfigDict(extra="forbid")
    ABOUT: ClassVar[str | None] = None


def unset() -> Any:
    """The default of a field of a PATCH body: absent, which is not null.

    Such a field is read from what was sent (`model_dump(exclude_unset=True)`), never from the attribute.
    """
    return Field(default=None, validate_default=False)


class ResponseModel(Model):
    """Base of response bodies. Every member is always there, those with a default too."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Money(ResponseModel):
    """An amount in the currency's minor unit as Stripe counts it, never a float.

    1250 GBP is 12.50 pounds, 500 JPY 500 yen, 5120 KWD 5.120 dinars, and 500 ISK or UGX are 5.
    """

    amount: int = Field(examples=[1250])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["GBP"])


class Page(ResponseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last page.")


class Empty(RequestModel):
    """A body without fields. Unknown fields are refused."""


_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
_REORDERING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_INVISIBLE = {"Cf", "Mn", "Zs"}
_BLANK = {*"\u115f\u1160\u2800\u3164\uffa0"}
"""Letters and symbols that show nothing: fillers of Hangul, and the empty Braille pattern."""


def _readable(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if any(
        (unicodedata.category(character) in _CONTROLS and character not in "\n\t") or character in _REORDERING
        for character in text
    ):
        raise ValueError("This must not contain control characters.")
    if text and all(_shows_nothing(character) for character in text):
        raise ValueError("This must have visible characters.")
    return text


def _shows_nothing(character: str) -> bool:
    return character in _BLANK or character.isspace() or unicodedata.category(character) in _INVISIBLE


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("This must be one line.")
    return _readable(text)


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
"""Text of one line, any script, no control characters. Add `Field(min_length=..., max_length=...)`."""

Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_readable)]
"""Text of several lines that shows something, or nothing at all. Line ends are converted to line feeds."""

_COORDINATE_DECIMALS = 6
"""About 0.1 m."""


def _rounded(degrees: float) -> float:
    return round(degrees, _COORDINATE_DECIMALS)


Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, examples=[51.5255]), AfterValidator(_rounded)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, examples=[-0.0876]), AfterValidator(_rounded)]


def matching(pattern: str, message: str) -> AfterValidator:
    """A validator of text that has to match `pattern` as a whole; `message` says in a sentence which form that is."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(message)
        return text

    return AfterValidator(check)


_UUID_SCHEMA = {"type": "string", "format": "uuid", "examples": ["01996f3a-8a10-7c22-9d4e-51b0c6a7f201"]}

Identifier = Annotated[UUID, PlainSerializer(str, return_type=str), WithJsonSchema(_UUID_SCHEMA)]
"""An id in a request. `str()` gives the stored form."""

Id = Annotated[str, WithJsonSchema(_UUID_SCHEMA)]
"""An id in a response."""

Instant = Annotated[
    datetime,
    PlainSerializer(clock.to_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant in a response: RFC 3339, UTC, `Z`."""

_RFC3339 = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?"


def _written_out(value: Any) -> Any:
    # pydantic would read a number, even in quotes, as seconds or milliseconds since 1970.
    if isinstance(value, str) and re.fullmatch(_RFC3339, value.strip()):
        with suppress(ValueError):
            return datetime.fromisoformat(value.strip().upper())
    if value is None or isinstance(value, datetime):
        return value
    raise ValueError("This must be a date and time such as 2026-03-02T18:30:00Z.")


FIRST_YEAR, LAST_YEAR = 2000, 2100


def _within_reach(day: D) -> D:
    # Calculations with dates near the limits of the calendar would fail.
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"This must be in the years {FIRST_YEAR} to {LAST_YEAR}.")
    return day


AnyInstant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2030-03-04T18:00:00Z"]}),
]
"""An instant in a request, of any year, for comparisons only. It needs an offset."""

InstantInput = Annotated[AnyInstant, AfterValidator(_within_reach)]
"""An instant in a request, in the years 2000 to 2100. It needs an offset."""

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _day_written_out(value: Any) -> Any:
    # pydantic would read digits as seconds since 1970, and midnights as days.
    if isinstance(value, str) and re.fullmatch(_DATE, value.strip()):
        with suppress(ValueError):
            return date.fromisoformat(value.strip())
    if value is None or isinstance(value, date):
        return value
    raise ValueError("This must be a date such as 2026-03-02.")


AnyDate = Annotated[
    date,
    BeforeValidator(_day_written_out),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2030-03-04"]}),
]
"""A date in a request, of any year."""

DateInput = Annotated[AnyDate, AfterValidator(_within_reach)]
"""A date in a request, in the years 2000 to 2100."""


def json_ready(model: BaseModel) -> dict[str, Any]:
    """A model as JSON values."""
    return model.model_dump(mode="json")
