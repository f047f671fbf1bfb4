"""Bases of request and response bodies, and the bodies that all services have in common."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
)

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class Model(BaseModel):
    """Base of every model: immutable, built at first use, and its errors quote no input, which may be a secret."""

    model_config = ConfigDict(frozen=True, defer_build=True, hide_input_in_errors=True)


class RequestModel(Model):
    """Base of request bodies and query strings. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def unset() -> Any:
    """The default of a field of a PATCH body: absent, which is not null.

    Such a field is read from what was sent (`model_dump(exclude_unset=True)`), never from the attribute.
    """
    return Field(default=None, validate_default=False)


class ResponseModel(Model):
    """Base of response bodies. Every member is always there, those with a default too."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Money(ResponseModel):
    """An amount in the currency's minor unit: 1250 GBP is 12.50 pounds. Never a float."""

    amount: int = Field(examples=[1250])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["GBP"])


class Page(ResponseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last page.")


class Empty(RequestModel):
    """A body without fields. Unknown fields are refused."""
