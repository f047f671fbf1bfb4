"""What the declarations say, as digests: `python -m infra_cdk.local.declared` prints them as JSON.

A process of its own imports the sources as they are now. Where a digest differs from that of the deployed sources, the
templates differ, and changed code alone is not enough.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import typing
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import Enum

from infra_cdk import catalogue


class NotDescribable(TypeError):
    """A declaration holds a value without a lasting description."""


def description(value: object) -> object:
    """A declared value as JSON that is the same in each process.

    Raises
    ------
    NotDescribable
        It, or a part of it, is of a kind that no declaration has so far.
    """
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: description(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": _named(type(value)), **parts}
    if isinstance(value, Mapping):
        return [[description(key), description(item)] for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [description(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted(json.dumps(description(item)) for item in value)
    return _named(value)


def _named(value: object) -> str:
    if typing.get_origin(value) is not None:
        return str(value)
    name = getattr(value, "__qualname__", None)
    if name is not None:
        return f"{value.__module__}.{name}"
    raise NotDescribable(f"{type(value).__qualname__} {value!r}")


def digests() -> dict[str, str]:
    """A digest for each domain, and for each function by its domain and name."""
    facts: dict[str, object] = {}
    for service in catalogue.services():
        facts[service.domain.name] = description(service.domain)
        for function in service.functions:
            declaration = function.declaration
            facts[f"{declaration.domain} {declaration.name}"] = [description(declaration), description(function.grants)]
    return {name: hashlib.sha256(json.dumps(fact).encode()).hexdigest()[:16] for name, fact in facts.items()}


def main() -> None:
    """Print them, at leisure: what was changed is being started meanwhile."""
    os.nice(10)
    print(json.dumps(digests()))


if __name__ == "__main__":
    main()
