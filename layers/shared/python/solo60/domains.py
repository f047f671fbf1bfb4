"""The declaration of a whole service, in its `domain` module. Used at build time; no Lambda imports it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Index:
    """A named index of a domain's table, with string keys `<name>_pk` and `<name>_sk`."""

    name: str


@dataclass(frozen=True)
class Queue:
    """A queue that functions of the domain send to, in addition to the queues of consumers."""

    name: str


@dataclass(frozen=True)
class Bucket:
    """A bucket of the domain.

    Attributes
    ----------
    name
        Within the project; grants name it.
    pending
        The prefix of what strangers put there by signed forms, which is removed after a day.
    public
        The prefix of what the stage's distribution shows to whoever knows its key.
    """

    name: str
    pending: str
    public: str


@dataclass(frozen=True)
class Secret:
    """A secret: a random value, in the place of which the operator puts a provider's after the first deployment.

    Attributes
    ----------
    name
        Within the project; grants name it.
    description
        What it is, for the operator.
    generated
        The random value is the secret itself, and stays.
    """

    name: str
    description: str
    generated: bool = False


@dataclass(frozen=True)
class Domain:
    """A service: `DOMAIN = Domain(...)` in its `domain` module.

    Attributes
    ----------
    name
        The package under `functions/`.
    title, summary
        For the OpenAPI tag and the service list.
    table
        Whether it owns a table.
    indexes
        The indexes of the table.
    queues
        Its own work queues.
    buckets
        Its buckets.
    secrets
        Secrets from outside, one for each value, so that a function can read only what it uses.
    """

    name: str
    title: str
    summary: str
    table: bool = True
    indexes: tuple[Index, ...] = ()
    queues: tuple[Queue, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    secrets: tuple[Secret, ...] = ()
