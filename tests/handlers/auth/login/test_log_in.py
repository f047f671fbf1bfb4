"""POST /auth/login."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from auth.login.endpoints.log_in import handler
from solo60 import aws, clock
from tests.conftest import Answer, call
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, registered, verified

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def log_in(password: str = PASSWORD, email: str = EMAIL) -> Answer:
    return call(handler, body={"email": email, "password": password})


def test_the_right_password_gives_tokens(cognito: Cognito) -> None:
    verified()
    answer = log_in(email="ALIX@example.com")
    assert answer.status == 200
    assert answer.json.keys() == {"access_token", "id_token", "refresh_token", "expires_in", "token_type"}
    assert (answer.json["expires_in"], answer.json["token_type"]) == (3600, "Bearer")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_key_keeps_no_credentials(cognito: Cognito) -> None:
    verified()
    answers = [
        call(handler, body={"email": EMAIL, "password": PASSWORD}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json["refresh_token"] != answers[1].json["refresh_token"]
    assert "Idempotent-Replayed" not in answers[1].headers


def test_a_wrong_password_and_an_unknown_email_get_the_same_response(cognito: Cognito) -> None:
    verified()
    wrong, unknown = log_in("Wrong-Horse-9"), log_in(email="nobody@example.com")
    assert (wrong.status, wrong.code) == (401, "invalid_credentials")
    assert {**unknown.json, "instance": ""} == {**wrong.json, "instance": ""}
    assert unknown.status == 401


def test_an_unverified_account_is_told_only_with_the_right_password(cognito: Cognito) -> None:
    waiting = registered()
    registered(password="Somebody-Else-1", source_ip="192.0.2.66")
    assert log_in("Wrong-Horse-9").code == "invalid_credentials"
    answer = log_in()
    assert (answer.status, answer.code) == (403, "email_not_verified")
    assert answer.json["registration_id"] == waiting
    assert "token" not in answer.text


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_five_failures_lock_for_fifteen_minutes(cognito: Cognito, email: str) -> None:
    verified()
    with clock.at(NOW):
        for _ in range(5):
            assert log_in("Wrong-Horse-9", email).status == 401
    with clock.at(NOW + timedelta(minutes=5)):
        cognito.asked.clear()
        locked = log_in(PASSWORD, email)
        assert (locked.status, locked.code) == (429, "too_many_attempts")
        assert locked.headers["Retry-After"] == "600"
        assert cognito.asked == []
    with clock.at(NOW + timedelta(minutes=15)):
        assert log_in(PASSWORD, email).status == (200 if email == EMAIL else 401)
        assert log_in("Wrong-Horse-9", email).status == 401


def test_a_success_forgets_the_failures(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        for _ in range(3):
            for _ in range(4):
                assert log_in("Wrong-Horse-9").status == 401
            assert log_in().status == 200


def test_failures_are_counted_for_each_email_by_itself(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        for _ in range(6):
            log_in(email="nobody@example.com")
        assert log_in().status == 200


def test_guesses_made_at_once_are_bounded(cognito: Cognito) -> None:
    verified()
    statuses: list[int] = []
    started: list[bool] = []

    def guess_meanwhile(**_: object) -> None:
        # Before Cognito has judged this guess the next one starts.
        if len(started) < 39:
            started.append(True)
            statuses.append(log_in("Wrong-Horse-9").status)

    cognito.asked.clear()
    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminInitiateAuth", guess_meanwhile)
    statuses.append(log_in("Wrong-Horse-9").status)
    while len(statuses) < 40:
        statuses.append(log_in("Wrong-Horse-9").status)
    assert sorted(statuses) == [401] * 5 + [429] * 35
    assert len(cognito.asked) == 5


@pytest.mark.parametrize(
    ("code", "message", "status", "word"),
    [
        ("NotAuthorizedException", "Password attempts exceeded", 429, "too_many_attempts"),
        ("NotAuthorizedException", "User is disabled.", 401, "invalid_credentials"),
        ("UserNotFoundException", "", 401, "invalid_credentials"),
        ("PasswordResetRequiredException", "", 401, "invalid_credentials"),
        ("UserNotConfirmedException", "", 401, "invalid_credentials"),
        ("TooManyRequestsException", "", 429, "too_many_requests"),
        ("InternalErrorException", "", 503, "service_unavailable"),
        ("ResourceNotFoundException", "no such client", 500, "internal_error"),
    ],
)
def test_errors_of_cognito_become_our_errors(cognito: Cognito, code: str, message: str, status: int, word: str) -> None:
    cognito.fail("AdminInitiateAuth", code, message)
    answer = log_in()
    assert (answer.status, answer.code) == (status, word)
    assert status not in {429, 503} or int(answer.headers["Retry-After"]) > 0
    assert "no such client" not in answer.text


def test_an_outage_of_cognito_is_503_and_no_failure_of_the_member(cognito: Cognito) -> None:
    verified()
    cognito.faults["AdminInitiateAuth"] = EndpointConnectionError(endpoint_url="https://cognito")
    for _ in range(7):
        assert log_in().status == 503
    cognito.faults.clear()
    assert log_in().status == 200


@pytest.mark.parametrize("body", [{"email": EMAIL}, {"email": EMAIL, "password": ""}, {"email": 1, "password": "x"}])
def test_what_is_not_valid_is_refused(cognito: Cognito, body: object) -> None:
    assert call(handler, body=body).status == 422
    assert call(handler, body={"email": EMAIL, "password": "x" * 257}).status == 422


def test_it_takes_three_trips(cognito: Cognito) -> None:
    verified()
    cognito.asked.clear()
    trips: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    log_in()
    assert trips + cognito.asked == ["UpdateItem", "BatchGetItem", "DeleteItem", "AdminInitiateAuth"]


def test_the_length_of_a_password_is_that_of_its_normal_form(cognito: Cognito) -> None:
    password = "Gym7" + "e\u0301" * 150
    answer = call(handler, body={"email": EMAIL, "password": password})
    assert (answer.status, answer.code) == (401, "invalid_credentials")
    assert call(handler, body={"email": EMAIL, "password": "x" * 257}).status == 422
