"""POST /auth/refresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.login.endpoints.log_in import handler as login
from auth.login.endpoints.log_out import handler as logout
from auth.login.endpoints.refresh_tokens import handler as refresh
from auth.login.tokens import OpaqueToken, Secret
from auth.registration.endpoints.verify_email import handler as verify_email
from solo60 import aws, clock
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.fakes.aws import aws_client
from tests.fakes.meanwhile import meanwhile
from tests.handlers.auth.conftest import EMAIL, PASSWORD, TABLE, Cognito, proof, registered, verified

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def tokens() -> dict[str, Any]:
    verified()
    answer: dict[str, Any] = call(login, body={"email": EMAIL, "password": PASSWORD}).json
    return answer


def refreshed(token: str, **headers: str) -> Answer:
    return call(refresh, body={"refresh_token": token}, headers=headers)


def parsed(text: str) -> OpaqueToken:
    token = OpaqueToken.parse(text)
    assert token is not None
    return token


def test_a_refresh_token_gives_new_tokens_and_rotates(cognito: Cognito) -> None:
    given = [tokens()["refresh_token"]]
    for _ in range(3):
        answer = refreshed(given[-1])
        assert answer.status == 200
        assert answer.json.keys() == {"id_token", "refresh_token", "expires_in", "token_type"}
        given.append(answer.json["refresh_token"])
    assert len(set(given)) == 4
    assert [refreshed(token).status for token in given[:2]] == [401, 401]


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (59, 200), (60, 401), (3600, 401)])
def test_the_token_just_replaced_gives_the_same_successor_for_sixty_seconds(
    cognito: Cognito, seconds: int, status: int
) -> None:
    with clock.at(NOW):
        first = tokens()["refresh_token"]
        answer = refreshed(first).json
    with clock.at(NOW + timedelta(seconds=seconds)):
        cognito.asked.clear()
        again = refreshed(first, **{"Idempotency-Key": "k"})
        assert again.status == status
        if status == 200:
            assert again.json == {**answer, "expires_in": answer["expires_in"] - seconds}
        assert cognito.asked == []
        # Whatever came of the old one, the newest stays valid.
        assert refreshed(answer["refresh_token"]).status == 200


def test_refreshes_at_once_rotate_once_and_get_the_same_tokens(cognito: Cognito) -> None:
    first = tokens()["refresh_token"]
    others: list[Answer] = []
    started: list[bool] = []

    def refresh_too(**_: Any) -> None:
        # Before Cognito has answered this refresh the next one starts.
        if len(started) < 9:
            started.append(True)
            others.append(refreshed(first))

    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminInitiateAuth", refresh_too)
    answers = [refreshed(first), *others]
    assert {answer.status for answer in answers} == {200}
    assert len({(answer.json["id_token"], answer.json["refresh_token"]) for answer in answers}) == 1
    assert refreshed(answers[0].json["refresh_token"]).status == 200


def test_a_login_ends_thirty_days_after_its_last_refresh_and_after_a_year(cognito: Cognito) -> None:
    with clock.at(NOW):
        unused = token = tokens()["refresh_token"]
    with clock.at(NOW + timedelta(days=29)):
        other = call(login, body={"email": EMAIL, "password": PASSWORD}).json["refresh_token"]
        token = refreshed(unused).json["refresh_token"]
    with clock.at(NOW + timedelta(days=58)):
        token = refreshed(token).json["refresh_token"]
    with clock.at(NOW + timedelta(days=59)):
        assert refreshed(other).code == "invalid_refresh_token"
    for days in range(86, 365, 28):
        with clock.at(NOW + timedelta(days=days)):
            answer = refreshed(token)
            assert answer.status == 200
            token = answer.json["refresh_token"]
    with clock.at(NOW + timedelta(days=365)):
        assert refreshed(token).code == "invalid_refresh_token"


def test_another_secret_for_a_login_is_refused(cognito: Cognito) -> None:
    known = parsed(tokens()["refresh_token"])
    for token in (
        OpaqueToken(known.user_id, known.record_id, Secret.new()),
        OpaqueToken(known.user_id, new_id(), known.secret),
        OpaqueToken(new_id(), known.record_id, known.secret),
    ):
        assert refreshed(token.text).code == "invalid_refresh_token"


def test_the_table_alone_gives_no_token(cognito: Cognito) -> None:
    answer = tokens()
    answer = {**answer, "next": refreshed(answer["refresh_token"]).json}
    stored = [value if isinstance(value, bytes) else str(value).encode() for value in stored_values()]
    secret = parsed(answer["next"]["refresh_token"]).secret
    texts = (answer["refresh_token"], answer["next"]["refresh_token"], answer["next"]["id_token"])
    for token in (*(text.encode() for text in texts), secret.value):
        assert not any(token in value for value in stored)


def stored_values() -> list[Any]:
    items = aws_client("dynamodb").scan(TableName=TABLE)["Items"]
    return [value for item in items for typed in item.values() for value in typed.values()]


def test_a_login_that_is_ended_while_it_refreshes_gives_no_tokens(cognito: Cognito) -> None:
    waiting = registered()
    assert call(verify_email, body=proof(waiting)).status == 204
    token = call(login, body={"email": EMAIL, "password": PASSWORD}).json["refresh_token"]

    meanwhile(lambda: call(logout, user=waiting, body={"refresh_token": token}))
    assert refreshed(token).code == "invalid_refresh_token"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("NotAuthorizedException", 401),
        ("InvalidParameterException", 401),
        ("UserNotFoundException", 401),
        ("TooManyRequestsException", 429),
        ("InternalErrorException", 503),
    ],
)
def test_what_cognito_says_of_a_refresh(cognito: Cognito, code: str, status: int) -> None:
    token = tokens()["refresh_token"]
    cognito.fail("AdminInitiateAuth", code)
    assert refreshed(token).status == status
    cognito.faults.clear()
    assert refreshed(token).status == 200


def test_malformed_refreshes_are_refused(cognito: Cognito) -> None:
    for body in ({}, {"refresh_token": ""}, {"refresh_token": "x" * 8193}, {"refresh_token": "x", "more": 1}):
        assert call(refresh, body=body).status == 422
    for text in ("never one", "x" * 86, "AAAA", "é" * 86, "\x00", "x" * 8192, "=" * 86):
        assert refreshed(text).code == "invalid_refresh_token"


def test_it_takes_two_trips_beside_cognito(cognito: Cognito) -> None:
    token = tokens()["refresh_token"]
    trips: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
    cognito.asked.clear()
    assert refreshed(token).status == 200
    assert (trips, cognito.asked) == (["BatchGetItem", "TransactWriteItems"], ["AdminInitiateAuth"])
