"""Request and response bodies of lists of sessions."""

from __future__ import annotations

from pydantic import Field

from session.schemas import SessionView
from session.status import Which
from solo60.models import Page, RequestModel


class SessionsQuery(RequestModel):
    """Selects some of a member's sessions."""

    status: Which = Field(
        default=Which.UPCOMING,
        description="`upcoming`: not ended, the next first. `past` and `cancelled`: the latest first.",
    )


class SessionPage(Page[SessionView]):
    """A page of a member's sessions."""
