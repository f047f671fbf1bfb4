"""Reads of what decides about a review."""

from __future__ import annotations

from gym.published import Gym, Review, gym_key, review_key
from session.keys import session_key
from session.records import Session
from solo60.records import Read
from solo60.repository import Repository
from storage.published import StoredFile, file_key


class ReviewedRepository(Repository[Session, [str]]):
    """Sessions with their reviews, which are in the gym service's table."""

    key = staticmethod(session_key)

    def session_and_review(self, read: Read, session_id: str, user_id: str) -> tuple[Session | None, Review | None]:
        """A session, and a member's review of it, in one strong read."""
        session, review = session_key(session_id), review_key(session_id, user_id)
        found = read(session, review)
        return found[session], found[review]

    def gym_and_files(
        self, read: Read, gym_id: str, *file_ids: str | None
    ) -> tuple[Gym | None, list[StoredFile | None]]:
        """A gym, and files by their ids, in one strong read; no file where there is no id."""
        gym = gym_key(gym_id)
        keys = [None if file_id is None else file_key(file_id) for file_id in file_ids]
        found = read(gym, *(key for key in keys if key is not None))
        return found[gym], [None if key is None else found[key] for key in keys]
