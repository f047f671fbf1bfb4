"""PATCH /sessions/{session_id}/review."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from session.errors import ReviewNotFound
from session.reviews.reviewing import Reviewing, ShownReview
from session.reviews.schemas import ChangeReviewRequest
from session.reviews.views import review_view
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller, IfMatch, Path
from solo60.models import Identifier
from solo60.problems import InvalidRequest, PreconditionFailed
from solo60.unit_of_work import UnitOfWork
from storage import published as storage
from storage.published import FileInUse, FileNotActive, FileNotFound, StoreRegistry


@endpoint(
    "PATCH",
    "/sessions/{session_id}/review",
    access=Access.MEMBER,
    grants=(gym.READ, gym.CHANGE_REVIEW, storage.READ, storage.ATTACH, storage.RELEASE, *storage.ADDRESS),
    errors=(
        ReviewNotFound,
        GymNotFound,
        PreconditionFailed,
        FileNotFound,
        FileNotActive,
        FileInUse,
        InvalidRequest,
    ),
    view=review_view,
)
def handler(
    session_id: Path[Identifier],
    body: Body[ChangeReviewRequest],
    caller: Caller,
    if_match: IfMatch,
    uow: UnitOfWork,
    *,
    reviewing: Reviewing,
    stores: StoreRegistry,
) -> ShownReview:
    """Change my review of a session.

    What is not given stays; `picture_file_id` null removes the picture.
    """
    return reviewing.change(uow, stores, caller.id, str(session_id), given=body.given(), seen_version=if_match.version)
