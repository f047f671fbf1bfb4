"""Book, be refused with alternatives, cancel: with the client that openapi-python-client generates.

It is type-checked against the generated package (`mypy --strict`) and then run; it ends with 1 where something differs.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
from solo60_client import AuthenticatedClient, Client
from solo60_client.api.auth import log_in
from solo60_client.api.sessions import book_session, cancel_session, list_availability
from solo60_client.api.users import change_profile
from solo60_client.models import (
    AvailableStartPage,
    BookSessionConflict,
    BookSessionRequest,
    ChangeProfileRequest,
    LogInRequest,
    Problem,
    ProfileView,
    SessionStatus,
    SessionView,
    TokensView,
)

API = os.environ["SOLO60_API"]
GYM = UUID(os.environ["SOLO60_GYM"])
T = TypeVar("T")


def expect(kind: type[T], answer: object) -> T:
    """The answer, as the type that the document promises."""
    if not isinstance(answer, kind):
        raise SystemExit(f"expected {kind.__name__}, got {answer!r}")
    return answer


def logged_in(who: str) -> AuthenticatedClient:
    """A client with a member's token."""
    body = LogInRequest(email=os.environ[f"SOLO60_{who}_EMAIL"], password=os.environ[f"SOLO60_{who}_PASSWORD"])
    tokens = expect(TokensView, log_in.sync(client=Client(base_url=API, timeout=httpx.Timeout(120)), body=body))
    return AuthenticatedClient(base_url=API, token=tokens.id_token, timeout=httpx.Timeout(120))


def main() -> None:
    """Play it."""
    member, rival = logged_in("MEMBER"), logged_in("RIVAL")
    day: date = (datetime.now(UTC) + timedelta(days=3)).date()
    offered = expect(AvailableStartPage, list_availability.sync(client=member, gym_id=GYM, date=day, duration=60))
    assert offered.next_cursor is None
    start = offered.items[len(offered.items) // 2]

    body = BookSessionRequest(gym_id=GYM, starts_at=start.starts_at, duration=60)
    session = expect(SessionView, book_session.sync(client=member, body=body, idempotency_key=str(uuid4())))
    assert (session.gym_id, session.starts_at, session.status) == (GYM, start.starts_at, SessionStatus.CONFIRMED)

    refused = book_session.sync_detailed(client=rival, body=body)
    conflict = expect(BookSessionConflict, refused.parsed)
    assert (refused.status_code, conflict.status, conflict.code) == (409, 409, "slot_taken")
    alternatives = conflict.alternatives or []
    assert alternatives
    nearest: datetime = alternatives[0].starts_at
    assert alternatives[0].gym_id == GYM
    assert nearest != start.starts_at

    body.duration = 0
    problem = expect(Problem, book_session.sync(client=rival, body=body))
    errors = problem.errors or []
    assert [(error.field, error.message) for error in errors] == [("/duration", "This must be at least 1.")]

    cancelled = expect(SessionView, cancel_session.sync(session.id, client=member))
    assert (cancelled.status, cancelled.refunded_credits) == (SessionStatus.CANCELLED, session.price_credits)

    # Nothing of a change is required, and null clears.
    profile = expect(ProfileView, change_profile.sync(client=member, body=ChangeProfileRequest(bio=None)))
    assert profile.bio is None


if __name__ == "__main__":
    main()
