"""Events that the communication service publishes."""

from __future__ import annotations

from typing import ClassVar

from solo60.events import Event


class CommunicationEvent(Event):
    """Base of the service's events."""

    SOURCE: ClassVar[str] = "communication"


class MessageQueued(CommunicationEvent):
    """A message was queued for delivery."""

    message_id: str


class NotificationRequested(CommunicationEvent):
    """A notification has to be shown in the app. Never archived, because it contains the text."""

    ARCHIVED: ClassVar[bool] = False
    notification_id: str
    user_id: str
    type: str
    content: str
    link: str | None = None
