"""The data that all events about a session have in common."""

from __future__ import annotations

from typing import Any

from session.records import Session


def event_data_of(session: Session) -> dict[str, Any]:
    """The common fields of the service's events."""
    return {
        "session_id": session.id,
        "user_id": session.user_id,
        "gym_id": session.gym_id,
        "gym_name": session.gym_name,
        "gym_address": session.gym_address,
        "timezone": session.timezone,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "duration": session.duration,
        "price_credits": session.price_credits,
        "refundable_until": session.refundable_until,
        "sequence": session.sequence,
    }
