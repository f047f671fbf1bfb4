"""POST /sessions/{session_id}/review."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.errors import AlreadyReviewed, NotReviewable, ReviewTakenDown, SessionNotFound
from session.reviews.reviewing import NewReview, Reviewing, ShownReview
from session.reviews.schemas import ReviewSessionRequest
from session.reviews.views import review_view
from solo60.declarations import Access
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, Path
from solo60.models import Identifier
from solo60.problems import InvalidRequest
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import FileInUse, FileNotActive, FileNotFound, StoreRegistry


@endpoint(
    "POST",
    "/sessions/{session_id}/review",
    access=Access.MEMBER,
    status=201,
    grants=(
        TableGrant("session", {Do.BATCH_GET}),
        gym.READ,
        gym.ADD_REVIEW,
        storage.READ,
        storage.ATTACH,
        *storage.ADDRESS,
    ),
    errors=(
        SessionNotFound,
        GymNotFound,
        NotReviewable,
        AlreadyReviewed,
        ReviewTakenDown,
        FileNotFound,
        FileNotActive,
        FileInUse,
        InvalidRequest,
    ),
    view=review_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[ReviewSessionRequest],
    caller: Caller,
    uow: UnitOfWork,
    *,
    reviewing: Reviewing,
    stores: StoreRegistry,
) -> ShownReview:
    """Review a session after its end, once, if I have checked in.

    The gym's average counts it at once. A review that was taken down cannot be posted anew.
    """
    picture = None if body.picture_file_id is None else str(body.picture_file_id)
    said = NewReview(body.rating, body.feedback, picture)
    return reviewing.add(uow, stores, caller.id, str(session_id), said)
