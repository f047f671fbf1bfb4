"""Reads of a member's sessions."""

from __future__ import annotations

from session.keys import booked_partition, cancelled_partition, session_key
from session.records import Session
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.repository import RecordQuery, Repository


class HistoryRepository(Repository[Session, [str]]):
    """Sessions, by id and by member."""

    key = staticmethod(session_key)

    def booked(self, user_id: str, paging: Paging, *, ended: bool) -> PageOf[Session]:
        """A page of a member's sessions: with `ended` the past ones, latest first, else the upcoming ones."""
        # All pages use the time of the first page as the limit, so that no session is missed between two pages.
        as_of = paging.text("as_of") or clock.to_sortable(clock.now())
        end = Session.by_member_sk
        # A session that ends now has ended; `~` sorts after every id.
        condition = end <= f"{as_of}~" if ended else end > f"{as_of}~"
        query = RecordQuery(
            Session, booked_partition(user_id), condition, index=Session.by_member.name, backwards=ended
        )
        return self.page(paging, query, carried={"as_of": as_of})

    def cancelled(self, user_id: str, paging: Paging) -> PageOf[Session]:
        """A page of a member's cancelled sessions, the latest start first."""
        query = RecordQuery(Session, cancelled_partition(user_id), index=Session.by_member.name, backwards=True)
        return self.page(paging, query)
