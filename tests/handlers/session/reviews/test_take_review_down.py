"""DELETE /admin/sessions/{session_id}/review."""

from __future__ import annotations

import json

from infra_cdk.catalogue import table_name
from session.reviews.endpoints.take_review_down import handler as take_down_endpoint
from solo60.audit import DOMAIN
from solo60.ids import new_id
from tests.conftest import call
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.reviews.reviewing import (
    attended,
    change,
    listed,
    rating_of,
    remove,
    review,
    take_down,
)
from tests.handlers.session.world import add_gym
from tests.handlers.storage.conftest import Files


def test_what_is_taken_down_is_seen_by_nobody_and_not_posted_anew(files: Files) -> None:
    gym = add_gym()
    user, session = attended(gym)
    picture = files.stored(user, purpose="review_picture")
    posted = review(user, session, 1, feedback="A name.", picture_file_id=picture).json
    admin = new_id()
    assert take_down(session, admin=admin).status == 204
    assert (rating_of(gym), listed(gym)["items"]) == ((None, 0), [])
    assert files.get(user, picture).status == 404
    answer = review(user, session, 1)
    assert (answer.status, answer.code) == (409, "review_taken_down")
    assert change(user, session, rating=2).code == "review_not_found"
    assert remove(user, session).status == take_down(session).status == 204
    assert (review(user, session, 1).code, rating_of(gym)) == ("review_taken_down", (None, 0))
    (line,) = fake_aws().items(table_name("test", DOMAIN), "audit_line")
    assert (line["actor_id"]["S"], line["object_id"]["S"]) == (admin, session)
    assert json.loads(line["changes"]["S"]) == {
        "review_id": posted["id"],
        "user_id": user,
        "rating": 1,
        "reason": "Names another member.",
    }
    assert "A name." not in json.dumps(line)


def test_a_change_in_the_middle_is_taken_down_too() -> None:
    gym = add_gym()
    user, session = attended(gym)
    review(user, session, 1)
    meanwhile(lambda: change(user, session, rating=5))
    assert take_down(session).status == 204
    assert rating_of(gym) == (None, 0)


def test_it_names_whose_review_and_why() -> None:
    user, session = attended(add_gym())
    review(user, session)
    assert take_down(session, reason="").status == 422
    assert take_down(session, user_id=new_id()).code == "review_not_found"
    assert take_down(new_id()).code == "review_not_found"
    assert take_down(session, user_id=user).status == 204


def test_only_admins_take_reviews_down() -> None:
    user, session = attended(add_gym())
    review(user, session)
    path, query = {"session_id": session}, {"reason": "Mine."}
    assert call(take_down_endpoint, user=user, path=path, query=query).status == 403
    assert call(take_down_endpoint, path=path, query=query).status == 401
