"""A session as an answer."""

from __future__ import annotations

from session.records import Session
from session.schemas import SessionView
from solo60.http.response import Tagged


def tagged(session: Session) -> Tagged[SessionView]:
    """The view of a session, with its version as `ETag`."""
    return Tagged(SessionView.of(session), int(session.version))


def tagged_for_guest(session: Session, email: str) -> Tagged[SessionView]:
    """What somebody who is invited by `email` may see of it."""
    seen = SessionView.of(session).model_copy(
        update={"pots": [], "invitees": [email.lower()], "refunded_credits": None}
    )
    return Tagged(seen, int(session.version))
