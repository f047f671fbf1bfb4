"""What a service declares of itself as a whole, in its `domain` module. Read at build time; no Lambda imports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Index:
    """A named index of a domain's table, with string keys `<name>_pk` and `<name>_sk`."""

    name: str


@dataclass(frozen=True)
class Queue:
    """A queue that functions of the domain send to, beside those that the bus feeds."""

    name: str


@dataclass(frozen=True)
class Domain:
    """A service: `DOMAIN = Domain(...)` in its `domain` module.

    Attributes
    ----------
    name
        The package under `functions/`.
    title, summary
        For people: the OpenAPI tag, the service list.
    table
        Whether it owns a table.
    indexes
        The indexes of that table.
    queues
        Its own work queues.
    """

    name: str
    title: str
    summary: str
    table: bool = True
    indexes: tuple[Index, ...] = ()
    queues: tuple[Queue, ...] = ()
