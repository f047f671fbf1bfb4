"""Keys of the session service's records. Only repositories use them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from session.records import (
    CalendarFeed,
    FeedOwner,
    Guest,
    Invitation,
    InvitationPlace,
    LateCancellation,
    MemberDay,
    MemberHolds,
    Session,
    SessionStep,
    Strikes,
)
from solo60 import clock
from solo60.records import Key

INVITATIONS = "INVITATION#"
"""With what the sort keys of a session's invitations begin."""


def session_key(session_id: str) -> Key[Session]:
    """A session."""
    return Key(Session, f"SESSION#{session_id}", "SESSION")


def step_key(session_id: str, at: datetime, version: int) -> Key[SessionStep]:
    """A step of a session, by its time and the version that it made."""
    return Key(SessionStep, f"SESSION#{session_id}", f"STEP#{clock.to_sortable(at)}#{version:06d}")


def invitation_key(session_id: str, email: str) -> Key[Invitation]:
    """The invitation of an e-mail address, in lower case, to a session."""
    return Key(Invitation, f"SESSION#{session_id}", f"{INVITATIONS}{email}")


def invitation_place_key(invitation_id: str) -> Key[InvitationPlace]:
    """Where it stands which invitation has an id."""
    return Key(InvitationPlace, f"INVITATION#{invitation_id}", "PLACE")


def invitee_partition(email: str) -> str:
    """by_invitee: the invitations to an e-mail address, in lower case."""
    return f"INVITEE#{email}"


def guest_key(session_id: str, user_id: str) -> Key[Guest]:
    """A guest of a session."""
    return Key(Guest, f"SESSION#{session_id}", f"GUEST#{user_id}")


def guest_partition(user_id: str) -> str:
    """by_member: the sessions that a member is a guest of."""
    return f"USER#{user_id}#GUEST"


def calendar_feed_key(user_id: str) -> Key[CalendarFeed]:
    """A member's calendar feed."""
    return Key(CalendarFeed, f"USER#{user_id}", "CALENDAR_FEED")


def feed_owner_key(token_hash: str) -> Key[FeedOwner]:
    """Whose calendar feed a token opens."""
    return Key(FeedOwner, f"CALENDAR_FEED#{token_hash}", "OWNER")


def member_day(user_id: str, day: date) -> Key[MemberDay]:
    """The taken slots of a member on a UTC day."""
    return Key(MemberDay, f"USER#{user_id}", f"DAY#{day}")


def member_days(user_id: str, days: Sequence[date]) -> list[Key[MemberDay]]:
    """The taken slots of a member, by UTC day."""
    return [member_day(user_id, day) for day in days]


def holds_key(user_id: str) -> Key[MemberHolds]:
    """A member's holds."""
    return Key(MemberHolds, f"USER#{user_id}", "HOLDS")


def strikes_key(user_id: str) -> Key[Strikes]:
    """A member's strikes."""
    return Key(Strikes, f"USER#{user_id}", "STRIKES")


def gym_partition(gym_id: str) -> str:
    """The partition of the late cancellations at a gym; by_gym: its sessions."""
    return f"GYM#{gym_id}"


def late_cancellation_key(session: Session) -> Key[LateCancellation]:
    """The record that a session was cancelled too late."""
    return Key(
        LateCancellation, gym_partition(session.gym_id), f"{late_cancellations_from(session.starts_at)}#{session.id}"
    )


def late_cancellations_from(starts_at: datetime) -> str:
    """The first sort key of late cancellations of sessions that start at or after an instant."""
    return f"LATE_CANCELLATION#{clock.to_sortable(starts_at)}"


def booked_partition(user_id: str) -> str:
    """by_member: a member's sessions that are not cancelled."""
    return f"USER#{user_id}#BOOKED"


def cancelled_partition(user_id: str) -> str:
    """by_member: a member's cancelled sessions."""
    return f"USER#{user_id}#CANCELLED"


def member_sort_key(instant: datetime, session_id: str) -> str:
    """by_member and by_gym: the sort key of a session."""
    return f"{clock.to_sortable(instant)}#{session_id}"
