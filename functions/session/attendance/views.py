"""Response bodies of check-in and check-out."""

from __future__ import annotations

from session.attendance.checking_in import Attended
from session.schemas import SessionView
from session.views import guest_view, session_view
from solo60.http.response import Tagged


def attended_view(attended: Attended) -> Tagged[SessionView]:
    """A session as its host or as a guest sees it."""
    session, participant = attended.session, attended.participant
    return session_view(session) if participant.user_id == session.user_id else guest_view(session, participant.email)
