"""Response bodies of reviews."""

from __future__ import annotations

from session.reviews.reviewing import ShownReview
from session.reviews.schemas import ReviewView
from solo60.http.response import Tagged


def review_view(found: ShownReview) -> Tagged[ReviewView]:
    """A review with its version as `ETag`."""
    review = found.review
    view = ReviewView(
        id=review.id,
        session_id=review.session_id,
        gym_id=review.gym_id,
        rating=int(review.rating),
        feedback=review.feedback,
        picture_url=found.picture_url,
        version=int(review.version),
        created_at=review.created_at,
        changed_at=review.changed_at,
    )
    return Tagged(view, int(review.version))
