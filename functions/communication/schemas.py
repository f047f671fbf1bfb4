"""Response bodies of the communication service."""

from __future__ import annotations

from pydantic import Field

from communication.statuses import Channel, Status
from solo60.models import Id, Instant, Page, ResponseModel


class MessageSummary(ResponseModel):
    """A message to the caller, without its text, which may contain a code."""

    id: Id
    channel: Channel
    template: str = Field(examples=["booking_confirmed"])
    to: str = Field(description="The e-mail address; for an in-app notification, the member's id.")
    subject: str = Field(examples=["Booked: Shoreditch, Tuesday 3 March 2026, 19:00 to 20:00 GMT"])
    status: Status
    created_at: Instant


class MessagePage(Page[MessageSummary]):
    """Messages to the caller, newest first."""
