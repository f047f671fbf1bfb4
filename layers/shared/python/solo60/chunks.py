"""Chunked work: a list of any length is worked off in chunks, each element once, wherever the work is killed.

A record holds how far the work is. A worker takes the elements behind that position one by one; each is done in one
transaction with the new position. When its time is up, it sends a message to go on::

    CANCELLATIONS = ChunkedWork("session", "BAN", queue="session-cancellations")

    CANCELLATIONS.begin(uow, ban_id, {"user_id": user_id})      # in the consumer that starts it
    CANCELLATIONS.go_on(uow, message, deadline, elements, step)  # in the worker

A message that comes twice, two workers at the same time, and a worker that is killed all end in the same: what the
position says is done is not done again, and the transaction of an element fails if another worker was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from solo60 import clock, queues
from solo60.events import TableBound, in_table_of
from solo60.models import Model
from solo60.records import InstantAttribute, Key
from solo60.repository import unchanged
from solo60.unit_of_work import UnitOfWork, Work

E = TypeVar("E")

CHUNK = 100
"""Elements that one message works off at most."""


class ChunkMessage(Model):
    """A message to begin chunked work, or to go on with it: the id that it was begun with."""

    id: str


class ChunkProgress(TableBound):
    """How far chunked work is.

    Attributes
    ----------
    parameters
        What the work is about, from the one who began it.
    position
        Of the last element that is done; None before the first.
    done
        How many elements are done.
    finished_at
        None while there may be more elements.
    """

    parameters = JSONAttribute()
    position = UnicodeAttribute(null=True)
    done = NumberAttribute()
    finished_at = InstantAttribute(null=True)


@dataclass(frozen=True)
class ChunkedWork:
    """One kind of chunked work.

    Attributes
    ----------
    domain
        Whose table has the records of progress.
    kind
        In their keys.
    queue
        The queue of the worker.
    """

    domain: str
    kind: str
    queue: str

    def key(self, id: str) -> Key[ChunkProgress]:
        """Where the progress of one work is."""
        return Key(in_table_of(self.domain, ChunkProgress), f"CHUNKS#{self.kind}#{id}", "PROGRESS")

    def begin(self, uow: UnitOfWork, id: str, parameters: Mapping[str, Any]) -> None:
        """Record the work, unless it is recorded already, and send its first message in any case.

        It may be repeated, so a consumer that calls it keeps no inbox mark: the message could be lost behind the mark.
        """
        key = self.key(id)

        def act(work: Work) -> None:
            if work.read(key)[key] is None:
                begun = key.blank()
                begun.kind, begun.parameters = "chunk_progress", dict(parameters)
                begun.done = 0
                work.put(begun)

        uow.run(act)
        queues.send(self.queue, ChunkMessage(id=id))

    def go_on(
        self,
        uow: UnitOfWork,
        message: ChunkMessage,
        deadline: float,
        elements: Callable[[Mapping[str, Any], str | None], Iterable[tuple[str, E]]],
        step: Callable[[Work, Mapping[str, Any], E], None],
        *,
        finish: Callable[[Work, Mapping[str, Any]], None] | None = None,
    ) -> None:
        """Work off elements until the deadline or the end of a chunk, then send a message for the rest.

        Parameters
        ----------
        deadline
            On the monotonic clock: no element is begun after it.
        elements
            The elements behind a position in the order of their positions, each with its own; positions are texts that
            rise. It is given the parameters and the last position.
        step
            Does one element in the transaction that it is given. It reads and decides by that transaction alone, and
            may find that nothing is to be done.
        finish
            What is to be written when the last element is done, in the transaction that says so.
        """
        progress = self._progress(uow, message.id)
        if progress is None or progress.finished_at is not None:
            return
        for number, (position, element) in enumerate(elements(progress.parameters, progress.position)):
            if number == CHUNK or (number and monotonic() >= deadline):
                queues.send(self.queue, message)
                return
            self._do(uow, message.id, position, lambda work, given=element: step(work, progress.parameters, given))
        self._finish(uow, message.id, finish)

    def _progress(self, uow: UnitOfWork, id: str) -> ChunkProgress | None:
        key = self.key(id)
        return uow.run(lambda work: work.read(key)[key])

    def _do(self, uow: UnitOfWork, id: str, position: str, step: Callable[[Work], None]) -> None:
        key, kind = self.key(id), ChunkProgress

        def act(work: Work) -> None:
            present = work.read(key)[key]
            if present is None or (present.position is not None and present.position >= position):
                return  # Another worker was faster.
            step(work)
            work.update(
                key.blank(),
                [kind.position.set(position), kind.done.add(1)],
                condition=unchanged(kind.position, present.position),
            )

        uow.run(act)

    def _finish(self, uow: UnitOfWork, id: str, finish: Callable[[Work, Mapping[str, Any]], None] | None) -> None:
        key, kind = self.key(id), ChunkProgress

        def act(work: Work) -> None:
            present = work.read(key)[key]
            if present is not None and present.finished_at is None:
                now = clock.now()
                if finish is not None:
                    finish(work, present.parameters)
                work.update(
                    key.blank(), [kind.finished_at.set(now)], condition=unchanged(kind.position, present.position)
                )

        uow.run(act)
