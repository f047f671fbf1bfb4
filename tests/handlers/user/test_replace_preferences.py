"""PUT /users/me/preferences."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from solo60 import aws
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from user.endpoints.change_profile import handler as change
from user.endpoints.get_preferences import handler as get
from user.endpoints.get_profile import handler as get_profile
from user.endpoints.replace_preferences import handler as replace

CHOSEN: dict[str, Any] = {
    "channels": {
        "email": {"security": True, "booking": True, "payment": False, "social": True, "marketing": True},
        "sms": {"security": False, "booking": True, "payment": False, "social": False, "marketing": False},
        "in_app": {"security": True, "booking": True, "payment": True, "social": False, "marketing": False},
    },
    "privacy": {"discoverable": False, "profile_visibility": "friends", "share_sessions": False},
    "units": "imperial",
}


def changed(path: str, value: object) -> dict[str, Any]:
    body = deepcopy(CHOSEN)
    *within, name = path.strip("/").split("/")
    part = body
    for each in within:
        part = part[each]
    part[name] = value
    return body


def trips() -> list[str]:
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    return made


def test_they_are_replaced_and_told(alix: str) -> None:
    made = trips()
    answer = call(replace, user=alix, body=CHOSEN)
    assert made == ["BatchGetItem", "TransactWriteItems"]
    assert (answer.status, answer.json, answer.headers["ETag"]) == (200, CHOSEN, '"2"')
    assert call(get, user=alix).json == CHOSEN
    assert call(get_profile, user=alix).json["preferences"] == CHOSEN
    [event] = outbox("user", "PreferencesChanged")
    assert event["data"] == {
        "user_id": alix,
        "channels": CHOSEN["channels"],
        "profile_visibility": "friends",
        "profile_version": 2,
    }
    again = call(replace, user=alix, body=CHOSEN)
    assert (again.status, again.headers["ETag"], len(outbox("user"))) == (200, '"2"', 1)


def test_the_profile_changes_units_and_leaves_the_rest(alix: str) -> None:
    call(replace, user=alix, body=CHOSEN)
    call(change, user=alix, body={"preferences": {"units": "metric"}})
    assert call(get, user=alix).json == {**CHOSEN, "units": "metric"}


def test_what_may_be_left_out_is_mandatory_or_off(alix: str) -> None:
    body = deepcopy(CHOSEN)
    for channel in body["channels"].values():
        del channel["security"]
    assert call(replace, user=alix, body=body).json == CHOSEN


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/channels/email/booking", False),
        ("/channels/email/security", False),
        ("/channels/in_app/booking", False),
        ("/channels/in_app/security", False),
        ("/channels/email/marketing", None),
        ("/channels/email/marketing", "yes"),
        ("/channels/email/marketing", 1),
        ("/channels/sms/parties", True),
        ("/channels/fax", {}),
        ("/privacy/profile_visibility", "everybody"),
        ("/privacy/discoverable", None),
        ("/units", "stones"),
        ("/version", 1),
    ],
)
def test_what_is_not_valid_is_refused_by_field(alix: str, path: str, value: object) -> None:
    answer = call(replace, user=alix, body=changed(path, value))
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, [path])
    assert outbox("user") == []


def test_all_faults_are_said_at_once(alix: str) -> None:
    answer = call(replace, user=alix, body={"channels": {"email": {"booking": False}}})
    fields = {error["field"] for error in answer.json["errors"]}
    assert {"/channels/email/booking", "/channels/email/social", "/channels/sms", "/privacy", "/units"} <= fields


def test_a_stale_if_match_is_412(alix: str) -> None:
    assert call(replace, user=alix, body=CHOSEN, headers={"If-Match": '"1"'}).status == 200
    stale = call(replace, user=alix, body=changed("/units", "metric"), headers={"If-Match": '"1"'})
    assert (stale.status, stale.code) == (412, "stale_version")
    assert call(get, user=alix).json == CHOSEN


def test_who_comes_between_makes_it_stale(alix: str) -> None:
    meanwhile(lambda: call(change, user=alix, body={"bio": "theirs"}))
    assert call(replace, user=alix, body=CHOSEN, headers={"If-Match": '"1"'}).code == "stale_version"
    assert call(get_profile, user=alix).json["bio"] == "theirs"


def test_without_a_profile_there_are_none(tables: None, member: str) -> None:
    assert call(replace, user=member, body=CHOSEN).code == "profile_not_ready"
