"""What is due to a session, and when: reminders, its beginning, its end, and the end of its use."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from session.records import Session
from session.status import SessionStatus
from solo60 import clock
from solo60.due import DueWork

SESSIONS_DUE = DueWork("SESSION", queue="session-sessions-due")
"""A session with something due."""
LEFT_OPEN_FOR = timedelta(hours=1)
"""How long after its end a session counts as used, if nobody checks out."""


class DueStep(Enum):
    """What is due to a session at a time."""

    REMINDER_A_DAY_BEFORE = "a day before"
    REMINDER_AN_HOUR_BEFORE = "an hour before"
    BEGINNING = "beginning"
    END = "end"
    END_OF_USE = "end of use"


def due_steps(session: Session) -> list[tuple[datetime, DueStep]]:
    """What is still due to a session, in the order of time."""
    if session.status not in {SessionStatus.CONFIRMED, SessionStatus.CHECKED_IN}:
        return []
    start, end = session.starts_at, session.ends_at
    steps = [
        (start - timedelta(hours=24), DueStep.REMINDER_A_DAY_BEFORE),
        (start - timedelta(hours=1), DueStep.REMINDER_AN_HOUR_BEFORE),
        (start, DueStep.BEGINNING),
        (end, DueStep.END),
        (end + LEFT_OPEN_FOR, DueStep.END_OF_USE),
    ]
    since = session.due_since or session.created_at
    return [(at, step) for at, step in steps if at > since]


def set_next_due(session: Session) -> None:
    """Let the index find a session when the next step is due."""
    steps = due_steps(session)
    session.by_due_pk, session.by_due_sk = SESSIONS_DUE.index_keys(session.id, steps[0][0]) if steps else (None, None)


def is_due(session: Session) -> bool:
    """Whether a step of a session is due now."""
    return SESSIONS_DUE.is_due(session.by_due_sk)


def due_now(session: Session) -> list[DueStep]:
    """The steps that are due now, in the order of time."""
    return [step for at, step in due_steps(session) if at <= clock.now()]
