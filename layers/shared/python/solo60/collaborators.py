"""Collaborators: the repositories and providers that handlers ask for by annotation, one instance of each a process."""

from __future__ import annotations

from typing import TypeVar, cast

T = TypeVar("T")

_made: dict[type[object], object] = {}


def collaborator(kind: type[T]) -> T:
    """The process's only instance of a repository or provider, which is made without arguments."""
    if kind not in _made:
        _made[kind] = kind()
    return cast("T", _made[kind])


def forget_collaborators() -> None:
    """Drop the instances: between tests."""
    _made.clear()
