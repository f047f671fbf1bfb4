"""A proven e-mail, noted on the profile."""

from __future__ import annotations

from solo60.consumers import Consumer
from tests.conftest import call
from tests.handlers.user.conftest import deliver, email_verified, profile_item, user_registered
from user.consumers.mark_profile_verified import handler
from user.endpoints.get_profile import handler as get


def test_it_is_noted_once_and_leaves_the_profile_as_it_is(alix: str) -> None:
    assert isinstance(handler, Consumer)
    data = {"user_id": alix, "email": "alix@example.com"}
    event_id = deliver(handler, "auth", "EmailVerified", data)
    deliver(handler, "auth", "EmailVerified", data, event_id=event_id)
    email_verified(alix)
    assert profile_item(alix)["verified"] is True
    assert call(get, user=alix).headers["ETag"] == '"1"'


def test_it_is_not_lost_when_it_comes_before_the_registration(tables: None, member: str) -> None:
    email_verified(member)
    user_registered(member)
    assert profile_item(member)["verified"] is True
    assert call(get, user=member).status == 200
