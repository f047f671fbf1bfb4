"""Reviews for tests: sessions that have ended, and what members and admins do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gym.endpoints.get_gym import handler as gym_endpoint
from gym.reviews.endpoints.list_reviews import handler as list_endpoint
from session.reviews.endpoints.change_review import handler as change_endpoint
from session.reviews.endpoints.remove_review import handler as remove_endpoint
from session.reviews.endpoints.review_session import handler as review_endpoint
from session.reviews.endpoints.take_review_down import handler as take_down_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.handlers.session.world import NOW, START, book, check_in, member_with

AFTER = START + timedelta(days=1)


def attended(gym_id: str, user: str | None = None, starts_at: datetime = START) -> tuple[str, str]:
    """A member who has checked in to a session at a gym, and the session."""
    member = user or member_with(100)
    with clock.at(NOW):
        session = str(book(member, gym_id, starts_at).json["id"])
    with clock.at(starts_at):
        assert check_in(member, session).status == 200
    return member, session


def some_attended(gym_id: str, count: int) -> list[tuple[str, str]]:
    """Members who have each checked in to a session at a gym."""
    return [attended(gym_id, starts_at=START + timedelta(hours=2 * number)) for number in range(count)]


def review(user: str, session_id: str, rating: int = 5, *, key: str | None = None, **body: Any) -> Answer:
    """Call POST /sessions/{session_id}/review."""
    headers = {"Idempotency-Key": key} if key else None
    said = {"rating": rating, **body}
    return call(review_endpoint, user=user, path={"session_id": session_id}, body=said, headers=headers)


def change(user: str, session_id: str, *, seen: int | None = None, **body: Any) -> Answer:
    """Call PATCH /sessions/{session_id}/review."""
    headers = None if seen is None else {"If-Match": f'"{seen}"'}
    return call(change_endpoint, user=user, path={"session_id": session_id}, body=body, headers=headers)


def remove(user: str, session_id: str) -> Answer:
    """Call DELETE /sessions/{session_id}/review."""
    return call(remove_endpoint, user=user, path={"session_id": session_id})


def take_down(session_id: str, *, admin: str | None = None, **query: Any) -> Answer:
    """Call DELETE /admin/sessions/{session_id}/review."""
    asked = {"reason": "Names another member.", **query}
    return call(take_down_endpoint, user=admin or new_id(), admin=True, path={"session_id": session_id}, query=asked)


def listed(gym_id: str, **query: Any) -> dict[str, Any]:
    """The body of GET /gyms/{gym_id}/reviews."""
    answer = call(list_endpoint, path={"gym_id": gym_id}, query=query)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def rating_of(gym_id: str) -> tuple[float | None, int]:
    """Average and number of a gym's ratings, which the gym and the list of its reviews agree on."""
    rating = call(gym_endpoint, path={"gym_id": gym_id}).json["rating"]
    assert listed(gym_id)["rating"] == rating
    return rating["average"], rating["count"]
