"""Request and response bodies of invitations."""

from __future__ import annotations

from pydantic import Field

from session.invitations.status import InvitationStatus
from solo60.fields import EmailAddress
from solo60.models import Id, Instant, Page, RequestModel, ResponseModel


class InviteGuestRequest(RequestModel):
    """Whom to invite."""

    email: EmailAddress


class InvitationView(ResponseModel):
    """An invitation as the host sees it."""

    id: Id
    email: str
    status: InvitationStatus
    user_id: Id | None = Field(description="The member who has answered; null before.")
    invited_at: Instant
    answered_at: Instant | None


class InvitationPage(Page[InvitationView]):
    """All invitations to a session, the first one first. There is one page only."""


class InvitedSessionView(ResponseModel):
    """What an invitation tells of its session."""

    id: Id
    gym_id: Id
    gym_name: str
    gym_address: str
    timezone: str
    starts_at: Instant
    ends_at: Instant
    booking_date: str = Field(description="On the gym's calendar.", examples=["2026-03-02"])
    start_time: str = Field(description="In the gym's local time.", examples=["18:30"])
    end_time: str
    duration: int = Field(description="Minutes of elapsed time.")


class ReceivedInvitationView(ResponseModel):
    """An invitation as its address sees it."""

    id: Id
    status: InvitationStatus
    host_name: str | None = Field(description="The host's first name.")
    invited_at: Instant
    answered_at: Instant | None
    session: InvitedSessionView


class ReceivedInvitationPage(Page[ReceivedInvitationView]):
    """Invitations to me, the newest first; a page may be short, even empty, and still have a next one."""
