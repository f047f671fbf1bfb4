"""POST /auth/change-password."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from botocore.model import OperationModel

from auth.login.endpoints.log_out import handler as logout
from auth.password.endpoints.change_password import handler
from auth.password.repository import LEASED_FOR, LOCKED_FOR, WRONG_ALLOWED
from solo60 import aws, clock
from solo60.bans import Ban, ban_key
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork
from tests.conftest import call, outbox
from tests.fakes.threads import at_once
from tests.fakes.waiting import without_waiting
from tests.grants_in_use import by_others
from tests.handlers.auth.conftest import PASSWORD, Cognito, verified
from tests.handlers.auth.password.resets import NEW_PASSWORD, account, change, changes, logs_in, reset, reset_sent
from user.administration.repository import MemberRepository
from user.administration.roles import appoint, reset_second_factor
from user.endpoints.change_profile import handler as change_profile
from user.repository import TokenRepository

NOW = datetime(2026, 3, 2, 10, 0, 0, 250_000, tzinfo=UTC)


def test_the_old_password_sets_a_new_one(cognito: Cognito) -> None:
    member = verified()
    assert change(member).status == 204
    assert logs_in(NEW_PASSWORD)
    assert not logs_in(PASSWORD)
    assert [event["data"] for event in outbox("auth", "PasswordChanged")] == [{"user_id": member}]


def test_its_trips(cognito: Cognito) -> None:
    member = verified()
    calls: list[str] = []
    cognito.asked.clear()
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    assert change(member, headers={"Idempotency-Key": "k"}).status == 204
    assert calls == ["BatchGetItem", "TransactWriteItems"] * 2
    assert cognito.asked == ["AdminInitiateAuth", "AdminSetUserPassword"]


def test_the_callers_login_goes_on_and_every_other_one_ends(cognito: Cognito, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(NOW):
        member = verified()
        waiting = without_waiting(monkeypatch)
        assert change(member, login="own").status == 204
        assert waiting.pauses == [0.75]
        body = {"bio": "Lifts."}
        assert call(change_profile, user=member, body=body, login="own").status == 200
        assert call(change_profile, user=member, body=body, login="another").code == "sign_in_again"
        assert call(change_profile, user=member, body=body).code == "sign_in_again"
        issued_at = NOW + timedelta(seconds=1)
        assert call(change_profile, user=member, body=body, login="another", issued_at=issued_at).status == 200
    assert (account(member)["logins_ended"], account(member)["kept_login"]) == (1, "own")


def test_a_logout_in_the_middle_of_a_change_ends_the_callers_login_too(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()

        def log_out(**_: object) -> None:
            assert call(logout, user=member, body={"refresh_token": "x"}, login="own").status == 204

        aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminSetUserPassword", log_out)
        assert change(member, login="own").status == 204
        assert call(change_profile, user=member, body={"bio": "Lifts."}, login="own").code == "sign_in_again"
    assert "kept_login" not in account(member)


@pytest.mark.parametrize("before", ["AdminSetUserPassword", "TransactWriteItems"])
def test_a_reset_of_the_second_factor_meanwhile_ends_the_login_too(cognito: Cognito, before: str) -> None:
    """Whoever has taken over an admin's login must not keep it by a change of the password in flight."""
    with clock.at(NOW):
        admin = verified()
        appoint(UnitOfWork(), MemberRepository(), admin)
        operations: list[str] = []

        def reset_factor(model: OperationModel, **_: object) -> None:
            operations.append(model.name)
            if operations.count(before) == (2 if before == "TransactWriteItems" else 1) and operations[-1] == before:
                with by_others():
                    reset_second_factor(UnitOfWork(), MemberRepository(), TokenRepository(), admin)

        aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp", reset_factor)
        aws.client("dynamodb").meta.events.register_first("before-call.dynamodb", reset_factor)
        assert change(admin, login="own").status == 204
        assert call(change_profile, user=admin, body={"bio": "Lifts."}, login="own").code == "sign_in_again"
    assert "kept_login" not in account(admin)


