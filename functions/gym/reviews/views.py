"""Response bodies of reviews."""

from __future__ import annotations

from gym.reviews.listing import GymReviews, ShownReview
from gym.reviews.schemas import ReviewPage, ReviewSummary
from gym.views import rating_of


def review_page(found: GymReviews) -> ReviewPage:
    """A page of a gym's reviews, with the average of all."""
    items = [_summary(shown) for shown in found.page.items]
    return ReviewPage(items=items, next_cursor=found.page.next_cursor, rating=rating_of(found.gym))


def _summary(shown: ShownReview) -> ReviewSummary:
    review = shown.review
    return ReviewSummary(
        id=review.id,
        rating=int(review.rating),
        feedback=review.feedback,
        picture_url=shown.picture_url,
        author=shown.author,
        created_at=review.created_at,
        changed_at=review.changed_at,
    )
