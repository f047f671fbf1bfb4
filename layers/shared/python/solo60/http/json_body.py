"""Reading a JSON body by its model."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

_LARGEST_EXACT_INTEGER = 2**53


def parse(model: type[BaseModel], body: bytes) -> BaseModel:
    """`body` as `model`, strictly: a number has to be a JSON number, and `60.0` is an integer, as JSON Schema says.

    Dates and ids, which JSON does not have, are read from text.

    Raises
    ------
    ValidationError
        It is no JSON, or not valid.
    """
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError:
        rewritten = _with_integers(body)
        if rewritten is None:
            raise
    return model.model_validate_json(rewritten, strict=True)


def _with_integers(body: bytes) -> bytes | None:
    """`body` with `60` in place of `60.0`; None if it has no such number, or is no JSON."""
    found = False

    def rewrite(value: Any) -> Any:
        nonlocal found
        if isinstance(value, dict):
            return {name: rewrite(member) for name, member in value.items()}
        if isinstance(value, list):
            return [rewrite(item) for item in value]
        if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT_INTEGER:
            found = True
            return int(value)
        return value

    try:
        document = rewrite(from_json(body))
    except ValueError:
        return None
    return to_json(document) if found else None
