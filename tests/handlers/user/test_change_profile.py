"""PATCH /users/me."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from solo60 import aws, clock
from tests.conftest import call, outbox
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.conftest import ban
from user.endpoints.change_profile import handler as change
from user.endpoints.get_profile import handler as get


def trips() -> list[str]:
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    return made


def test_a_change_is_kept_and_told(alix: str) -> None:
    body = {
        "first_name": " Ада ",
        "bio": "Erste Zeile\nzweite 🏋️",
        "phone": None,
        "home_location": {"latitude": 51.5, "longitude": -0.1234567},
        "timezone": "Europe/Lisbon",
        "preferences": {"units": "imperial"},
    }
    made = trips()
    answer = call(change, user=alix, body=body)
    assert made == ["BatchGetItem", "TransactWriteItems"]
    assert answer.status == 200
    assert answer.headers["ETag"] == '"2"'
    assert answer.json["first_name"] == "Ада"
    assert answer.json["phone"] is None
    assert answer.json["timezone"] == "Europe/Lisbon"
    assert answer.json["home_location"] == {"latitude": 51.5, "longitude": -0.123457, "name": None}
    assert call(get, user=alix).json == answer.json
    [event] = outbox("user", "ProfileChanged")
    assert event["data"] == {
        "user_id": alix,
        "first_name": "Ада",
        "last_name": "Example",
        "phone": None,
        "timezone": "Europe/Lisbon",
        "profile_version": 2,
    }
    cleared = call(change, user=alix, body={"bio": "", "home_location": None}).json
    assert (cleared["bio"], cleared["home_location"], cleared["first_name"]) == (None, None, "Ада")


def test_nothing_to_change_changes_nothing(alix: str) -> None:
    answer = call(change, user=alix, body={})
    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert outbox("user") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"first_name": None}, "/first_name"),
        ({"last_name": None}, "/last_name"),
        ({"preferences": None}, "/preferences"),
        ({"timezone": None}, "/timezone"),
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"first_name": " "}, "/first_name"),
        ({"first_name": "x" * 61}, "/first_name"),
        ({"last_name": "a\nb"}, "/last_name"),
        ({"first_name": "http://evil.example/login"}, "/first_name"),
        ({"last_name": "\u3164"}, "/last_name"),
        ({"phone": "0123"}, "/phone"),
        ({"phone": ""}, "/phone"),
        ({"bio": "x" * 1001}, "/bio"),
        ({"bio": "\x00"}, "/bio"),
        ({"home_location": {"latitude": 90.1, "longitude": 0}}, "/home_location/latitude"),
        ({"home_location": {"latitude": "51", "longitude": 0}}, "/home_location/latitude"),
        ({"home_location": {"latitude": 1}}, "/home_location/longitude"),
        ({"home_location": {"latitude": 1, "longitude": 1, "zoom": 1}}, "/home_location/zoom"),
        ({"preferences": {"units": "stones"}}, "/preferences/units"),
        ({"email": "new@example.com"}, "/email"),
        ({"date_of_birth": "1980-01-01"}, "/date_of_birth"),
        ({"avatar_url": "https://x.example"}, "/avatar_url"),
        ({"version": 7}, "/version"),
    ],
)
def test_what_cannot_be_changed_so_is_refused_by_field(alix: str, body: dict[str, Any], field: str) -> None:
    answer = call(change, user=alix, body=body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, [field])
    assert outbox("user") == []


def test_odd_numbers_and_bodies_do_no_harm(alix: str) -> None:
    for number in ("1e-300", "-0.0", "1E2"):
        raw = '{"home_location": {"latitude": %s, "longitude": 0}}' % number  # noqa: UP031
        assert call(change, user=alix, raw_body=raw).status in {200, 422}
    assert call(change, user=alix, raw_body='{"home_location": {"latitude": NaN, "longitude": 0}}').status in {400, 422}
    assert call(change, user=alix, raw_body="{").status == 400
    assert call(change, user=alix, raw_body="").status == 422
    assert call(change, user=alix, raw_body='{"bio": "' + "x" * 70_000 + '"}').status == 413
    assert call(change, user=alix, raw_body="bio=x", headers={"Content-Type": "text/plain"}).status == 415
    assert call(change, user=alix, raw_body='{"bio": "\\ud800"}').status == 400


def test_a_name_and_a_number_are_accepted_as_at_the_registration(alix: str) -> None:
    answer = call(change, user=alix, body={"first_name": "St.John", "phone": "+44 (0)7700 900123"})
    assert (answer.status, answer.json["first_name"], answer.json["phone"]) == (200, "St.John", "+447700900123")


def test_a_stale_if_match_is_412(alix: str) -> None:
    assert call(change, user=alix, body={"bio": "a"}, headers={"If-Match": '"1"'}).status == 200
    stale = call(change, user=alix, body={"bio": "b"}, headers={"If-Match": '"1"'})
    assert (stale.status, stale.code) == (412, "stale_version")
    assert call(change, user=alix, body={"bio": "b"}, headers={"If-Match": '"nonsense"'}).status == 412
    assert call(change, user=alix, body={"bio": "b"}, headers={"If-Match": "*"}).status == 200
    assert call(change, user=alix, body={"bio": "c"}, headers={"If-Match": 'W/"3"'}).status == 200


def test_who_comes_between_makes_it_stale_or_is_built_upon(alix: str) -> None:
    meanwhile(lambda: call(change, user=alix, body={"bio": "theirs"}))
    lost = call(change, user=alix, body={"first_name": "X"}, headers={"If-Match": '"1"'})
    assert lost.status == 412
    meanwhile(lambda: call(change, user=alix, body={"bio": "again"}))
    merged = call(change, user=alix, body={"first_name": "Mine"})
    assert (merged.status, merged.json["first_name"], merged.json["bio"]) == (200, "Mine", "again")
    versions = [event["data"]["profile_version"] for event in outbox("user", "ProfileChanged")]
    assert sorted(versions) == [2, 3, 4]


def test_what_is_so_already_changes_nothing(alix: str) -> None:
    body = {"first_name": "Alix", "bio": "Lifts", "home_location": {"latitude": 51.5, "longitude": -0.1, "name": None}}
    first = call(change, user=alix, body=body)
    told = len(outbox("user", "ProfileChanged"))
    again = call(change, user=alix, body=body)
    assert (again.status, again.text, again.headers["ETag"]) == (200, first.text, first.headers["ETag"])
    assert len(outbox("user", "ProfileChanged")) == told


def test_contention_that_does_not_end_is_a_503(alix: str) -> None:
    inside: list[bool] = []
    versions = itertools.count()

    def interfere() -> None:
        if not inside:
            inside.append(True)
            call(change, user=alix, body={"bio": f"theirs {next(versions)}"})
            inside.clear()

    meanwhile(interfere, times=1000)
    answer = call(change, user=alix, body={"first_name": "X"})
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert call(get, user=alix).json["first_name"] == "Alix"


def test_a_banned_member_changes_nothing(alix: str) -> None:
    ban(alix)
    for body in ({"bio": "x"}, {}):
        answer = call(change, user=alix, body=body, headers={"If-Match": '"99"'})
        assert (answer.status, answer.code) == (403, "account_banned")
    assert call(get, user=alix).json["bio"] is None


def test_a_ban_in_between_holds_too(alix: str) -> None:
    meanwhile(lambda: ban(alix))
    assert call(change, user=alix, body={"bio": "x"}).code == "account_banned"
    assert call(get, user=alix).json["bio"] is None


def test_a_ban_that_has_ended_is_none(alix: str) -> None:
    now = clock.now()
    ban(alix, now)
    with clock.at(now - timedelta(seconds=1)):
        assert call(change, user=alix, body={"bio": "x"}).code == "account_banned"
    with clock.at(now):
        assert call(change, user=alix, body={"bio": "x"}).status == 200
