"""Book, be refused with alternatives, cancel: with the client that openapi-generator generates for Python."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

from solo60_generated import ApiClient, AuthApi, Configuration, SessionsApi
from solo60_generated.exceptions import ConflictException
from solo60_generated.models import BookSessionConflict, BookSessionRequest, LogInRequest, SessionStatus

API = os.environ["SOLO60_API"]
GYM = UUID(os.environ["SOLO60_GYM"])


def sessions_of(who: str) -> SessionsApi:
    """The sessions API with a member's token."""
    body = LogInRequest(email=os.environ[f"SOLO60_{who}_EMAIL"], password=os.environ[f"SOLO60_{who}_PASSWORD"])
    tokens = AuthApi(ApiClient(Configuration(host=API))).log_in(body)
    return SessionsApi(ApiClient(Configuration(host=API, access_token=tokens.id_token)))


def main() -> None:
    """Play it."""
    member, rival = sessions_of("MEMBER"), sessions_of("RIVAL")
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    offered = member.list_availability(gym_id=GYM, var_date=day, duration=60)
    start = offered.items[len(offered.items) // 2]

    body = BookSessionRequest(gym_id=GYM, starts_at=start.starts_at, duration=60)
    session = member.book_session(body)
    assert (session.gym_id, session.starts_at, session.status) == (GYM, start.starts_at, SessionStatus.CONFIRMED)
    try:
        rival.book_session(body)
    except ConflictException as refused:
        conflict = refused.data
    else:
        raise SystemExit("the second booking of the same time was not refused")
    assert isinstance(conflict, BookSessionConflict), conflict
    assert conflict.code == "slot_taken"
    assert conflict.alternatives
    assert conflict.alternatives[0].gym_id == GYM

    cancelled = member.cancel_session(session.id)
    assert (cancelled.status, cancelled.refunded_credits) == (SessionStatus.CANCELLED, session.price_credits)


if __name__ == "__main__":
    main()
