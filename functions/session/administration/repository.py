"""Reads of sessions for admins: by gym and day, by member, and their logs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from session.keys import booked_partition, cancelled_partition, gym_partition, session_key
from session.records import Session, SessionStep
from solo60 import clock
from solo60.paging import PageOf, Paging
from solo60.repository import RecordQuery, Repository


class SessionAdminRepository(Repository[Session, [str]]):
    """Sessions, as admins look for them."""

    key = staticmethod(session_key)

    def of_gym(self, gym_id: str, day: date, timezone: str, paging: Paging) -> PageOf[Session]:
        """A page of the sessions that start on a local day of a gym, cancelled ones too, by their start."""
        zone = ZoneInfo(timezone)
        first, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
        condition = Session.by_gym_sk.between(clock.to_sortable(first), clock.to_sortable(end))
        query = RecordQuery(Session, gym_partition(gym_id), condition, index=Session.by_gym.name)
        return self.page(paging, query)

    def of_member(self, user_id: str, paging: Paging, *, cancelled: bool) -> PageOf[Session]:
        """A page of a member's sessions, the latest first: those that were cancelled, or the others."""
        partition = cancelled_partition(user_id) if cancelled else booked_partition(user_id)
        return self.page(paging, RecordQuery(Session, partition, index=Session.by_member.name, backwards=True))

    def log_of(self, session_id: str) -> list[SessionStep]:
        """The steps of a session, in their order."""
        partition = session_key(session_id).pk
        query = RecordQuery(SessionStep, partition, SessionStep.sk.startswith("STEP#"), consistent=True)
        return list(self.query_all(query))
