"""Where a profile comes from."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from botocore.exceptions import EndpointConnectionError

from tests.conftest import LambdaContext, bus_event, call, sqs_event
from tests.fakes.meanwhile import meanwhile
from tests.handlers.user.conftest import email_verified, profile_item, user_registered
from user.consumers.create_profile import handler as create_profile
from user.endpoints.change_profile import handler as change
from user.endpoints.get_profile import handler as get


def test_a_registration_delivered_twice_is_applied_once(tables: None, member: str) -> None:
    event_id = user_registered(member)
    user_registered(member, event_id=event_id)
    user_registered(member)
    assert call(get, user=member).json["version"] == 1


def test_the_highest_registration_counts_in_any_order(tables: None, make_member: Any) -> None:
    for order in permutations(("first", "second", "verified")):
        user_id = make_member()
        for name in order:
            if name == "first":
                user_registered(user_id, 1)
            elif name == "second":
                user_registered(user_id, 2, first_name="Avery", phone=None)
            else:
                email_verified(user_id)
        profile = call(get, user=user_id).json
        assert (profile["first_name"], profile["phone"]) == ("Avery", None), order
        assert profile_item(user_id)["verified"] is True


def test_a_late_registration_leaves_what_the_member_has_changed(alix: str) -> None:
    call(change, user=alix, body={"first_name": "Casey"})
    user_registered(alix, 2, first_name="Avery", date_of_birth="1991-01-01")
    user_registered(alix, 2, first_name="Avery", date_of_birth="1992-01-01")
    profile = call(get, user=alix).json
    assert (profile["first_name"], profile["date_of_birth"]) == ("Casey", "1991-01-01")


def test_a_change_by_the_member_during_a_later_registration_is_kept(alix: str) -> None:
    meanwhile(lambda: call(change, user=alix, body={"first_name": "Casey"}))
    user_registered(alix, 2, first_name="Avery", date_of_birth="1991-01-01")
    profile = call(get, user=alix).json
    assert (profile["first_name"], profile["date_of_birth"]) == ("Casey", "1991-01-01")


def test_an_event_that_cannot_be_stored_comes_again(tables: None, member: str) -> None:
    def fail() -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    meanwhile(fail)
    data = {
        "user_id": member,
        "email": "a@b.example",
        "first_name": "A",
        "last_name": "B",
        "date_of_birth": "1990-01-01",
    }
    batch = sqs_event(bus_event("auth", "UserRegistered", data))
    assert create_profile(batch, LambdaContext())["batchItemFailures"] == [{"itemIdentifier": "message-0"}]
    assert create_profile(batch, LambdaContext()) == {"batchItemFailures": []}
    assert call(get, user=member).status == 200
