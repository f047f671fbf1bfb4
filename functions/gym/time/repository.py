"""Reads and writes of the taken slots of gyms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gym.profile import GymProfile, profile_of
from gym.records import GymDay, InductionValidity, SlotDay
from gym.repository import gym_key, induction_key
from gym.time import slot_claims
from gym.time.rules import Proposal
from gym.time.slot_claims import HeldTime
from gym.time.slots import Occupancy, slot_of, slots_between
from solo60.records import Key, Read
from solo60.repository import RecordQuery
from solo60.transaction import Transaction

DAYS_A_READ = 10
_DAY = "DAY#"


@dataclass(frozen=True)
class GymTime:
    """A gym and its taken slots."""

    gym: GymProfile
    occupancy: Occupancy


@dataclass(frozen=True)
class Visit:
    """A gym's taken slots, and what inductions there allow a member who looks for a free one, if any."""

    occupancy: Occupancy
    induction: InductionValidity | None


def gym_day(gym_id: str, day: date) -> Key[GymDay]:
    """The taken slots of a gym on a UTC day."""
    return Key(GymDay, f"GYM#{gym_id}", f"{_DAY}{day}")


def gym_days(gym_id: str, days: Sequence[date]) -> list[Key[GymDay]]:
    """The taken slots of a gym, by UTC day."""
    return [gym_day(gym_id, day) for day in days]


def occupancy_of(days: Sequence[date], records: Sequence[SlotDay | None]) -> Occupancy:
    """The occupancy of days whose records were read, in the same order."""
    return Occupancy.of_days(
        (day, {} if record is None else record.taken) for day, record in zip(days, records, strict=True)
    )


class GymTimeRepository:
    """The taken slots of gyms."""

    def find(self, read: Read, gym_id: str, days: Sequence[date]) -> GymTime | None:
        """A gym and its taken slots on UTC days, in one read; None if there is no such gym."""
        keys = gym_days(gym_id, days)
        found = read(gym_key(gym_id), *keys)
        gym = found[gym_key(gym_id)]
        return None if gym is None else GymTime(profile_of(gym), occupancy_of(days, found.all(keys)))

    def occupancy(self, read: Read, gym_ids: Sequence[str], days: Sequence[date]) -> dict[str, Occupancy]:
        """The taken slots of gyms on UTC days, by gym, in one read."""
        return {gym_id: visit.occupancy for gym_id, visit in self.visits(read, gym_ids, days, None).items()}

    def visits(self, read: Read, gym_ids: Sequence[str], days: Sequence[date], user_id: str | None) -> dict[str, Visit]:
        """The taken slots of gyms on UTC days and a member's inductions, by gym, in one read."""
        keys = {gym_id: gym_days(gym_id, days) for gym_id in gym_ids}
        inductions = {gym_id: induction_key(user_id, gym_id) for gym_id in gym_ids if user_id is not None}
        found = read(*(key for days_of_gym in keys.values() for key in days_of_gym), *inductions.values())
        return {
            gym_id: Visit(
                occupancy_of(days, found.all(days_of_gym)),
                found[inductions[gym_id]] if gym_id in inductions else None,
            )
            for gym_id, days_of_gym in keys.items()
        }

    def holders(self, gym_id: str, start: datetime, end: datetime, after: str | None) -> Iterator[tuple[str, str]]:
        """What holds slots of a gym in [start, end), in the order of time, by strong reads: positions and holders.

        Parameters
        ----------
        after
            The position behind which to go on; None for the beginning.
        """
        first, last = gym_day(gym_id, start.astimezone(UTC).date()), gym_day(gym_id, end.astimezone(UTC).date())
        low = first.sk if after is None else max(first.sk, after.partition("T")[0])
        query = RecordQuery(GymDay, first.pk, GymDay.sk.between(low, last.sk), consistent=True)
        wanted = slots_between(start, end)
        seen: set[str] = set()
        for day in query.read(page_size=DAYS_A_READ):
            of_day = date.fromisoformat(day.sk.removeprefix(_DAY))
            for number, holder in sorted(day.taken.items()):
                position = f"{day.sk}T{number:02d}"
                if slot_of(of_day, number) not in wanted or holder in seen or (after is not None and position <= after):
                    continue
                seen.add(holder)
                yield position, holder

    def claim(
        self,
        transaction: Transaction,
        proposal: Proposal,
        holder: str,
        gym_time: Occupancy,
        *,
        given_up: Sequence[HeldTime] = (),
    ) -> None:
        """Claim the slots of a session for a holder: all or none. They and the buffers around them have to be free.

        Parameters
        ----------
        gym_time
            As it was read.
        given_up
            Time at the gym that becomes free, but for what is claimed.
        """
        start, end, gym_id = proposal.starts_at, proposal.ends_at, proposal.gym.id
        slot_claims.claim(
            transaction,
            lambda day: gym_day(gym_id, day),
            start,
            end,
            holder,
            before=proposal.buffer,
            behind=proposal.buffer,
            given_up=given_up,
            over=gym_time.over,
        )

    def extend(
        self,
        transaction: Transaction,
        proposal: Proposal,
        ends_at: datetime,
        holder: str,
        gym_time: Occupancy,
        *,
        given_up: Sequence[HeldTime] = (),
    ) -> None:
        """Claim what a session lasts longer than until `ends_at`; only the buffer behind has to be free. As `claim`."""
        gym_id = proposal.gym.id
        slot_claims.claim(
            transaction,
            lambda day: gym_day(gym_id, day),
            ends_at,
            proposal.ends_at,
            holder,
            behind=proposal.buffer,
            given_up=given_up,
            over=gym_time.over,
        )

    def release_rest(self, transaction: Transaction, gym_id: str, gym_time: Occupancy, holder: str) -> None:
        """Free what a temporary holder still has of a gym's time, as it was read."""
        slot_claims.release_slots(transaction, lambda day: gym_day(gym_id, day), gym_time.held_by(holder), holder)

    def release(self, transaction: Transaction, gym_id: str, start: datetime, end: datetime, holder: str) -> None:
        """Free a gym's slots of [start, end), which the holder has to hold."""
        slot_claims.release(transaction, lambda day: gym_day(gym_id, day), start, end, holder)
