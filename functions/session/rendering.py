"""A session as an answer."""

from __future__ import annotations

from session.records import Session
from session.schemas import SessionView
from solo60.http.response import Tagged


def tagged(session: Session) -> Tagged[SessionView]:
    """The view of a session, with its version as `ETag`."""
    return Tagged(SessionView.of(session), int(session.version))
