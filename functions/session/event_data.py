"""The data that all events about a session have in common."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from session.records import Session


class SessionData(TypedDict):
    """The common fields of the service's events, so that the type checker sees what an event lacks."""

    session_id: str
    user_id: str
    gym_id: str
    gym_name: str
    gym_address: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    duration: int
    price_credits: int
    refundable_until: datetime
    sequence: int
    guests: list[str]


def event_data_of(session: Session) -> SessionData:
    """The common fields of the service's events."""
    return SessionData(
        session_id=session.id,
        user_id=session.user_id,
        gym_id=session.gym_id,
        gym_name=session.gym_name,
        gym_address=session.gym_address,
        timezone=session.timezone,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        duration=int(session.duration),
        price_credits=int(session.price_credits),
        refundable_until=session.refundable_until,
        sequence=int(session.sequence),
        guests=list(session.guests or ()),
    )
