"""POST /auth/login."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from auth.login.endpoints.log_in import handler
from auth.login.logging_in import FAILURE_ANSWERED_AFTER
from solo60 import aws, clock
from tests.conftest import Answer, call
from tests.fakes.waiting import VirtualTime
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, registered, verified

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
WRONG = "Wrong-Horse-9"
HOME = "192.0.2.1"
STRANGER = "192.0.2.66"


def log_in(password: str = PASSWORD, email: str = EMAIL, *, source: str = "192.0.2.1") -> Answer:
    return call(handler, body={"email": email, "password": password}, source_ip=source)


def test_the_right_password_gives_tokens(cognito: Cognito) -> None:
    verified()
    answer = log_in(email="ALIX@example.com")
    assert answer.status == 200
    assert answer.json.keys() == {"id_token", "refresh_token", "expires_in", "token_type"}
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
    wrong, unknown = log_in(WRONG), log_in(email="nobody@example.com")
    assert (wrong.status, wrong.code) == (401, "invalid_credentials")
    assert {**unknown.json, "instance": ""} == {**wrong.json, "instance": ""}
    assert unknown.status == 401


def test_the_time_of_a_refusal_does_not_tell_whether_an_email_is_known(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified()
    virtual = VirtualTime()
    monkeypatch.setattr(clock, "time", virtual)
    with clock.at(NOW):
        for email in (EMAIL, "nobody@example.com"):
            assert log_in(WRONG, email).status == 401
        assert virtual.pauses == [FAILURE_ANSWERED_AFTER.total_seconds()] * 2
        assert log_in().status == 200
    assert len(virtual.pauses) == 2


def test_an_unverified_account_is_told_only_with_the_right_password(cognito: Cognito) -> None:
    waiting = registered()
    registered(password="Somebody-Else-1", source_ip="192.0.2.66")
    assert log_in(WRONG).code == "invalid_credentials"
    answer = log_in()
    assert (answer.status, answer.code) == (403, "email_not_verified")
    assert answer.json["registration_id"] == waiting
    assert "token" not in answer.text


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_five_failures_in_a_row_lock_their_source_for_fifteen_minutes(cognito: Cognito, email: str) -> None:
    verified()
    with clock.at(NOW):
        for _ in range(5):
            assert log_in(WRONG, email).status == 401
    with clock.at(NOW + timedelta(minutes=5)):
        cognito.asked.clear()
        locked = log_in(PASSWORD, email)
        assert (locked.status, locked.code) == (429, "too_many_attempts")
        assert locked.headers["Retry-After"] == "600"
        assert cognito.asked == []
        # Nobody else is locked out: not from another source, and not for another address.
        assert log_in(PASSWORD, email, source="198.51.100.7").status == (200 if email == EMAIL else 401)
        assert log_in(PASSWORD, "other@example.com").status == 401
    with clock.at(NOW + timedelta(minutes=15)):
        assert log_in(PASSWORD, email).status == (200 if email == EMAIL else 401)
        assert log_in(WRONG, email).status == 401


def fail_from_everywhere(email: str = EMAIL, times: int = 50) -> None:
    for number in range(times):
        assert log_in(WRONG, email, source=f"203.0.113.{number}").status == 401


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_over_fifty_failures_in_an_hour_lock_unknown_sources_alone(cognito: Cognito, email: str) -> None:
    verified()
    with clock.at(NOW):
        log_in(PASSWORD, email, source=HOME)
    with clock.at(NOW + timedelta(hours=1)):
        fail_from_everywhere(email, 50)
        cognito.asked.clear()
        for _ in range(7):
            refused = log_in(PASSWORD, email, source="198.51.100.7")
            assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "too_many_attempts", "3600")
        assert cognito.asked == []
        if email == EMAIL:
            assert [log_in(PASSWORD, source=HOME).status for _ in range(3)] == [200] * 3
    with clock.at(NOW + timedelta(hours=2)):
        # The refused attempts were no failures.
        answers = [log_in(WRONG, email, source="198.51.100.7").status for _ in range(6)]
        assert answers == [401] * 5 + [429]


def test_a_source_is_known_for_thirty_days(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        assert log_in(source=HOME).status == 200
    for days, status in ((30, 429), (29, 200)):
        with clock.at(NOW + timedelta(days=days)):
            fail_from_everywhere()
            assert log_in(source=HOME).status == status


def test_one_source_cannot_lock_the_others(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        assert [log_in(WRONG).status for _ in range(80)] == [401] * 5 + [429] * 75
        assert log_in(source="198.51.100.7").status == 200


def test_a_success_forgets_the_failures(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        for _ in range(3):
            for _ in range(4):
                assert log_in(WRONG).status == 401
            assert log_in().status == 200


def test_ones_own_registration_of_an_address_resets_nothing(cognito: Cognito) -> None:
    verified()
    with clock.at(NOW):
        registered(password="Somebody-Else-1", source_ip=STRANGER)
        answers = []
        for _ in range(6):
            answers.append(log_in(WRONG, source=STRANGER).status)
            answers.append(log_in("Somebody-Else-1", source=STRANGER).status)
        assert answers == [401, 403] * 4 + [401, 429, 429, 429]


@pytest.mark.parametrize("known", [True, False], ids=["with an owner", "without one"])
@pytest.mark.parametrize("times", [1, 6])
def test_who_registered_an_address_gets_the_same_answer_whether_or_not_it_has_an_owner(
    cognito: Cognito, known: bool, times: int
) -> None:
    if known:
        verified(source_ip=HOME)
    ids = [registered(password=f"Somebody-Else-{n}", source_ip=STRANGER) for n in range(times)]
    cognito.asked.clear()
    answer = log_in(f"Somebody-Else-{times - 1}", source=STRANGER)
    assert (answer.status, answer.code) == (403, "email_not_verified")
    assert answer.json["registration_id"] == ids[-1]
    assert cognito.asked == ["AdminInitiateAuth"] * (1 + min(times, 4))
    with clock.at(clock.now() + timedelta(days=7)):
        assert log_in("Somebody-Else-0", source=STRANGER).code == "invalid_credentials"


@pytest.mark.parametrize("limit", ["1000", "0"], ids=["mails are sent", "the stage sends no more"])
@pytest.mark.parametrize("known", [True, False], ids=["with an owner", "without one"])
def test_the_limit_of_mails_tells_nothing_either(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch, known: bool, limit: str
) -> None:
    if known:
        verified(source_ip=HOME)
    monkeypatch.setenv("UNVERIFIED_MAILS_AN_HOUR", limit)
    waiting = registered(password="Somebody-Else-1", source_ip=STRANGER)
    assert log_in("Somebody-Else-1", source=STRANGER).json["registration_id"] == waiting


def test_later_registrations_of_strangers_do_not_hide_the_first(cognito: Cognito) -> None:
    waiting = registered(source_ip=HOME)
    for number in range(12):
        registered(password="Somebody-Else-1", source_ip=f"203.0.113.{number % 6}")
    for source in (HOME, "198.51.100.7"):
        answer = log_in(source=source)
        assert (answer.code, answer.json["registration_id"]) == ("email_not_verified", waiting)
    for _ in range(3):
        registered(password="Somebody-Else-1", source_ip=HOME)
    assert log_in(source=HOME).json["registration_id"] == waiting


def test_guesses_made_at_once_are_bounded(cognito: Cognito) -> None:
    verified()
    statuses: list[int] = []
    started: list[bool] = []

    def guess_meanwhile(**_: object) -> None:
        # Before Cognito has judged this guess the next one starts.
        if len(started) < 39:
            started.append(True)
            statuses.append(log_in(WRONG).status)

    cognito.asked.clear()
    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminInitiateAuth", guess_meanwhile)
    statuses.append(log_in(WRONG).status)
    while len(statuses) < 40:
        statuses.append(log_in(WRONG).status)
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


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("NotAuthorizedException", "Password attempts exceeded", 429),
        ("TooManyRequestsException", "", 429),
        ("InternalErrorException", "", 503),
    ],
)
def test_guesses_count_whatever_cognito_says_of_registrations(
    cognito: Cognito, code: str, message: str, status: int
) -> None:
    verified(source_ip=HOME)
    bait = registered(password="Somebody-Else-1", source_ip=STRANGER)
    with clock.at(NOW):
        cognito.fail_for(bait, code, message)
        answers = [log_in(WRONG, source=STRANGER).status for _ in range(5)]
        assert answers == [status] * 5
        cognito.asked.clear()
        locked = log_in(source=STRANGER)
        assert (locked.status, locked.headers["Retry-After"], cognito.asked) == (429, "900", [])
        # Of the owner's own password Cognito has told all that is needed.
        assert log_in(source=HOME).status == 200


@pytest.mark.parametrize("body", [{"email": EMAIL}, {"email": EMAIL, "password": ""}, {"email": 1, "password": "x"}])
def test_what_is_not_valid_is_refused(cognito: Cognito, body: object) -> None:
    assert call(handler, body=body).status == 422
    assert call(handler, body={"email": EMAIL, "password": "x" * 257}).status == 422


def test_it_takes_two_trips_beside_cognito(cognito: Cognito) -> None:
    verified()
    cognito.asked.clear()
    trips: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    assert log_in().status == 200
    # The count and the first read are sent together, and the account is read while Cognito judges the password.
    assert sorted(trips[:2]) == ["BatchGetItem", "UpdateItem"]
    assert trips[2:] == ["BatchGetItem", "TransactWriteItems"]
    assert cognito.asked == ["AdminInitiateAuth"]


def test_the_length_of_a_password_is_that_of_its_normal_form(cognito: Cognito) -> None:
    password = "Gym7" + "e\u0301" * 150
    answer = call(handler, body={"email": EMAIL, "password": password})
    assert (answer.status, answer.code) == (401, "invalid_credentials")
    assert call(handler, body={"email": EMAIL, "password": "x" * 257}).status == 422
