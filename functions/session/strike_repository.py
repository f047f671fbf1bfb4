"""Strikes: sessions that a member has booked and nobody has come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from session.keys import strikes_key
from session.records import Strikes
from solo60 import clock
from solo60.repository import Repository, unchanged
from solo60.transaction import Transaction

VALID_FOR = timedelta(days=90)
ALLOWED = 2
"""Strikes that do not stop bookings."""
SUSPENDED_FOR = timedelta(days=7)


def suspended_until(record: Strikes | None) -> datetime | None:
    """Until when a member books nothing because of strikes; None if bookings are allowed."""
    return None if record is None else _suspended_by([clock.from_rfc3339(one["at"]) for one in record.strikes])


def _suspended_by(strikes: Sequence[datetime]) -> datetime | None:
    live = sorted(at for at in strikes if at + VALID_FOR > clock.now())
    if len(live) <= ALLOWED:
        return None
    until = live[-1] + SUSPENDED_FOR
    return until if until > clock.now() else None


class StrikeRepository(Repository[Strikes, [str]]):
    """Strikes by member."""

    key = staticmethod(strikes_key)

    def add(
        self, transaction: Transaction, user_id: str, before: Strikes | None, *, session_id: str, at: datetime
    ) -> datetime | None:
        """Add a strike for a session, dated by its end; those that have expired go.

        Returns
        -------
        datetime or None
            Until when strikes stop the member's bookings.
        """
        earlier = [] if before is None else before.strikes
        live = [one for one in earlier if clock.from_rfc3339(one["at"]) + VALID_FOR > clock.now()]
        kind = Strikes
        transaction.update(
            strikes_key(user_id).blank(),
            [
                kind.kind.set(kind),
                kind.strikes.set([*live, {"session_id": session_id, "at": clock.to_rfc3339(at)}]),
                kind.version.add(1),
            ],
            condition=unchanged(kind.version, None if before is None else before.version),
        )
        return _suspended_by([*(clock.from_rfc3339(one["at"]) for one in live), at])
