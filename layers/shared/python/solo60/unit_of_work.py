"""A use case's reads, decisions and writes: one strong read, one transaction, repeated while others interfere.

    def cancel(uow: UnitOfWork, sessions: SessionRepository, user_id: str, session_id: str) -> Session:
        def act(work: Work) -> Session:
            session, account = sessions.session_and_account(work.read, session_id, user_id)
            ...
            sessions.change(work, session)
            publish(work, SessionCancelled(...))
            return session

        return uow.run(act)

The runtime of endpoints, consumers, workers and jobs hands the unit of work to the use case, with the guards that the
declaration asks for: the Idempotency-Key, the ban of the caller, the inbox mark of a consumer. A guard costs no trip of
its own: it is read with the use case's first read and written with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Protocol, TypeVar

from solo60 import observability
from solo60.audit import Auditor, Change
from solo60.declarations import Provided
from solo60.records import Found, Key, Read, Record, batch_get
from solo60.retry import deadline_in, retry_on_conflict
from solo60.transaction import Transaction

T = TypeVar("T")

Commit = Callable[[Transaction, float], None]


class Guard(Protocol):
    """What the runtime requires of a function's transaction, whatever the use case does."""

    @property
    def lasting(self) -> bool:
        """Whether its operations have to be committed even where the use case writes nothing."""

    def keys_to_read(self) -> Sequence[Key[Record]]:
        """What it has to see before the use case decides."""

    def judge(self, found: Found) -> None:
        """Raise if what was read forbids the work."""

    def add_to(self, transaction: Transaction) -> None:
        """Add its operations, which stand before those of the use case."""


class AnswerGuard(Guard, Protocol):
    """The guard that also keeps what the use case answers: the Idempotency-Key."""

    def store_response(self, result: object) -> None:
        """Let its next operation keep `result` as the answer."""

    def release(self) -> None:
        """Give up a key that was acquired and has no answer."""


class Work(Transaction):
    """One attempt of a unit of work: a transaction that can also read."""

    def __init__(self, guards: Sequence[Guard], read: Read) -> None:
        super().__init__()
        self._guards, self._read = guards, read
        self._judged = False
        self.change: Change | None = None
        """What is changed, for the audit log."""
        self.counts: list[tuple[str, float]] = []
        """The business events that this attempt would make true, by name, with how many of each."""

    def read(self, *keys: Key[Record]) -> Found:
        """Read records of any domains in one strong read; the first one of an attempt includes the guards' keys.

        Raises
        ------
        Problem
            A guard refuses.
        """
        if self._judged:
            return self._read(*keys)
        found = self._read(*(key for guard in self._guards for key in guard.keys_to_read()), *keys)
        for guard in self._guards:
            guard.judge(found)
        self._judged = True
        return found

    def record_change(self, kind: str, id: str, fields: Mapping[str, Any]) -> None:
        """Say what this work changes. If an admin's request does it, that becomes its line in the audit log.

        Parameters
        ----------
        kind, id
            The object: `"gym"` and its id.
        fields
            What changes, as JSON values; no personal data.
        """
        self.change = Change(kind, id, fields)

    def count(self, name: str, value: float = 1) -> None:
        """Count a business event once this work has committed; an attempt that is repeated counts nothing."""
        self.counts.append((name, value))

    def require_judged(self) -> None:
        """Let the guards judge, by a read of their own where the use case has made none."""
        if not self._judged and self._guards:
            self.read()


