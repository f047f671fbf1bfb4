"""DELETE /admin/sessions/{session_id}/review."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.errors import ReviewNotFound
from session.reviews.reviewing import Reviewing
from session.reviews.schemas import TakeDownQuery
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller, Path, Query
from solo60.models import Identifier
from solo60.unit_of_work import UnitOfWork
from storage import published as storage


@endpoint(
    "DELETE",
    "/admin/sessions/{session_id}/review",
    access=Access.ADMIN,
    status=204,
    grants=(
        TableGrant("session", {Do.BATCH_GET}),
        gym.READ,
        gym.CHANGE_REVIEW,
        storage.READ,
        storage.RELEASE,
    ),
    errors=(ReviewNotFound, GymNotFound),
)
def handler(
    session_id: Path[Identifier],
    query: Query[TakeDownQuery],
    caller: Caller,
    uow: UnitOfWork,
    reviewing: Reviewing,
) -> None:
    """Take a review down.

    Nobody sees it any more, the gym's average does not count it, and its member cannot post another one. The reason
    is kept in the audit log.
    """
    user_id = None if query.user_id is None else str(query.user_id)
    reviewing.take_down(uow, str(session_id), admin_id=caller.id, user_id=user_id, reason=query.reason)
