"""GET /users/{user_id}."""

from __future__ import annotations

import pytest

from solo60 import aws
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.handlers.user.test_replace_preferences import changed
from user.endpoints.change_profile import handler as change
from user.endpoints.get_member import handler as get
from user.endpoints.replace_preferences import handler as replace


def seen(user_id: str, by: str) -> Answer:
    return call(get, user=by, path={"user_id": user_id})


def test_others_see_names_picture_and_bio_and_nothing_else(alix: str, member: str) -> None:
    call(change, user=alix, body={"bio": "Lifts", "home_location": {"latitude": 1, "longitude": 1}})
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    answer = seen(alix, member)
    assert (answer.status, made) == (200, ["BatchGetItem"])
    assert answer.json == {
        "id": alix,
        "first_name": "Alix",
        "last_name": "Example",
        "avatar_url": None,
        "bio": "Lifts",
    }
    assert seen(alix.upper(), member).status == 200


@pytest.mark.parametrize("visibility", ["private", "friends", "followers"])
def test_a_stranger_cannot_tell_a_hidden_profile_from_none(alix: str, member: str, visibility: str) -> None:
    call(replace, user=alix, body=changed("/privacy/profile_visibility", visibility))
    hidden, absent = seen(alix, member), seen(new_id(), member)
    assert (hidden.status, hidden.code) == (404, "not_found")
    assert {**hidden.json, "instance": ""} == {**absent.json, "instance": ""}
    assert seen(alix, alix).status == 200
    call(replace, user=alix, body=changed("/privacy/profile_visibility", "public"))
    assert seen(alix, member).status == 200


def test_an_id_that_is_none_and_nobody(alix: str, member: str) -> None:
    assert seen("no-id", member).status == 422
    assert call(get, path={"user_id": alix}).code == "unauthenticated"
