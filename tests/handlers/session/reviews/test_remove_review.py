"""DELETE /sessions/{session_id}/review."""

from __future__ import annotations

import pytest

from session.reviews.endpoints.remove_review import handler as remove_endpoint
from solo60.collaborators import forget_collaborators
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.reviews.reviewing import (
    attended,
    listed,
    rating_of,
    remove,
    review,
    some_attended,
    take_down,
)
from tests.handlers.session.world import add_gym, ban
from tests.handlers.storage.conftest import Files


def test_what_is_removed_counts_no_more_and_may_be_said_anew(files: Files) -> None:
    gym = add_gym()
    user, session = attended(gym)
    picture = files.stored(user, purpose="review_picture")
    review(user, session, 1, picture_file_id=picture)
    assert remove(user, session).status == 204
    assert (rating_of(gym), listed(gym)["items"]) == ((None, 0), [])
    assert files.get(user, picture).status == 404
    assert remove(user, session).status == 204
    assert review(user, session, 5).status == 201
    assert rating_of(gym) == (5.0, 1)


def test_neither_a_member_nor_an_admin_needs_the_store_of_files_to_remove_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their functions have no such setting: deployed, every removal once failed."""
    gym = add_gym(buffer_minutes=0)
    (user, session), (other, theirs) = some_attended(gym, 2)
    review(user, session)
    review(other, theirs)
    monkeypatch.delenv("FILE_STORE")
    forget_collaborators()
    assert remove(user, session).status == take_down(theirs).status == 204


def test_only_its_member_removes_it() -> None:
    gym = add_gym()
    user, session = attended(gym)
    review(user, session, 5)
    assert remove(new_id(), session).code == remove(user, new_id()).code == "session_not_found"
    assert call(remove_endpoint, path={"session_id": session}).status == 401
    ban(user)
    assert remove(user, session).code == "account_banned"
    assert rating_of(gym) == (5.0, 1)
