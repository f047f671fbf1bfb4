"""Reads and writes of inductions, and of what they allow their members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gym.inductions.status import InductionStatus
from gym.records import Gym, Induction, InductionValidity
from gym.repository import gym_key, induction_key
from gym.time.repository import gym_days, occupancy_of
from gym.time.slots import Occupancy
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.records import Key, Read
from solo60.repository import RecordQuery, Repository, changes_of, unchanged
from solo60.transaction import Transaction


@dataclass(frozen=True)
class Circumstances:
    """What a request for an induction is judged by, from one strong read."""

    gym: Gym | None
    occupancy: Occupancy
    validity: InductionValidity | None


def record_key(induction_id: str) -> Key[Induction]:
    """Where an induction is."""
    return Key(Induction, f"INDUCTION#{induction_id}", "INDUCTION")


def _inductions_at(gym_id: str) -> str:
    """The partition of the index that has the inductions at a gym."""
    return f"GYM#{gym_id}#INDUCTIONS"


class InductionRepository(Repository[Induction, [str]]):
    """Inductions, by id, by member and by gym."""

    key = staticmethod(record_key)

    def circumstances(self, read: Read, user_id: str, gym_id: str, days: Sequence[date]) -> Circumstances:
        """A gym with its taken slots on UTC days, and what the member's inductions there allow."""
        gym, validity, taken = gym_key(gym_id), induction_key(user_id, gym_id), gym_days(gym_id, days)
        found = read(gym, validity, *taken)
        return Circumstances(found[gym], occupancy_of(days, found.all(taken)), found[validity])

    def gym_and_validity(self, read: Read, induction: Induction) -> tuple[Gym | None, InductionValidity | None]:
        """The gym of an induction, and what the inductions of its member there allow."""
        gym, validity = gym_key(induction.gym_id), induction_key(induction.user_id, induction.gym_id)
        found = read(gym, validity)
        return found[gym], found[validity]

    def of_member(self, user_id: str, paging: Paging) -> PageOf[Induction]:
        """A page of a member's inductions, the last requested first."""
        query = RecordQuery(Induction, f"USER#{user_id}", index=Induction.by_member.name, backwards=True)
        return self.page(paging, query)

    def of_gym(self, gym_id: str, status: InductionStatus | None, paging: Paging) -> PageOf[Induction]:
        """A page of the inductions at a gym, the latest start first."""
        query = RecordQuery(Induction, _inductions_at(gym_id), index=Induction.by_gym.name, backwards=True)
        if status is None:
            return self.page(paging, query)
        return self.page(paging, query, keep=lambda induction: induction.status == status)

    def add(self, transaction: Transaction, induction: Induction) -> None:
        """Put a new induction."""
        indexed = {
            "by_member_pk": f"USER#{induction.user_id}",
            "by_member_sk": induction.id,
            "by_gym_pk": _inductions_at(induction.gym_id),
            "by_gym_sk": f"{clock.to_sortable(induction.starts_at)}#{induction.id}",
        }
        transaction.put(Induction(**{**induction.attribute_values, **indexed}))

    def change(self, transaction: Transaction, induction: Induction, values: dict[str, object]) -> Induction:
        """Write other values, if the induction still is as it was read; the induction as it is then."""
        before = int(induction.version)
        values = {**values, "version": before + 1}
        transaction.update(induction, changes_of(Induction, values), condition=Induction.version == before)
        return Induction(**{**induction.attribute_values, **values})

    def set_validity(
        self,
        transaction: Transaction,
        before: InductionValidity | None,
        *,
        user_id: str,
        gym_id: str,
        open_id: str | None,
        open_until: datetime | None,
        valid_until: datetime | None,
    ) -> None:
        """Write what a member's inductions at a gym allow, if it still is as it was read."""
        kind = InductionValidity
        values = {"user_id": user_id, "gym_id": gym_id}
        changing = {"open_id": open_id, "open_until": open_until, "valid_until": valid_until}
        transaction.update(
            induction_key(user_id, gym_id).blank(),
            [kind.kind.set(kind), kind.version.add(1), *changes_of(kind, {**values, **changing})],
            condition=unchanged(kind.version, None if before is None else before.version),
        )
