"""Response bodies of what admins see of sessions."""

from __future__ import annotations

from session.administration.overriding import LoggedSession
from session.administration.schemas import LoggedSessionView, SessionsOfPage, StepView
from session.records import Session
from session.views import session_body
from solo60.http.response import Tagged
from solo60.paging import PageOf


def sessions_of_page(page: PageOf[Session]) -> SessionsOfPage:
    """A page of sessions."""
    return SessionsOfPage(items=[session_body(session) for session in page.items], next_cursor=page.next_cursor)


def logged_session_view(logged: LoggedSession) -> Tagged[LoggedSessionView]:
    """A session with its log, and its version as `ETag`."""
    log = [
        StepView(step=step.step, at=step.at, actor=step.actor, actor_id=step.actor_id, details=step.details)
        for step in logged.log
    ]
    body = LoggedSessionView(**session_body(logged.session).model_dump(), log=log)
    return Tagged(body, int(logged.session.version))
