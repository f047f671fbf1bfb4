"""PATCH /sessions/{session_id}/review."""

from __future__ import annotations

from datetime import timedelta

from session.reviews.endpoints.change_review import handler as change_endpoint
from solo60 import clock
from solo60.ids import new_id
from tests.conftest import call
from tests.handlers.session.reviews.reviewing import AFTER, attended, change, listed, rating_of, review, take_down
from tests.handlers.session.world import add_gym, ban
from tests.handlers.storage.conftest import Files


def test_what_is_given_changes_and_the_rest_stays() -> None:
    gym = add_gym()
    user, session = attended(gym)
    review(user, session, 4, feedback="Quiet.")
    with clock.at(AFTER + timedelta(hours=1)):
        answer = change(user, session, rating=2, seen=1)
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"'), answer.text
    assert (answer.json["rating"], answer.json["feedback"]) == (2, "Quiet.")
    assert answer.json["changed_at"] == "2026-03-05T19:00:00Z"
    assert rating_of(gym) == (2.0, 1)
    assert change(user, session, feedback="Loud.").json["version"] == 3
    assert (listed(gym)["items"][0]["feedback"], rating_of(gym)) == ("Loud.", (2.0, 1))


def test_what_is_the_same_changes_nothing() -> None:
    user, session = attended(add_gym())
    review(user, session, 4)
    for body in ({}, {"rating": 4}, {"feedback": ""}, {"picture_file_id": None}):
        answer = change(user, session, **body)
        assert (answer.json["version"], answer.json["changed_at"]) == (1, None)
    assert change(user, session, rating=None).status == 422
    assert change(user, session, rating=6).status == 422


def test_a_stale_version_changes_nothing() -> None:
    gym = add_gym()
    user, session = attended(gym)
    review(user, session, 4)
    change(user, session, rating=3, seen=1)
    assert change(user, session, rating=5, seen=1).status == 412
    assert rating_of(gym) == (3.0, 1)


def test_a_new_picture_replaces_the_old_one(files: Files) -> None:
    user, session = attended(add_gym())
    old, new = (files.stored(user, purpose="review_picture") for _ in range(2))
    review(user, session, picture_file_id=old)
    answer = change(user, session, picture_file_id=new)
    assert f"/{new}/" in answer.json["picture_url"]
    assert files.get(user, old).status == 404
    assert change(user, session, picture_file_id=new).json["version"] == 2
    assert change(user, session, picture_file_id=None).json["picture_url"] is None
    assert files.get(user, new).status == 404


def test_only_what_is_mine_and_stands_is_changed() -> None:
    user, session = attended(add_gym())
    assert change(user, session, rating=1).code == "review_not_found"
    review(user, session)
    assert change(new_id(), session, rating=1).code == "review_not_found"
    assert call(change_endpoint, path={"session_id": session}, body={"rating": 1}).status == 401
    ban(user)
    assert change(user, session, rating=1).code == "account_banned"
    take_down(session)
    other, theirs = attended(add_gym())
    review(other, theirs)
    take_down(theirs)
    assert change(other, theirs, rating=1).code == "review_not_found"
