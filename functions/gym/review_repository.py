"""Reviews of gyms. What a review changes of its gym's rating is in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

from pynamodb.expressions.condition import Condition

from gym.records import Gym, Review
from gym.repository import GymRepository
from solo60 import clock
from solo60.ids import new_id
from solo60.paging import PageOf, Paging
from solo60.records import Key
from solo60.repository import RecordQuery, Repository, changes_of
from solo60.transaction import Transaction


def review_key(session_id: str, user_id: str) -> Key[Review]:
    """Where a member's review of a session is."""
    return Key(Review, f"SESSION#{session_id}", f"REVIEW#{user_id}")


def owner_of_picture(session_id: str, user_id: str) -> str:
    """What the picture of a review is attached to, for storage."""
    return f"review#{session_id}#{user_id}"


class ReviewRepository(Repository[Review, [str, str]]):
    """Reviews, by session and member."""

    key = staticmethod(review_key)

    def __init__(self, gyms: GymRepository) -> None:
        self._gyms = gyms

    def add(
        self,
        transaction: Transaction,
        gym: Gym,
        *,
        session_id: str,
        user_id: str,
        rating: int,
        feedback: str,
        picture: str | None,
    ) -> Review:
        """Add a member's review of a session at a gym, as the gym was read."""
        key, now, review_id = review_key(session_id, user_id), clock.now(), new_id()
        review = Review(
            key.pk,
            key.sk,
            id=review_id,
            session_id=session_id,
            user_id=user_id,
            gym_id=gym.id,
            rating=rating,
            feedback=feedback,
            picture=picture,
            version=1,
            created_at=now,
            by_gym_pk=_reviews_of(gym.id),
            by_gym_sk=f"{clock.to_sortable(now)}#{review_id}",
        )
        transaction.put(review)
        self._gyms.rate(transaction, gym, points=rating, reviews=1)
        return review

    def change(self, transaction: Transaction, gym: Gym, review: Review, values: Mapping[str, object]) -> None:
        """Change the rating, the feedback or the picture of a review, if it is as it was read."""
        rating = int(review.rating)
        self._write(transaction, review, {**values, "changed_at": clock.now()})
        if review.rating != rating:
            self._gyms.rate(transaction, gym, points=int(review.rating) - rating, reviews=0)

    def forget_picture(self, transaction: Transaction, review: Review) -> None:
        """Let go of the picture of a review, if it is as it was read."""
        self._write(transaction, review, {"picture": None})

    def remove(self, transaction: Transaction, gym: Gym, review: Review) -> None:
        """Remove a review, if it is as it was read."""
        transaction.delete(review_key(review.session_id, review.user_id).blank(), condition=_as_read(review))
        self._gyms.rate(transaction, gym, points=-int(review.rating), reviews=-1)

    def take_down(self, transaction: Transaction, gym: Gym, review: Review) -> None:
        """Let a review be seen by nobody, count no more, and stay, if it is as it was read."""
        gone = {"taken_down": True, "picture": None, "by_gym_pk": None, "by_gym_sk": None}
        self._write(transaction, review, gone)
        self._gyms.rate(transaction, gym, points=-int(review.rating), reviews=-1)

    def of_gym(self, gym_id: str, paging: Paging) -> PageOf[Review]:
        """A page of a gym's reviews, the newest first."""
        return self.page(paging, RecordQuery(Review, _reviews_of(gym_id), index=Review.by_gym.name, backwards=True))

    def _write(self, transaction: Transaction, review: Review, values: Mapping[str, object]) -> None:
        condition = _as_read(review)
        changed = {**values, "version": int(review.version) + 1}
        for name, value in changed.items():
            setattr(review, name, value)
        transaction.update(review, changes_of(Review, changed), condition=condition)


def _as_read(review: Review) -> Condition:
    return Review.version == int(review.version)


def _reviews_of(gym_id: str) -> str:
    return f"GYM#{gym_id}"
