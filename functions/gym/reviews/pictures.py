"""Pictures of reviews whose files their members have deleted."""

from __future__ import annotations

from gym.review_repository import ReviewRepository
from solo60.unit_of_work import UnitOfWork, Work
from storage.events import FileDeleted


def forget(uow: UnitOfWork, reviews: ReviewRepository, deleted: FileDeleted) -> None:
    """Let go of a picture whose file was deleted. Another one that the review has since stays."""
    kind, _, ids = (deleted.attached_to or "").partition("#")
    session_id, _, user_id = ids.partition("#")

    def act(work: Work) -> None:
        review = reviews.find(work.read, session_id, user_id)
        if review is not None and (review.picture or "").split("/", 1)[0] == deleted.file_id:
            reviews.forget_picture(work, review)

    if kind == "review":
        uow.run(act)
