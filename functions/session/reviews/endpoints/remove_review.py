"""DELETE /sessions/{session_id}/review."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.errors import SessionNotFound
from session.reviews.reviewing import Reviewing
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage import published as storage


@endpoint(
    "DELETE",
    "/sessions/{session_id}/review",
    access=Access.MEMBER,
    status=204,
    grants=(TableGrant("session", {Do.BATCH_GET}), gym.READ, gym.REMOVE_REVIEW, storage.READ, storage.RELEASE),
    errors=(SessionNotFound, GymNotFound),
)
def handler(session_id: Path[Identifier], caller: Caller, uow: UnitOfWork, reviewing: Reviewing) -> None:
    """Remove my review of a session, and its picture.

    I may review the session again. Where there is no review, nothing changes.
    """
    reviewing.remove(uow, caller.id, str(session_id))
