"""What is wrong with a request, said to a person: pydantic's errors as the `errors` of a problem.

A `field` is a JSON pointer (RFC 6901) into the body, such as `/invitees/0`; the name of a path or query parameter,
such as `limit`; the name of a header; or `body` for the body as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

Location = tuple[int | str, ...]

MESSAGES: Mapping[str, str] = {
    "missing": "This is required.",
    "extra_forbidden": "This is not a known field.",
    "string_type": "This must be text.",
    "string_too_short": "This must have at least {length}.",
    "string_too_long": "This must have at most {length}.",
    "too_short": "This must have at least {length}.",
    "too_long": "This must have at most {length}.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This must be a smaller number.",
    "int_from_float": "This must be a whole number.",
    "float_type": "This must be a number.",
    "float_parsing": "This must be a number.",
    "finite_number": "This must be a number.",
    "greater_than": "This must be more than {gt}.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than": "This must be less than {lt}.",
    "less_than_equal": "This must be at most {le}.",
    "multiple_of": "This must be a multiple of {multiple_of}.",
    "bool_type": "This must be true or false.",
    "bool_parsing": "This must be true or false.",
    "enum": "This must be {expected}.",
    "literal_error": "This must be {expected}.",
    "uuid_type": "This must be an id, which is a UUID.",
    "uuid_parsing": "This must be an id, which is a UUID.",
    "date_type": "This must be a date such as 2026-03-02.",
    "datetime_type": "This must be a date and time such as 2026-03-02T18:30:00Z.",
    "timezone_aware": "This must have an offset from UTC, such as Z or +01:00.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "model_type": "This must be an object.",
    "value_error": "{error}",
}
"""Sentences by pydantic's type of error. The texts of our own validators (`value_error`) are sentences themselves."""

UNKNOWN = "This is not valid."
"""For a type of error that the table does not name; a test looks for one in every endpoint's schemas."""

_MAX_ERRORS = 100
_MAX_FIELD_LENGTH = 100
"""Characters. The response is small, even for a large request."""


def in_body(location: Location) -> str:
    """The field of a location in the body."""
    return _bounded("".join(f"/{_escaped(part)}" for part in location) or "body")


def in_parameters(location: Location) -> str:
    """The field of a location in the parameters of the path or the query."""
    return _bounded("/".join(_escaped(part) for part in location))


def errors_of(error: ValidationError, field: Callable[[Location], str] = in_body, *within: str) -> list[dict[str, str]]:
    """Pydantic's errors as the `errors` of a problem: up to 100, in sentences.

    Parameters
    ----------
    field
        Names the field of a location.
    within
        What the locations are relative to.
    """
    found = error.errors(include_url=False, include_input=False)[:_MAX_ERRORS]
    return [
        {"field": field((*within, *each["loc"])), "message": message_of(each["type"], each.get("ctx", {}))}
        for each in found
    ]


def message_of(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence for an error of type `kind`, which pydantic describes by `context`."""
    values = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in context.items()}
    values["expected"] = values.get("expected", "").replace("'", "")
    limit = context.get("min_length", context.get("max_length"))
    # Pydantic counts the "items" of a text if the text was changed before.
    noun = "item" if context.get("field_type") not in {None, "Value"} else "character"
    values["length"] = f"{limit} {noun}" if limit == 1 else f"{limit} {noun}s"
    return MESSAGES.get(kind, UNKNOWN).format(**values)


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _bounded(field: str) -> str:
    return field if len(field) <= _MAX_FIELD_LENGTH else f"{field[:_MAX_FIELD_LENGTH]}..."