class UnitOfWork(Provided):
    """Runs a use case's work until it has committed once, was refused, or the time is up.

    Parameters
    ----------
    guards
        What the runtime requires, in the order in which it is judged.
    answer
        The guard that keeps the answer, where the request has an Idempotency-Key. It is judged first.
    auditor
        Who writes the line of the audit log, where the caller is an admin.
    deadline
        On the monotonic clock: no attempt begins after it.
    read, commit
        How records are read and a transaction is committed; a test gives its own.
    """

    commits: ClassVar[bool] = True

    def __init__(
        self,
        guards: Sequence[Guard] = (),
        *,
        answer: AnswerGuard | None = None,
        auditor: Auditor | None = None,
        deadline: float | None = None,
        read: Read | None = None,
        commit: Commit = Transaction.commit,
    ) -> None:
        self._answer, self._auditor = answer, auditor
        self._guards: Sequence[Guard] = guards if answer is None else (answer, *guards)
        self._deadline = deadline_in() if deadline is None else deadline
        self._read: Read = read or partial(batch_get, deadline=self._deadline)
        self._commit = commit
        self._begun = self._stored = False

    def guarded(self, guard: Guard) -> UnitOfWork:
        """A unit of work with a further guard, for work that the runtime cannot know: an event of a provider."""
        return UnitOfWork(
            (*self._guards, guard),
            auditor=self._auditor,
            deadline=self._deadline,
            read=self._read,
            commit=self._commit,
        )

    def run(self, act: Callable[[Work], T]) -> T:
        """Let `act` read and decide, then commit what it added together with the guards and the kept answer.

        Parameters
        ----------
        act
            Called again from the start, with a new `Work`, when something that it depends on has changed: it reads all
            that it decides by through `work`, and does nothing that lasts except through `work`.

        Returns
        -------
        T
            What `act` returned in the attempt that was committed. Under an Idempotency-Key it is kept as the answer.

        Raises
        ------
        Problem
            A refusal of `act` or of a guard. Nothing has changed.
        ServiceUnavailable
            Others kept changing the same items until the deadline.
        """
        return retry_on_conflict(self._deadline, lambda: self._attempt(act, answers=True))

    def begin(self, act: Callable[[Work], T]) -> T:
        """Commit the first of several transactions: it acquires the key, whose answer comes with a later `run`.

        For use cases that ask a provider outside. Until the answer is kept, a second request under the same key is
        refused as one in flight. Later transactions are not judged by the guards again: what was begun is finished.

        Raises
        ------
        Problem, ServiceUnavailable
            As for `run`.
        """
        result = retry_on_conflict(self._deadline, lambda: self._attempt(act, answers=False))
        self._begun = True
        self._guards = () if self._answer is None else (self._answer,)
        return result

    def step(self, act: Callable[[Work], T]) -> T:
        """Commit a transaction between `begin` and `run`: it records what has happened, so no guard judges it.

        Raises
        ------
        ServiceUnavailable
            Others kept changing the same items until the deadline.
        """

        def attempt() -> T:
            work = Work((), self._read)
            result = act(work)
            self._commit(work, self._deadline)
            _count(work)
            return result

        return retry_on_conflict(self._deadline, attempt)

    def close(self, result: object) -> None:
        """Keep `result` as the answer of a use case that has not done so with a transaction of its own."""
        if self._answer is not None and not self._stored:
            self.run(lambda work: result)

    def refuse(self) -> None:
        """The use case refuses: give up the key, or replay the answer of a request that was faster.

        A refusal may come from what that other request has changed: two requests under one key read at the same time,
        one commits, and the other finds its own slot taken. It then gets the answer of the first.

        Raises
        ------
        Replayed
            Another request under the same key was answered.
        """
        self.release()
        if self._answer is not None and not self._begun and not self._stored:
            self._answer.judge(self._read(*self._answer.keys_to_read()))

    def release(self) -> None:
        """The use case has failed: give up a key that it acquired and did not answer."""
        if self._answer is not None and self._begun and not self._stored:
            self._answer.release()

    def _attempt(self, act: Callable[[Work], T], *, answers: bool) -> T:
        work = Work(() if self._begun else self._guards, self._read)
        result = act(work)
        if answers and self._answer is not None:
            self._answer.store_response(result)
        if not work and not any(guard.lasting for guard in self._guards):
            work.require_judged()
            return result
        whole = Transaction()
        for guard in self._guards:
            guard.add_to(whole)
        whole.extend(work)
        if self._auditor is not None and work and answers:
            self._auditor.add_to(whole, work.change)
        self._commit(whole, self._deadline)
        self._stored = answers
        _count(work)
        return result


def _count(work: Work) -> None:
    for name, value in work.counts:
        observability.count(name, value)
