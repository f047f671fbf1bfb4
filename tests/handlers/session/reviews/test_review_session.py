"""POST /sessions/{session_id}/review."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gym.endpoints.search_gyms import handler as search
from session.reviews.endpoints.review_session import handler as review_endpoint
from solo60 import clock
from solo60.ids import new_id
from solo60.retry import ConditionFailed
from tests.conftest import call
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.reviews.reviewing import (
    attended,
    change,
    listed,
    rating_of,
    remove,
    review,
    some_attended,
    take_down,
)
from tests.handlers.session.world import (
    NOW,
    START,
    add_gym,
    ban,
    book,
    cancel,
    change_gym,
    check_out,
    counted_trips,
    member_with,
)
from tests.handlers.storage.conftest import Files


def test_who_was_there_reviews_once() -> None:
    gym = add_gym()
    user, session = attended(gym)
    answer = review(user, session, 4, key="k", feedback="Quiet.\r\nClean.")
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"'), answer.text
    assert answer.json == {
        "id": answer.json["id"],
        "session_id": session,
        "gym_id": gym,
        "rating": 4,
        "feedback": "Quiet.\nClean.",
        "picture_url": None,
        "version": 1,
        "created_at": "2026-03-05T18:00:00Z",
        "changed_at": None,
    }
    assert review(user, session, 4, key="k", feedback="Quiet.\nClean.").text == answer.text
    again = review(user, session, 1)
    assert (again.status, again.code) == (409, "already_reviewed")
    assert rating_of(gym) == (4.0, 1)


def test_nobody_reviews_before_the_end_or_without_having_been_there() -> None:
    gym = add_gym()
    user, session = attended(gym)
    with clock.at(START + timedelta(minutes=59)):
        answer = review(user, session)
        assert (answer.status, answer.code) == (409, "not_reviewable")
        assert check_out(user, session).status == 200
        assert review(user, session).status == 201  # its use has ended
    absent = member_with(100)
    with clock.at(NOW):
        missed = book(absent, gym, START + timedelta(hours=3)).json["id"]
        cancelled = book(absent, gym, START + timedelta(hours=6)).json["id"]
        cancel(absent, cancelled)
    assert review(absent, missed).code == review(absent, cancelled).code == "not_reviewable"
    assert rating_of(gym) == (5.0, 1)


def test_a_session_of_somebody_else_is_not_found() -> None:
    user, session = attended(add_gym())
    assert review(new_id(), session).code == "session_not_found"
    assert review(user, new_id()).code == "session_not_found"
    assert call(review_endpoint, path={"session_id": session}, body={"rating": 5}).status == 401
    ban(user)
    assert review(user, session).code == "account_banned"


@pytest.mark.parametrize("rating", [0, 6, "5", 4.5, None, True])
def test_a_rating_is_one_to_five(rating: object) -> None:
    user, session = attended(add_gym())
    answer = call(review_endpoint, user=user, path={"session_id": session}, body={"rating": rating})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/rating")
    assert review(user, session, feedback="x" * 2001).status == 422
    assert review(user, session, stars=5).status == 422


def test_reviews_that_meet_are_all_counted() -> None:
    """Each of them finds, at its commit, that the one before was faster."""
    gym = add_gym(buffer_minutes=0)
    members = some_attended(gym, 6)
    ratings = [5, 1, 4, 2, 3, 3]

    def post(number: int) -> None:
        if number + 1 < len(members):
            meanwhile(lambda: post(number + 1))
        assert review(*members[number], ratings[number]).status == 201

    post(0)
    assert rating_of(gym) == (3.0, 6)
    assert len(listed(gym)["items"]) == 6


def test_changes_that_meet_keep_sum_and_number() -> None:
    gym = add_gym(buffer_minutes=0)
    one, two, three = some_attended(gym, 3)
    for member in (one, two, three):
        review(*member, 5)
    meanwhile(lambda: change(*two, rating=1))
    assert change(*one, rating=2).status == 200
    assert rating_of(gym) == (2.7, 3)
    meanwhile(lambda: take_down(one[1]))
    assert remove(*three).status == 204
    assert rating_of(gym) == (1.0, 1)
    meanwhile(lambda: remove(*two))
    assert change(*two, rating=5).code == "review_not_found"
    assert rating_of(gym) == (None, 0)


def test_two_of_one_member_that_meet_are_one() -> None:
    gym = add_gym()
    user, session = attended(gym)
    meanwhile(lambda: review(user, session, 1))
    assert review(user, session, 5).code == "already_reviewed"
    assert rating_of(gym) == (1.0, 1)


def test_the_order_by_rating_follows() -> None:
    good, bad = add_gym(name="Good"), add_gym(name="Bad")
    for gym, rating in ((bad, 2), (good, 4)):
        review(*attended(gym), rating)
    other = attended(bad, starts_at=START + timedelta(hours=3))

    def order() -> list[str]:
        return [item["name"] for item in call(search, query={"sort": "rating"}).json["items"]]

    assert order() == ["Good", "Bad"]
    change_gym(good, status="maintenance")
    assert order() == ["Bad"]
    change_gym(good, status="active")
    assert order() == ["Good", "Bad"]
    meanwhile(lambda: change_gym(bad, status="maintenance"))
    assert review(*other, 5).status == 201
    assert order() == ["Good"]
    change_gym(bad, status="active")
    assert rating_of(bad) == (3.5, 2)
    assert order() == ["Good", "Bad"]


def test_a_gym_that_is_rated_while_it_returns_to_the_lists_has_its_place() -> None:
    gym, other = add_gym(name="Soho"), add_gym(name="Other")
    review(*attended(other), 4)
    user, session = attended(gym)
    change_gym(gym, status="maintenance")
    meanwhile(lambda: review(user, session, 5))
    with pytest.raises(ConditionFailed):  # the administration reads again
        change_gym(gym, status="active")
    change_gym(gym, status="active")
    found = call(search, query={"sort": "rating"}).json["items"]
    assert [(item["name"], item["rating"]["average"]) for item in found] == [("Soho", 5.0), ("Other", 4.0)]


def test_a_picture_belongs_to_the_review(files: Files) -> None:
    gym = add_gym()
    user, session = attended(gym)
    picture = files.stored(user, purpose="review_picture")
    answer = review(user, session, picture_file_id=picture)
    assert answer.status == 201, answer.text
    assert f"/{picture}/" in answer.json["picture_url"]
    assert f"/{picture}/" in listed(gym)["items"][0]["picture_url"]
    other, theirs = attended(gym, starts_at=START + timedelta(hours=3))
    assert review(other, theirs, picture_file_id=picture).code == "file_not_found"
    own_other = attended(gym, user, START + timedelta(hours=6))
    assert review(*own_other, picture_file_id=picture).code == "file_in_use"
    avatar = files.stored(user)
    assert review(*own_other, picture_file_id=avatar).json["errors"][0]["field"] == "/picture_file_id"
    assert rating_of(gym) == (5.0, 1)


def test_a_review_with_a_key_makes_three_trips() -> None:
    user, session = attended(add_gym())
    with counted_trips() as trips:
        assert review(user, session, key="k").status == 201
    assert trips.operations == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
