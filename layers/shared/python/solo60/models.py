"""Bases and types of request and response bodies, the same words in every service."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
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

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class RequestModel(BaseModel):
    """A body or a query string as a caller sends it: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ResponseModel(BaseModel):
    """A body as we answer it."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Money(ResponseModel):
    """An amount in the currency's minor unit: 1250 GBP is 12.50 pounds. Never a float."""

    amount: int = Field(examples=[1250])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["GBP"])


class Page(ResponseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Give it back as `cursor` for the next page; null on the last.")


class Empty(RequestModel):
    """No members: an unknown one is refused here too."""


def _no_control_characters(text: str) -> str:
    if any((ord(character) < 32 and character not in "\n\t") or ord(character) == 127 for character in text):
        raise ValueError("must not contain control characters")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("must be one line")
    return _no_control_characters(text)


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
"""Text of one line, any script, no control characters. Add `Field(min_length=..., max_length=...)`."""

Text = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_no_control_characters)]
"""Text of several lines."""

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("must be an e-mail address")
    return text.lower()


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("must be a phone number in E.164, such as +447700900123")
    return text


EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
"""An e-mail address (the HTML standard's rule, with a dot in the domain), folded to lower case."""

PhoneNumber = Annotated[
    str, AfterValidator(_phone), WithJsonSchema({"type": "string", "pattern": rf"^{_PHONE.pattern}$"})
]
"""A phone number in E.164."""

Identifier = Annotated[
    UUID, PlainSerializer(str, return_type=str), WithJsonSchema({"type": "string", "format": "uuid"})
]
"""An id in a request; `str()` of it is the form in which ids are stored."""

Instant = Annotated[
    datetime,
    PlainSerializer(clock.to_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant in an answer: RFC 3339, UTC, `Z`."""

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?")


def _written_out(value: Any) -> Any:
    # pydantic would take a number, even in quotes, for seconds or milliseconds since 1970.
    if isinstance(value, str) and not _RFC3339.fullmatch(value.strip()):
        raise ValueError("must be an instant such as 2026-03-02T18:30:00Z")
    if isinstance(value, int | float):
        raise ValueError("must be an instant such as 2026-03-02T18:30:00Z")
    return value


InstantInput = Annotated[
    AwareDatetime, BeforeValidator(_written_out), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""An instant in a request: it needs an offset."""


def json_ready(model: BaseModel) -> dict[str, Any]:
    """A model as plain JSON values."""
    return model.model_dump(mode="json")
