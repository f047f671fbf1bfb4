"""Lets go of pictures of reviews whose files were deleted."""

from __future__ import annotations

from gym.review_repository import ReviewRepository
from gym.reviews.pictures import forget
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from storage.events import FileDeleted


@consumer(FileDeleted, grants=(TableGrant("gym", {Do.BATCH_GET, Do.UPDATE}),))
def handler(envelope: Envelope[FileDeleted], uow: UnitOfWork, reviews: ReviewRepository) -> None:
    """Let go of the picture of a review that its member has deleted as a file."""
    forget(uow, reviews, envelope.data)
