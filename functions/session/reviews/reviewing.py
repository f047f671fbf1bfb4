"""Reviews by who was there: once, after the end. The gym's average changes in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gym.published import Gym, GymNotFound, Review, ReviewRepository, owner_of_picture
from session.errors import AlreadyReviewed, NotReviewable, ReviewNotFound, ReviewTakenDown, SessionNotFound
from session.records import Session
from session.reviews.repository import ReviewedRepository
from session.status import SessionStatus
from solo60 import clock
from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work
from storage.published import (
    AccessLogRepository,
    FileRepository,
    Purpose,
    StoredFile,
    StoreRegistry,
    attach,
    picture_address,
    picture_of,
    release,
    require_usable,
)

SIZE = 400
"""Of the picture whose address is given, in pixels."""


@dataclass(frozen=True)
class NewReview:
    """What a member says of a session.

    Attributes
    ----------
    rating
        1 to 5.
    picture_file_id
        A file of the member for the purpose of a review picture.
    """

    rating: int
    feedback: str
    picture_file_id: str | None


@dataclass(frozen=True)
class ShownReview:
    """A review with the address of its picture, which is valid for minutes."""

    review: Review
    picture_url: str | None


class Reviewing:
    """Writes reviews with their pictures."""

    def __init__(
        self,
        reviewed: ReviewedRepository,
        reviews: ReviewRepository,
        files: FileRepository,
        log: AccessLogRepository,
    ) -> None:
        self._reviewed, self._reviews, self._files, self._log = reviewed, reviews, files, log

    def add(
        self, uow: UnitOfWork, stores: StoreRegistry, user_id: str, session_id: str, said: NewReview
    ) -> ShownReview:
        """Review a session.

        Raises
        ------
        SessionNotFound
            The member took no part in such a session.
        NotReviewable
            It has not ended, or the member did not check in.
        AlreadyReviewed, ReviewTakenDown
            The member has reviewed it before.
        FileNotFound, FileNotActive, FileInUse, InvalidRequest
            The file cannot be the picture.
        """

        def act(work: Work) -> ShownReview:
            session, review = self._reviewed.session_and_review(work.read, session_id, user_id)
            if session is None or not _took_part(session, user_id):
                raise SessionNotFound
            if review is not None:
                raise ReviewTakenDown if review.taken_down else AlreadyReviewed
            _require_over(session, user_id)
            gym, (file,) = self._gym_and_files(work, session.gym_id, said.picture_file_id)
            picture = self._attached(work, session_id, user_id, file, said.picture_file_id)
            work.count("ReviewsPosted")
            added = self._reviews.add(
                work,
                gym,
                session_id=session_id,
                user_id=user_id,
                rating=said.rating,
                feedback=said.feedback,
                picture=picture,
            )
            return _shown(stores, added)

        return uow.run(act)

    def change(
        self,
        uow: UnitOfWork,
        stores: StoreRegistry,
        user_id: str,
        session_id: str,
        *,
        given: Mapping[str, Any],
        seen_version: int | None,
    ) -> ShownReview:
        """Change a member's own review; what is not given stays.

        Parameters
        ----------
        given
            `rating`, `feedback` and `picture_file_id`, which is None for no picture.
        seen_version
            The version that the member has seen; None for any version.

        Raises
        ------
        ReviewNotFound
            There is none, or it was taken down.
        PreconditionFailed
            It is not, or at the commit no longer, the version that the member has seen.
        FileNotFound, FileNotActive, FileInUse, InvalidRequest
            The file cannot be the picture.
        """

        def act(work: Work) -> ShownReview:
            review = self._own(work, user_id, session_id)
            PreconditionFailed.unless_seen(seen_version, int(review.version))
            values = {name: given[name] for name in ("rating", "feedback") if name in given}
            wanted, before = given.get("picture_file_id"), _file_id_of(review)
            swaps = "picture_file_id" in given and wanted != before
            gym, (new, old) = self._gym_and_files(
                work, review.gym_id, wanted if swaps else None, before if swaps else None
            )
            if swaps:
                values["picture"] = self._attached(work, session_id, user_id, new, wanted)
                release(work, self._files, self._log, old, actor_id=user_id)
            values = {name: value for name, value in values.items() if getattr(review, name) != value}
            if values:
                self._reviews.change(work, gym, review, values)
            return _shown(stores, review)

        return uow.run(act)

    def remove(self, uow: UnitOfWork, user_id: str, session_id: str) -> None:
        """Remove a member's own review, and its picture. Where none is seen, nothing changes.

        Raises
        ------
        SessionNotFound
            The member took no part in such a session.
        """

        def act(work: Work) -> None:
            session, review = self._reviewed.session_and_review(work.read, session_id, user_id)
            if session is None or not _took_part(session, user_id):
                raise SessionNotFound
            if review is None or review.taken_down:
                return
            gym, (picture,) = self._gym_and_files(work, review.gym_id, _file_id_of(review))
            self._reviews.remove(work, gym, review)
            release(work, self._files, self._log, picture, actor_id=user_id)

        uow.run(act)

    def take_down(
        self, uow: UnitOfWork, session_id: str, *, admin_id: str, user_id: str | None, reason: str | None
    ) -> None:
        """Take a review down: nobody sees it, it does not count, and its member cannot post another one.

        Parameters
        ----------
        user_id
            Whose review of the session; None for that of the host.

        Raises
        ------
        ReviewNotFound
            There is none.
        """

        def act(work: Work) -> None:
            author = user_id
            if author is None:
                session = self._reviewed.find(work.read, session_id)
                if session is None:
                    raise ReviewNotFound
                author = session.user_id
            review = self._reviews.find(work.read, session_id, author)
            if review is None:
                raise ReviewNotFound
            if review.taken_down:
                return
            gym, (picture,) = self._gym_and_files(work, review.gym_id, _file_id_of(review))
            self._reviews.take_down(work, gym, review)
            release(work, self._files, self._log, picture, actor_id=admin_id)
            fields = {"review_id": review.id, "user_id": author, "rating": int(review.rating), "reason": reason}
            work.record_change("review", session_id, fields)
            work.count("ReviewsTakenDown")

        uow.run(act)

    def _own(self, work: Work, user_id: str, session_id: str) -> Review:
        review = self._reviews.find(work.read, session_id, user_id)
        if review is None or review.taken_down:
            raise ReviewNotFound
        return review

    def _gym_and_files(self, work: Work, gym_id: str, *file_ids: str | None) -> tuple[Gym, list[StoredFile | None]]:
        gym, files = self._reviewed.gym_and_files(work.read, gym_id, *file_ids)
        if gym is None:
            raise GymNotFound
        return gym, files

    def _attached(
        self, work: Work, session_id: str, user_id: str, file: StoredFile | None, file_id: str | None
    ) -> str | None:
        if file_id is None:
            return None
        usable = require_usable(file, owner_id=user_id, purpose=Purpose.REVIEW_PICTURE, field="/picture_file_id")
        attach(work, self._files, usable, to=owner_of_picture(session_id, user_id))
        return picture_of(usable)


def _shown(stores: StoreRegistry, review: Review) -> ShownReview:
    return ShownReview(review, picture_address(stores, review.picture, SIZE) if review.picture else None)


def _took_part(session: Session, user_id: str) -> bool:
    return user_id in {session.user_id, *session.guests, *session.check_ins}


def _require_over(session: Session, user_id: str) -> None:
    over = session.status == SessionStatus.COMPLETED or session.ends_at <= clock.now()
    if session.status == SessionStatus.CANCELLED or not over or user_id not in session.check_ins:
        raise NotReviewable


def _file_id_of(review: Review) -> str | None:
    return None if review.picture is None else review.picture.split("/", 1)[0]
