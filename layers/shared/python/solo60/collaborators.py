"""Collaborators: the repositories and providers that handlers ask for by annotation, one instance of each a process.

A collaborator that needs others asks for them in the same way, by the annotations of its constructor::

    class Ledger:
        def __init__(self, accounts: AccountRepository) -> None: ...

Parameters with a default are for tests.
"""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any, TypeVar, cast, get_type_hints

T = TypeVar("T")

_made: dict[type[object], object] = {}


def collaborator(kind: type[T]) -> T:
    """The process's only instance of a repository or provider, made with the collaborators that it asks for."""
    if kind not in _made:
        asked = [name for name, parameter in signature(kind).parameters.items() if _is_asked(parameter)]
        constructor: Any = vars(kind).get("__init__")
        hints = get_type_hints(constructor) if asked else {}
        _made[kind] = kind(**{name: collaborator(hints[name]) for name in asked})
    return cast("T", _made[kind])


def _is_asked(parameter: Parameter) -> bool:
    return parameter.default is Parameter.empty and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD


def forget_collaborators() -> None:
    """Drop the instances: between tests."""
    _made.clear()
