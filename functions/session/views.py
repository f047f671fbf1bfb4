"""Responses about sessions."""

from __future__ import annotations

from session.records import Session
from session.schemas import SessionView
from solo60.http.response import Tagged


def session_view(session: Session) -> Tagged[SessionView]:
    """The view of a session, with its version as `ETag`."""
    return Tagged(SessionView.of(session), int(session.version))


def guest_view(session: Session, email: str) -> Tagged[SessionView]:
    """The view of a session for a guest who is invited by `email`."""
    seen = SessionView.of(session).model_copy(
        update={"pots": [], "invitees": [email.lower()], "refunded_credits": None}
    )
    return Tagged(seen, int(session.version))
