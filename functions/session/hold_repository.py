"""Holds: time that a member keeps for ten minutes before booking it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gym.published import HeldTime, Proposal, temporary_holder
from session.keys import holds_key
from session.records import MemberHolds
from solo60 import clock
from solo60.due import DueWork
from solo60.repository import Repository, unchanged
from solo60.transaction import Transaction

EXPIRY = DueWork("HOLD", queue="session-holds-due")
"""A member with a hold that expires."""


@dataclass(frozen=True)
class Hold:
    """Time at a gym that a member keeps until an instant.

    Attributes
    ----------
    duration
        Minutes.
    given_back
        Its time is free. It is remembered so that giving it back can be repeated.
    """

    id: str
    gym_id: str
    starts_at: datetime
    duration: int
    expires_at: datetime
    given_back: bool = False

    @property
    def ends_at(self) -> datetime:
        """The end of the time."""
        return self.starts_at + timedelta(minutes=self.duration)

    @property
    def is_live(self) -> bool:
        """Whether it has neither expired nor been given back."""
        return not self.given_back and self.expires_at > clock.now()

    @property
    def held(self) -> HeldTime:
        """Its slots. They are free again when it has expired, whether or not somebody has freed them."""
        return HeldTime(temporary_holder(self.id, self.expires_at), self.starts_at, self.ends_at)


def holds_of(record: MemberHolds | None) -> list[Hold]:
    """The holds of a member, also those that have expired and still have their slots."""
    if record is None:
        return []
    return [
        Hold(
            id=one["id"],
            gym_id=one["gym_id"],
            starts_at=clock.from_rfc3339(one["starts_at"]),
            duration=int(one["duration"]),
            expires_at=clock.from_rfc3339(one["expires_at"]),
            given_back=one["given_back"],
        )
        for one in record.holds
    ]


def holds_touching(record: MemberHolds | None, proposal: Proposal) -> list[Hold]:
    """A member's live holds at a gym that are in the way of a session there."""
    start, end = proposal.starts_at - proposal.buffer, proposal.ends_at + proposal.buffer
    return [
        hold
        for hold in holds_of(record)
        if hold.is_live and hold.gym_id == proposal.gym.id and hold.starts_at < end and start < hold.ends_at
    ]


class HoldRepository(Repository[MemberHolds, [str]]):
    """Holds by member."""

    key = staticmethod(holds_key)

    def give_up(
        self, transaction: Transaction, user_id: str, before: MemberHolds | None, holds: Sequence[Hold]
    ) -> None:
        """Remove holds of a member, whose time the caller frees or uses."""
        if holds:
            self.replace(transaction, user_id, before, [each for each in holds_of(before) if each not in holds])

    def mark_given_back(self, transaction: Transaction, user_id: str, before: MemberHolds | None, hold: Hold) -> None:
        """Remember of a member's holds that one was given back, the latest alone."""
        others = [each for each in holds_of(before) if each.id != hold.id and not each.given_back]
        self.replace(transaction, user_id, before, [*others, replace(hold, given_back=True)])

    def replace(
        self, transaction: Transaction, user_id: str, before: MemberHolds | None, holds: Sequence[Hold]
    ) -> None:
        """Write a member's holds in place of those that were read."""
        kind = MemberHolds
        stored = [
            {
                "id": hold.id,
                "gym_id": hold.gym_id,
                "starts_at": clock.to_rfc3339(hold.starts_at),
                "duration": hold.duration,
                "expires_at": clock.to_rfc3339(hold.expires_at),
                "given_back": hold.given_back,
            }
            for hold in holds
        ]
        actions = [kind.kind.set(kind), kind.user_id.set(user_id), kind.holds.set(stored), kind.version.add(1)]
        if holds:
            due_pk, due_sk = EXPIRY.index_keys(user_id, min(hold.expires_at for hold in holds))
            actions += [kind.by_due_pk.set(due_pk), kind.by_due_sk.set(due_sk)]
        else:
            actions += [kind.by_due_pk.remove(), kind.by_due_sk.remove()]
        transaction.update(
            holds_key(user_id).blank(),
            actions,
            condition=unchanged(kind.version, None if before is None else before.version),
        )
