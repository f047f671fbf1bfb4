"""What admins do about sessions, for tests."""

from __future__ import annotations

from typing import Any

from session.administration.endpoints.cancel_members_session import handler as cancel_endpoint
from session.administration.endpoints.get_members_session import handler as get_endpoint
from session.administration.endpoints.list_members_sessions import handler as list_endpoint
from session.administration.endpoints.mark_no_show import handler as no_show_endpoint
from tests.conftest import Answer, call
from tests.handlers.gym.making import ADMIN


def listed(**query: Any) -> Answer:
    """Call GET /admin/sessions."""
    return call(list_endpoint, user=ADMIN, admin=True, query=query)


def looked_at(session_id: str) -> Answer:
    """Call GET /admin/sessions/{session_id}."""
    return call(get_endpoint, user=ADMIN, admin=True, path={"session_id": session_id})


def cancel(session_id: str, refund: str = "full", *, headers: dict[str, str] | None = None) -> Answer:
    """Call POST /admin/sessions/{session_id}/cancel."""
    body = {"reason": "The heating has failed.", "refund": refund}
    path = {"session_id": session_id}
    return call(cancel_endpoint, user=ADMIN, admin=True, path=path, body=body, headers=headers)


def no_show(session_id: str, *, headers: dict[str, str] | None = None) -> Answer:
    """Call POST /admin/sessions/{session_id}/no-show."""
    return call(no_show_endpoint, user=ADMIN, admin=True, path={"session_id": session_id}, headers=headers)
