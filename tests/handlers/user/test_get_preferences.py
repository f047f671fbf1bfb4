"""GET /users/me/preferences."""

from __future__ import annotations

from solo60 import aws
from tests.conftest import call
from user.endpoints.get_preferences import handler as get


def test_before_a_choice_marketing_social_mail_and_all_sms_are_off(alix: str) -> None:
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    answer = call(get, user=alix)
    assert (answer.status, answer.headers["ETag"], made) == (200, '"1"', ["BatchGetItem"])
    channels = answer.json["channels"]
    assert [name for name, wanted in channels["email"].items() if wanted] == ["security", "booking", "payment"]
    assert not any(channels["sms"].values())
    assert all(channels["in_app"].values())
    assert answer.json["units"] == "metric"


def test_without_a_profile_there_are_none(tables: None, member: str) -> None:
    assert call(get, user=member).code == "profile_not_ready"
    assert call(get).code == "unauthenticated"
