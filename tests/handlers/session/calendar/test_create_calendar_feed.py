"""POST /sessions/calendar-feed."""

from __future__ import annotations

import json

import pytest

from session.calendar.endpoints.create_calendar_feed import handler as create_endpoint
from solo60.ids import new_id
from tests.conftest import LambdaContext, call, claims
from tests.fakes.meanwhile import meanwhile
from tests.handlers.session.calendar.reading import feed, new_feed, shown
from tests.handlers.session.invitations.inviting import hosted
from tests.handlers.session.world import ban, items


def test_a_feed_has_an_address_of_the_api() -> None:
    user = new_id()
    event = {
        "httpMethod": "POST",
        "path": "/sessions/calendar-feed",
        "headers": {"Content-Type": "application/json"},
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": new_id(),
            "domainName": "api.example.com",
            "path": "/v1/sessions/calendar-feed",
            "authorizer": {"claims": claims(user)},
        },
    }
    answer = create_endpoint(event, LambdaContext())
    address, _, token = json.loads(answer["body"])["url"].rpartition("/")
    assert (answer["statusCode"], address) == (201, "https://api.example.com/v1/sessions/calendar-feed")
    assert len(token) == 43
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert feed(token).status == 200


def test_a_new_address_revokes_the_old_one() -> None:
    host, session = hosted()
    old = new_feed(host)
    new = new_feed(host)
    assert (feed(old).status, feed(old).code) == (404, "feed_not_found")
    assert shown(feed(new)) == [(f"{session}@solo60", 0, "CONFIRMED")]


def test_of_two_new_addresses_that_meet_one_stays() -> None:
    user = new_id()
    tokens = [new_feed(user)]
    meanwhile(lambda: tokens.append(new_feed(user)))
    tokens.append(new_feed(user))
    assert [feed(token).status for token in tokens] == [404, 404, 200]


def test_the_token_is_stored_nowhere_and_logged_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    user = new_id()
    answer = call(create_endpoint, user=user, headers={"Idempotency-Key": "k"})
    token = answer.json["url"].rsplit("/", 1)[1]
    assert feed(token).status == 200
    assert token not in json.dumps(items("session"))
    assert token not in capsys.readouterr().out
    again = call(create_endpoint, user=user, headers={"Idempotency-Key": "k"})
    assert "Idempotent-Replayed" not in again.headers


def test_members_make_feeds_and_banned_ones_do_not() -> None:
    user = new_id()
    assert call(create_endpoint).status == 401
    token = new_feed(user)
    ban(user)
    assert call(create_endpoint, user=user).code == "account_banned"
    assert feed(token).status == 200  # to read is allowed
