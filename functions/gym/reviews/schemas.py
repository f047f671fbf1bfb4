"""Response bodies of reviews."""

from __future__ import annotations

from pydantic import Field

from gym.schemas import RatingView
from solo60.models import Id, Instant, Page, ResponseModel


class ReviewSummary(ResponseModel):
    """A review in the list of a gym."""

    id: Id
    rating: int = Field(description="1 to 5.")
    feedback: str
    picture_url: str | None = Field(description="Valid for some minutes.")
    author: str = Field(description='A first name, or "Member" for who shows none to everybody.', examples=["Robin"])
    created_at: Instant
    changed_at: Instant | None


class ReviewPage(Page[ReviewSummary]):
    """A gym's reviews, the newest first."""

    rating: RatingView = Field(description="Of all reviews.")
