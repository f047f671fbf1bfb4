"""POST /auth/reset-password."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from auth.codes import ATTEMPTS
from auth.login.endpoints.log_in import handler as login
from auth.login.endpoints.refresh_tokens import handler as refresh
from auth.password.endpoints.reset_password import handler
from auth.password.repository import LEASED_FOR
from solo60 import aws, clock
from solo60.bans import Ban, ban_key
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.fakes.aws import aws_table
from tests.fakes.meanwhile import meanwhile
from tests.fakes.threads import at_once
from tests.fakes.waiting import without_waiting
from tests.handlers.auth.conftest import EMAIL, PASSWORD, TABLE, Cognito, other_than, verified
from tests.handlers.auth.password.resets import (
    NEW_PASSWORD,
    account,
    change,
    changes,
    logs_in,
    request_reset,
    reset,
    reset_sent,
)
from user.endpoints.change_profile import handler as change_profile

NOW = datetime(2026, 3, 2, 10, 0, 0, 250_000, tzinfo=UTC)


def test_the_right_code_sets_the_password_once(cognito: Cognito) -> None:
    member = verified()
    reset_id, code = reset_sent()
    assert reset(reset_id.upper(), f" {code} ").status == 204
    assert logs_in(NEW_PASSWORD)
    assert not logs_in(PASSWORD)
    assert account(member)["passwords_changed"] == 1
    again = reset(reset_id, code, "Once-More-Please-1")
    assert (again.status, again.code) == (422, "invalid_code")
    assert logs_in(NEW_PASSWORD)
    assert changes() == 1


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["without a key", "with a key"])
def test_its_trips(cognito: Cognito, headers: dict[str, str]) -> None:
    verified()
    reset_id, code = reset_sent()
    calls: list[str] = []
    cognito.asked.clear()
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    reset(reset_id, code, headers=headers)
    acquired = ["TransactWriteItems"] if headers else []
    once = ["BatchGetItem", "TransactWriteItems"]
    assert calls == [*acquired, "UpdateItem", *once, *once]
    assert cognito.asked == ["AdminSetUserPassword", "AdminUserGlobalSignOut"]


def test_it_ends_every_login_and_every_token_and_waits_for_the_end_of_the_second(
    cognito: Cognito, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(NOW):
        member = verified()
        body = {"bio": "Lifts."}
        assert call(change_profile, user=member, body=body).status == 200
        reset_id, code = reset_sent()
        waiting = without_waiting(monkeypatch)
        assert reset(reset_id, code).status == 204
        assert waiting.pauses == [0.75]
        for some_login in ("", "some-login"):
            assert call(change_profile, user=member, body=body, login=some_login).code == "sign_in_again"
        issued_at = NOW + timedelta(seconds=1)
        assert call(change_profile, user=member, body=body, issued_at=issued_at).status == 200
    # Before Cognito was asked, and with the record.
    assert account(member)["logins_ended"] == 2
    assert "kept_login" not in account(member)


def locked_for(source: str) -> bool:
    """Whether five wrong passwords and one more attempt lock an address for a source."""
    answers = [call(login, body={"email": EMAIL, "password": "Wrong-Horse-9"}, source_ip=source) for _ in range(6)]
    return answers[-1].status == 429


@pytest.mark.parametrize("source", ["192.0.2.1", "198.51.100.7"])
def test_it_ends_the_locks_of_the_address_for_all_sources(cognito: Cognito, source: str) -> None:
    verified()
    assert locked_for(source)
    assert reset(*reset_sent(source_ip="192.0.2.1"), source_ip="192.0.2.1").status == 204
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert logs_in(NEW_PASSWORD, source_ip=source)


def test_failures_after_it_lock_again(cognito: Cognito) -> None:
    verified()
    assert locked_for("198.51.100.7")
    assert reset(*reset_sent(source_ip="192.0.2.1"), source_ip="192.0.2.1").status == 204
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert locked_for("198.51.100.7")
        assert locked_for("198.51.100.7")


def test_a_banned_member_resets_the_password(cognito: Cognito) -> None:
    key = ban_key(verified())
    Ban(key.pk, key.sk, banned_until=datetime(2999, 1, 1, tzinfo=UTC)).save()
    assert reset(*reset_sent()).status == 204
    assert logs_in(NEW_PASSWORD)


def test_wrong_expired_unknown_and_foreign_codes_get_one_answer(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        verified("blake@example.com")
        reset_id, code = reset_sent()
        other_id, _ = reset_sent("blake@example.com")
        wrong = reset(reset_id, other_than(code))
        nobodys = request_reset("nobody@example.com").json["reset_id"]
        answers = [reset(new_id(), code), reset(nobodys, code), reset(other_id, code)]
    with clock.at(NOW + timedelta(minutes=30)):
        answers.append(reset(reset_id, code))
    assert (wrong.status, wrong.code) == (422, "invalid_code")
    assert wrong.json["errors"] == [{"field": "/code", "message": "This code is wrong or has expired."}]
    for answer in answers:
        assert {**answer.json, "instance": ""} == {**wrong.json, "instance": ""}
    assert logs_in(PASSWORD)
    with clock.at(NOW + timedelta(minutes=29)):
        assert reset(reset_id, code).status == 204


def test_a_known_and_an_unknown_address_take_the_same_calls(cognito: Cognito) -> None:
    verified()
    known, code = reset_sent()
    unknown = request_reset("nobody@example.com").json["reset_id"]
    calls: list[str] = []
    aws.client("dynamodb").meta.events.register(
        "after-call.dynamodb",
        lambda http_response, model, **_: calls.append(f"{model.name} {http_response.status_code}"),
    )
    reset(known, other_than(code))
    for_known = list(calls)
    calls.clear()
    reset(unknown, other_than(code))
    assert calls == for_known == ["UpdateItem 200"]


def test_a_code_has_five_attempts(cognito: Cognito) -> None:
    verified()
    reset_id, code = reset_sent()
    for _ in range(ATTEMPTS):
        assert reset(reset_id, other_than(code)).code == "invalid_code"
    assert reset(reset_id, code).code == "invalid_code"
    assert logs_in(PASSWORD)


def test_the_right_code_outlasts_another_change_and_a_wrong_one_does_not(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        first, second = reset_sent(), reset_sent()
        cognito.fail("AdminSetUserPassword", "InternalErrorException")
        assert change(member).status == 503
        cognito.faults.clear()
        for _ in range(ATTEMPTS + 1):
            refused = reset(*first)
            assert (refused.status, refused.code) == (409, "password_being_changed")
            assert reset(second[0], other_than(second[1])).code == "invalid_code"
    with clock.at(NOW + LEASED_FOR):
        assert reset(*second).code == "invalid_code"
        assert reset(*first).status == 204


def test_guesses_at_once_are_limited_too(cognito: Cognito) -> None:
    verified()
    reset_id, code = reset_sent()
    meanwhile(lambda: [reset(reset_id, other_than(code)) for _ in range(ATTEMPTS)], "UpdateItem")
    assert reset(reset_id, code).code == "invalid_code"


def test_a_change_ends_every_other_code(cognito: Cognito) -> None:
    member = verified()
    codes = [reset_sent() for _ in range(3)]
    assert reset(*codes[0]).status == 204
    assert reset(*codes[1], "Somebody-Else-1").code == "invalid_code"
    assert change(member, NEW_PASSWORD, "Third-Password-3", issued_at=clock.now() + timedelta(minutes=1)).status == 204
    assert reset(*codes[2], "Somebody-Else-1").code == "invalid_code"
    assert logs_in("Third-Password-3")


def test_many_at_once_set_one_password(cognito: Cognito) -> None:
    verified()
    reset_id, code = reset_sent()
    passwords = [f"Parallel-Lifter-{number}" for number in range(12)]
    answers = at_once(lambda password: reset(reset_id, code, password), passwords)
    won = [password for password, answer in zip(passwords, answers, strict=True) if answer.status == 204]
    assert len(won) == 1
    assert {answer.status for answer in answers} <= {204, 409, 422, 503}
    assert logs_in(won[0])
    assert changes() == 1


@pytest.mark.parametrize("other", ["the same code", "another code", "a change"])
def test_while_cognito_is_asked_others_are_refused_for_a_moment(cognito: Cognito, other: str) -> None:
    member = verified()
    first, second = reset_sent(), reset_sent()
    answers: list[Answer] = []

    def act(**_: object) -> None:
        if other == "a change":
            # With a token that counts: those from before have ended.
            issued_at = clock.now() + timedelta(minutes=1)
            answers.append(change(member, PASSWORD, "Somebody-Else-1", issued_at=issued_at))
        else:
            answers.append(reset(*(first if other == "the same code" else second), "Somebody-Else-1"))

    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminSetUserPassword", act)
    assert reset(*first).status == 204
    assert (answers[0].status, answers[0].code) == (409, "password_being_changed")
    assert 1 <= int(answers[0].headers["Retry-After"]) <= 30
    assert logs_in(NEW_PASSWORD)


def test_the_same_code_completes_what_has_died(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        first, second = reset_sent(), reset_sent()
        cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
        assert reset(*first).status == 503
        cognito.faults.clear()
        refused = reset(*first)
        assert (refused.status, refused.code) == (409, "password_being_changed")
    with clock.at(NOW + LEASED_FOR):
        assert reset(*first, "Another-Choice-1").status == 204
        assert reset(*second).code == "invalid_code"
        assert logs_in("Another-Choice-1")
    assert changes() == 1


def test_a_reset_that_dies_and_is_never_repeated_leaves_no_older_login_alive(cognito: Cognito) -> None:
    body, write = {"email": EMAIL, "password": PASSWORD}, {"bio": "Lifts."}
    with clock.at(NOW):
        member = verified()
        tokens = call(login, body=body).json
        sent = reset_sent()

        def die(**_: object) -> None:
            cognito.client.admin_set_user_password(
                UserPoolId=cognito.pool_id, Username=member, Password=NEW_PASSWORD, Permanent=True
            )
            raise KeyboardInterrupt

        events = aws.client("cognito-idp").meta.events
        events.register_first("before-call.cognito-idp.AdminSetUserPassword", die)
        with pytest.raises(KeyboardInterrupt):
            reset(*sent)
        events.unregister("before-call.cognito-idp.AdminSetUserPassword", die)
    with clock.at(NOW + timedelta(seconds=1)):
        assert logs_in(NEW_PASSWORD)
        refreshed = call(refresh, body={"refresh_token": tokens["refresh_token"]})
        assert (refreshed.status, refreshed.code) == (401, "invalid_refresh_token")
        assert call(change_profile, user=member, body=write, issued_at=NOW).code == "sign_in_again"
        assert call(change_profile, user=member, body=write).status == 200


def test_a_login_with_the_old_password_while_it_is_replaced_ends_too(cognito: Cognito) -> None:
    tokens: list[str] = []
    with clock.at(NOW):
        verified()
        sent = reset_sent()

        def log_in(**_: object) -> None:
            tokens.append(call(login, body={"email": EMAIL, "password": PASSWORD}).json["refresh_token"])

        aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminSetUserPassword", log_in)
        assert reset(*sent).status == 204
        assert [call(refresh, body={"refresh_token": token}).status for token in tokens] == [401]


def test_whoever_comes_after_a_death_has_the_last_word(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        first, second = reset_sent(), reset_sent()
        cognito.fail("AdminUserGlobalSignOut", "InternalErrorException")
        reset(*first)
        cognito.faults.clear()
    with clock.at(NOW + LEASED_FOR):
        assert reset(*second, "Somebody-Else-1").status == 204
        assert reset(*first).code == "invalid_code"
        assert logs_in("Somebody-Else-1")


@pytest.mark.parametrize(
    ("code", "status"),
    [("InvalidPasswordException", 422), ("TooManyRequestsException", 429)],
)
def test_what_cognito_refuses_changes_nothing_and_can_be_repeated_at_once(
    cognito: Cognito, code: str, status: int
) -> None:
    member = verified()
    sent = reset_sent()
    for _ in range(ATTEMPTS + 1):
        cognito.fail("AdminSetUserPassword", code)
        answer = reset(*sent)
        assert answer.status == status
        if status == 422:
            assert [error["field"] for error in answer.json["errors"]] == ["/new_password"]
    assert "passwords_changed" not in account(member)
    cognito.faults.clear()
    assert reset(*sent).status == 204


def test_a_repeat_under_one_key_is_no_further_attempt(cognito: Cognito) -> None:
    verified()
    sent = reset_sent()
    for expected in (None, "true"):
        answer = reset(*sent, headers={"Idempotency-Key": "k"})
        assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (204, expected)
    assert reset(*sent, "Another-Choice-1", headers={"Idempotency-Key": "k"}).code == "idempotency_key_reused"
    assert changes() == 1


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "", 123456, None])
def test_what_is_no_code_is_refused(cognito: Cognito, code: object) -> None:
    answer = call(handler, body={"reset_id": new_id(), "code": code, "new_password": NEW_PASSWORD})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/code")


@pytest.mark.parametrize(
    "password", ["", "short-A1", "no-digits-AAAA", "With Spaces-1", "x" * 300, "A1" + "a" * 255, 7]
)
def test_a_password_that_is_too_weak_takes_no_attempt(cognito: Cognito, password: object) -> None:
    verified()
    reset_id, code = reset_sent()
    answer = call(handler, body={"reset_id": reset_id, "code": code, "new_password": password})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "/new_password")
    assert "new_password" not in answer.json["errors"][0]["message"]
    item = aws_table(TABLE).get_item(Key={"PK": f"RESET#{reset_id}", "SK": "RESET"})["Item"]
    assert item["attempts_left"] == ATTEMPTS


def test_accents_are_one_password_however_they_are_typed(cognito: Cognito) -> None:
    verified()
    assert reset(*reset_sent(), unicodedata.normalize("NFD", "Zwölf-Böller-12")).status == 204
    assert logs_in(unicodedata.normalize("NFC", "Zwölf-Böller-12"))
