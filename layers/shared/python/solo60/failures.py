"""What is logged of an exception: where it happened and what kind it is, never the values that it quotes.

The text of many exceptions repeats their input: pydantic's, those of `int("...")` and of `mapping["..."]`, botocore's
of a parameter. A message that cannot be read may hold a one-time code or an address, so such texts stay out of the
logs, and out of what Lambda itself logs of an exception that leaves a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solo60.problems import Problem

_TEXT_QUOTES_NO_INPUT = frozenset(
    {
        "builtins.AttributeError",
        "builtins.ImportError",
        "builtins.ModuleNotFoundError",
        "builtins.NameError",
        "builtins.NotImplementedError",
        "builtins.RecursionError",
        "builtins.TypeError",
        "builtins.UnboundLocalError",
        "botocore.exceptions.ConnectTimeoutError",
        "botocore.exceptions.EndpointConnectionError",
        "botocore.exceptions.NoCredentialsError",
        "botocore.exceptions.ReadTimeoutError",
    }
)
"""Exceptions whose text is about the program or its environment."""
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"


class LoggableError(Exception):
    """Base of our own exceptions whose text is logged: it names ids and amounts, never what a person typed."""


class FunctionFailed(LoggableError):
    """Leaves a function in place of the exception that ended it, whose description it holds."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(describe(error))


def describe(error: BaseException) -> str:
    """An exception in one line: its type, and of its text what quotes no input.

    Examples
    --------
    ``ValidationError: SessionBooked: session_id missing``, ``ClientError: PutEvents ThrottlingException``, ``KeyError``
    """
    kind = type(error)
    text = _text(error)
    return f"{kind.__name__}: {text}" if text else kind.__name__


def trace(error: BaseException) -> str:
    """The traceback of an exception and of those that led to it, each described in one line."""
    import traceback

    seen: set[int] = set()
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = "".join(traceback.format_tb(current.__traceback__))
        heading = "Traceback (most recent call last):\n" if frames else ""
        parts.append(f"{heading}{frames}{describe(current)}\n")
        earlier = current.__cause__
        link = _CAUSED
        if earlier is None and not current.__suppress_context__:
            earlier, link = current.__context__, _DURING
        if earlier is not None and id(earlier) not in seen:
            parts.append(link)
        current = earlier
    return "".join(reversed(parts)).rstrip("\n")


def _text(error: BaseException) -> str:
    from botocore.exceptions import ClientError
    from pydantic_core import ValidationError

    if isinstance(error, Problem):
        return error.code
    if isinstance(error, LoggableError):
        return str(error)
    if isinstance(error, ClientError):
        return _of_aws(error.operation_name, error.response.get("Error", {}))
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        return f"{error.title}: " + "; ".join(f"{_field(fault)} {fault['type']}" for fault in faults)
    kind = type(error)
    return str(error) if f"{kind.__module__}.{kind.__qualname__}" in _TEXT_QUOTES_NO_INPUT else ""


def _of_aws(operation: str, error: Mapping[str, Any]) -> str:
    code = str(error.get("Code", "Unknown"))
    # Which right is missing stands in the message alone: actions and ARNs, no input.
    missing_right = f": {error.get('Message', '')}" if code.startswith("AccessDenied") else ""
    return f"{operation} {code}{missing_right}"


def _field(fault: Any) -> str:
    location = list(fault["loc"])
    if fault["type"] == "extra_forbidden" and location:
        # The name of a member that we do not know is input too, as are the keys of a mapping.
        location[-1] = "?"
    return ".".join(str(part) if isinstance(part, int) or part.isidentifier() else "?" for part in location) or "value"
