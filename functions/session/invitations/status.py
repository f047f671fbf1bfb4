"""The states of an invitation, as they are seen: by what was answered, by the session, and by the clock.

Nothing has to be written for an invitation to expire, nor when its session is cancelled.
"""

from __future__ import annotations

from enum import StrEnum

from session.records import Invitation, Session
from session.status import SessionStatus
from solo60 import clock


class InvitationStatus(StrEnum):
    """The state of an invitation."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    """The session began before an answer."""


OPEN = (InvitationStatus.PENDING, InvitationStatus.ACCEPTED)
"""States in which an invitation holds or may take a place."""


def status_of(invitation: Invitation, session: Session) -> InvitationStatus:
    """The state of an invitation now."""
    recorded = InvitationStatus(invitation.status)
    if recorded in OPEN and session.status == SessionStatus.CANCELLED:
        return InvitationStatus.WITHDRAWN
    if recorded is InvitationStatus.PENDING and session.starts_at <= clock.now():
        return InvitationStatus.EXPIRED
    return recorded


def takes_guests(session: Session) -> bool:
    """Whether guests of a session may still come and go: until it begins, or is cancelled."""
    stands = session.status in {SessionStatus.CONFIRMED, SessionStatus.CHECKED_IN}
    return stands and session.starts_at > clock.now()
