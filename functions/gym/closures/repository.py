"""Closures of gyms."""

from __future__ import annotations

from enum import StrEnum

from gym.records import Closure
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.records import Key
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

_CLOSURE = "CLOSURE#"


class ClosureStatus(StrEnum):
    """How far a closure is."""

    CANCELLING = "cancelling"
    """The gym takes no sessions; those that stand inside are being cancelled."""
    CLOSED = "closed"
    LIFTED = "lifted"


def closure_key(gym_id: str, closure_id: str) -> Key[Closure]:
    """Where a closure of a gym is."""
    return Key(Closure, f"GYM#{gym_id}", f"{_CLOSURE}{closure_id}")


class ClosureRepository(Repository[Closure, [str, str]]):
    """Closures by gym and id."""

    key = staticmethod(closure_key)

    def of_gym(self, gym_id: str, paging: Paging) -> PageOf[Closure]:
        """A page of a gym's closures, the newest first."""
        query = RecordQuery(Closure, f"GYM#{gym_id}", Closure.sk.startswith(_CLOSURE), backwards=True)
        return self.page(paging, query)

    def put(self, transaction: Transaction, closure: Closure) -> None:
        """Add a closure."""
        key = closure_key(closure.gym_id, closure.id)
        closure.pk, closure.sk = key.pk, key.sk
        transaction.put(closure)

    def lift(self, transaction: Transaction, closure: Closure) -> None:
        """Write that a closure is lifted."""
        closure.status, closure.lifted_at = ClosureStatus.LIFTED, clock.now()
        kind = Closure
        transaction.update(
            closure,
            [kind.status.set(closure.status), kind.lifted_at.set(closure.lifted_at)],
            condition=kind.status != ClosureStatus.LIFTED,
        )

    def count_cancelled(self, transaction: Transaction, closure: Closure) -> None:
        """Count a session that is cancelled for a closure, which must not have been lifted."""
        kind = Closure
        transaction.update(closure, [kind.sessions_cancelled.add(1)], condition=kind.status == ClosureStatus.CANCELLING)

    def finish(self, transaction: Transaction, closure: Closure) -> None:
        """Write that all sessions inside are cancelled."""
        kind = Closure
        transaction.update(
            closure, [kind.status.set(ClosureStatus.CLOSED)], condition=kind.status == ClosureStatus.CANCELLING
        )
