"""Reading a JSON body by its model."""

from __future__ import annotations

import json

from pydantic import BaseModel, ValidationError

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

    def read(number: str) -> int | float:
        nonlocal found
        value = float(number)
        if not value.is_integer() or abs(value) > _LARGEST_EXACT_INTEGER:
            return value
        found = True
        return int(value)

    try:
        document = json.loads(body, parse_float=read)
    except (ValueError, RecursionError):
        return None
    return json.dumps(document).encode() if found else None