def test_the_next_change_ends_the_login_that_was_kept(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        assert change(member, login="first").status == 204
        later = NOW + timedelta(seconds=1)
        assert change(member, NEW_PASSWORD, "Third-Password-3", login="second", issued_at=later).status == 204
        assert call(change_profile, user=member, body={"bio": "Lifts."}, login="first").code == "sign_in_again"
        assert call(change_profile, user=member, body={"bio": "Lifts."}, login="second").status == 200


def test_a_wrong_password_changes_nothing_and_five_lock(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        for _ in range(WRONG_ALLOWED):
            wrong = change(member, "Wrong-Horse-9")
            assert (wrong.status, wrong.code) == (422, "wrong_password")
            assert [error["field"] for error in wrong.json["errors"]] == ["/old_password"]
        cognito.asked.clear()
        locked = change(member)
        assert (locked.status, locked.code) == (429, "too_many_attempts")
        assert locked.headers["Retry-After"] == "900"
        assert cognito.asked == []
        assert logs_in(PASSWORD)
        assert changes() == 0
    with clock.at(NOW + LOCKED_FOR):
        assert change(member).status == 204


def test_a_success_resets_the_count(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        for _ in range(WRONG_ALLOWED - 1):
            change(member, "Wrong-Horse-9")
        assert change(member, login="own").status == 204
        assert change(member, "Wrong-Horse-9", login="own").code == "wrong_password"
        assert change(member, NEW_PASSWORD, "Third-Password-3", login="own").status == 204


def test_guesses_lock_neither_the_login_nor_a_reset(cognito: Cognito) -> None:
    member = verified()
    for _ in range(WRONG_ALLOWED + 1):
        change(member, "Wrong-Horse-9")
    assert logs_in(PASSWORD)
    assert reset(*reset_sent()).status == 204
    assert change(member, NEW_PASSWORD, "Third-Password-3", issued_at=clock.now() + timedelta(minutes=1)).status == 204


def test_the_new_password_differs_from_the_old_one_however_it_is_typed(cognito: Cognito) -> None:
    member = verified()
    old, new = (unicodedata.normalize(form, "Zwölf-Böller-12") for form in ("NFC", "NFD"))
    answer = change(member, old, new)
    assert answer.status == 422
    assert answer.json["errors"] == [{"field": "/new_password", "message": "This must differ from the old password."}]
    assert reset(*reset_sent(), old).status == 204
    later = clock.now() + timedelta(minutes=1)
    assert change(member, new, NEW_PASSWORD, issued_at=later).status == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"old_password": PASSWORD},
        {"old_password": "", "new_password": NEW_PASSWORD},
        {"old_password": "x" * 300, "new_password": NEW_PASSWORD},
        {"old_password": PASSWORD, "new_password": "weak"},
        {"old_password": [PASSWORD], "new_password": NEW_PASSWORD},
    ],
)
def test_what_is_not_valid_is_refused_before_cognito_is_asked(cognito: Cognito, body: dict[str, object]) -> None:
    member = verified()
    cognito.asked.clear()
    assert call(handler, user=member, body=body).status == 422
    assert cognito.asked == []


def test_a_banned_member_changes_no_password(cognito: Cognito) -> None:
    member = verified()
    key = ban_key(member)
    Ban(key.pk, key.sk, banned_until=datetime(2999, 1, 1, tzinfo=UTC)).save()
    assert change(member).code == "account_banned"
    assert logs_in(PASSWORD)


def test_who_has_no_account_is_not_found(cognito: Cognito) -> None:
    answer = change(new_id())
    assert (answer.status, answer.code) == (404, "account_not_found")


def test_many_at_once_set_one_password(cognito: Cognito) -> None:
    member = verified()
    passwords = [f"Parallel-Lifter-{number}" for number in range(12)]
    answers = at_once(lambda password: change(member, PASSWORD, password, login="own"), passwords)
    won = [password for password, answer in zip(passwords, answers, strict=True) if answer.status == 204]
    assert len(won) == 1
    assert {answer.status for answer in answers} <= {204, 409, 422, 429, 503}
    assert logs_in(won[0])
    assert changes() == 1


@pytest.mark.parametrize("operation", ["AdminInitiateAuth", "AdminSetUserPassword"])
@pytest.mark.parametrize(("code", "status"), [("InternalErrorException", 503), ("TooManyRequestsException", 429)])
def test_after_a_failure_of_cognito_it_can_be_repeated(
    cognito: Cognito, operation: str, code: str, status: int
) -> None:
    """At once where nothing can have been set; otherwise as soon as nobody can be at work."""
    with clock.at(NOW):
        member = verified()
        cognito.fail(operation, code)
        assert change(member, headers={"Idempotency-Key": "k"}).status == status
        cognito.faults.clear()
        again = change(member, headers={"Idempotency-Key": "k"})
    if (operation, status) == ("AdminSetUserPassword", 503):
        assert (again.status, again.code) == (409, "password_being_changed")
        with clock.at(NOW + LEASED_FOR):
            again = change(member, headers={"Idempotency-Key": "k"})
    assert again.status == 204
    assert logs_in(NEW_PASSWORD)


def test_a_repeat_completes_what_has_died_after_the_password_was_set(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()

        def die(**_: object) -> None:
            cognito.client.admin_set_user_password(
                UserPoolId=cognito.pool_id, Username=member, Password=NEW_PASSWORD, Permanent=True
            )
            raise KeyboardInterrupt

        events = aws.client("cognito-idp").meta.events
        events.register_first("before-call.cognito-idp.AdminSetUserPassword", die)
        with pytest.raises(KeyboardInterrupt):
            change(member)
        events.unregister("before-call.cognito-idp.AdminSetUserPassword", die)
        assert change(member).code == "password_being_changed"
    with clock.at(NOW + LEASED_FOR):
        assert change(member, "Wrong-Horse-9", "Third-Password-3").code == "wrong_password"
        assert change(member).status == 204
        assert logs_in(NEW_PASSWORD)
    assert changes() == 1


def test_a_death_before_the_password_was_set_is_no_way_past_the_old_one(cognito: Cognito) -> None:
    with clock.at(NOW):
        member = verified()
        cognito.fail("AdminSetUserPassword", "InternalErrorException")
        assert change(member).status == 503
        cognito.faults.clear()
    with clock.at(NOW + LEASED_FOR):
        for _ in range(2):
            assert change(member, "Wrong-Horse-9", "Third-Password-3").code == "wrong_password"
        assert logs_in(PASSWORD)
        assert change(member).status == 204


def test_under_one_key_it_changes_once(cognito: Cognito) -> None:
    member = verified()
    for expected in (None, "true"):
        answer = change(member, headers={"Idempotency-Key": "k"}, login="own")
        assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (204, expected)
    assert changes() == 1
