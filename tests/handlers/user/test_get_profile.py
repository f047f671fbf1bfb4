"""GET /users/me."""

from __future__ import annotations

from solo60 import aws
from tests.conftest import call
from user.endpoints.change_profile import handler as change
from user.endpoints.get_preferences import handler as preferences
from user.endpoints.get_profile import handler as get


def trips() -> list[str]:
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    return made


def test_a_registration_becomes_a_profile(alix: str) -> None:
    made = trips()
    answer = call(get, user=alix)
    assert made == ["BatchGetItem"]
    assert answer.status == 200
    assert answer.headers["ETag"] == '"1"'
    assert answer.json == {
        "id": alix,
        "email": "alix@example.com",
        "first_name": "Alix",
        "last_name": "Example",
        "phone": "+447700900123",
        "avatar_url": None,
        "date_of_birth": "1990-12-10",
        "home_location": None,
        "timezone": "Europe/London",
        "preferences": call(preferences, user=alix).json,
        "bio": None,
        "created_at": "2026-03-02T10:00:00Z",
        "version": 1,
    }


def test_before_the_registration_arrives_there_is_no_profile_yet(tables: None, member: str) -> None:
    for handler, body in ((get, None), (change, {"bio": "x"})):
        answer = call(handler, user=member, body=body)
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (404, "profile_not_ready", "1")


def test_strangers_get_nothing(alix: str, member: str) -> None:
    for handler, body in ((get, None), (change, {"bio": "x"})):
        assert call(handler, body=body).code == "unauthenticated"
        assert call(handler, user=alix, verified=False, body=body).code == "email_not_verified"
        assert call(handler, user=member, body=body).status == 404
