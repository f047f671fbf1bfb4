"""Reads of the sessions in a member's calendar, and the tokens of feeds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from session.keys import (
    booked_partition,
    calendar_feed_key,
    cancelled_partition,
    feed_owner_key,
    guest_partition,
    session_key,
)
from session.records import CalendarFeed, Guest, Session
from solo60 import clock
from solo60.records import batch_get
from solo60.repository import RecordQuery, Repository
from solo60.transaction import Transaction

GUESTS_FROM = timedelta(days=400)
"""How long before a feed begins somebody may have accepted an invitation to a session in it."""


class CalendarRepository(Repository[Session, [str]]):
    """The sessions of a member's calendar."""

    key = staticmethod(session_key)

    def of_host(self, user_id: str, since: datetime) -> Iterator[Session]:
        """A member's own sessions from an instant on: those that end after it, and the cancelled ones that began."""
        start = Session.by_member_sk >= clock.to_sortable(since)
        for partition in (booked_partition(user_id), cancelled_partition(user_id)):
            yield from self.query_all(RecordQuery(Session, partition, start, index=Session.by_member.name))

    def of_guest(self, user_id: str, since: datetime) -> Iterator[Session]:
        """The sessions that a member is a guest of and that end after an instant, the cancelled ones too."""
        accepted = Guest.by_member_sk >= clock.to_sortable(since - GUESTS_FROM)
        query = RecordQuery(Guest, guest_partition(user_id), accepted, index=Guest.by_member.name)
        keys = [session_key(guest.session_id) for guest in self.query_all(query)]
        found = batch_get(*keys).all(keys) if keys else []
        return (session for session in found if session is not None and session.ends_at > since)


class FeedRepository(Repository[CalendarFeed, [str]]):
    """The calendar feeds of members, one each."""

    key = staticmethod(calendar_feed_key)

    def owner(self, token_hash: str) -> str | None:
        """The user id of the member whose feed a token opens, by a strong read; None if it opens none."""
        key = feed_owner_key(token_hash)
        owner = batch_get(key)[key]
        return None if owner is None else owner.user_id

    def replace(self, transaction: Transaction, user_id: str, before: CalendarFeed | None, token_hash: str) -> None:
        """Let a new token open a member's feed, and the one before open nothing any more.

        Parameters
        ----------
        before
            The feed as it was read; None if there was none.
        """
        feed = calendar_feed_key(user_id).blank()
        feed.token_hash = token_hash
        condition = None if before is None else CalendarFeed.token_hash == before.token_hash
        transaction.put(feed, condition=condition)
        owner = feed_owner_key(token_hash).blank()
        owner.user_id = user_id
        transaction.put(owner)
        if before is not None:
            transaction.delete(feed_owner_key(before.token_hash).blank())
