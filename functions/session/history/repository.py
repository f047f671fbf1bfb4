"""Reads of a member's sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition

from session.keys import booked_partition, cancelled_partition, session_key
from session.records import ByMember, Session
from solo60 import clock

Position = dict[str, Any]
"""The position of the last item of a page."""


@dataclass(frozen=True)
class MemberSessions:
    """A page of a member's sessions, and its last position if more follow."""

    sessions: list[Session]
    position: Position | None


class HistoryRepository:
    """Sessions, by id and by member."""

    def find(self, session_id: str) -> Session | None:
        """A session, with a strong read."""
        key = session_key(session_id)
        return Session.find(key.pk, key.sk, consistent=True)

    def booked(self, user_id: str, *, ended: bool, limit: int, after: Position | None) -> MemberSessions:
        """A page of a member's sessions: with `ended` the past ones, latest first, else the upcoming ones."""
        # All pages use the time of the first page as the limit, so that no session is missed between two pages.
        as_of = clock.to_sortable(clock.now()) if after is None else str(after["as_of"])
        end = ByMember.by_member_sk
        # A session that ends now has ended; `~` sorts after every id.
        condition = end <= f"{as_of}~" if ended else end > f"{as_of}~"
        return _page(booked_partition(user_id), condition, newest_first=ended, limit=limit, after=after, as_of=as_of)

    def cancelled(self, user_id: str, *, limit: int, after: Position | None) -> MemberSessions:
        """A page of a member's cancelled sessions, the latest start first."""
        return _page(cancelled_partition(user_id), None, newest_first=True, limit=limit, after=after)


def _page(
    partition: str,
    condition: Condition | None,
    *,
    newest_first: bool,
    limit: int,
    after: Position | None,
    as_of: str = "",
) -> MemberSessions:
    start = None
    if after is not None:
        key = session_key(str(after["id"]))
        start = {
            "PK": {"S": key.pk},
            "SK": {"S": key.sk},
            "by_member_pk": {"S": partition},
            "by_member_sk": {"S": str(after["sk"])},
        }
    found = list(
        Session.by_member.query(
            partition,
            range_key_condition=condition,
            scan_index_forward=not newest_first,
            limit=limit + 1,
            last_evaluated_key=start,
        )
    )
    last = found[limit - 1] if len(found) > limit else None
    position = None if last is None else {"id": last.id, "sk": last.by_member_sk, "as_of": as_of}
    return MemberSessions(found[:limit], position)
