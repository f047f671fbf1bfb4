"""POST /auth/login of an admin, and POST /auth/login/totp."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyotp import TOTP

from auth.login.endpoints.answer_challenge import handler
from auth.login.endpoints.log_in import handler as login
from auth.login.endpoints.log_out import handler as logout
from auth.login.endpoints.refresh_tokens import handler as refresh
from infra_cdk import catalogue
from solo60 import aws, clock
from solo60.unit_of_work import UnitOfWork
from tests.conftest import Answer, call, outbox
from tests.fakes.aws import aws_client, aws_response
from tests.fakes.meanwhile import meanwhile
from tests.fakes.waiting import without_waiting
from tests.handlers.auth.conftest import EMAIL, PASSWORD, Cognito, other_than, verified
from user.administration.endpoints.change_role import handler as change_role
from user.administration.endpoints.list_members import handler as list_members
from user.administration.repository import MemberRepository
from user.administration.roles import appoint
from user.endpoints.change_profile import handler as change_profile

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


def promote(user_id: str) -> None:
    appoint(UnitOfWork(), MemberRepository(), user_id)


def log_in(**rest: Any) -> Answer:
    return call(login, body={"email": EMAIL, "password": PASSWORD}, **rest)


def answered(session: str, code: str, **rest: Any) -> Answer:
    source = rest.pop("source_ip", "192.0.2.1")
    return call(handler, body={"session": session, "code": code, **rest}, source_ip=source)


def mailed() -> str:
    return str(outbox("auth", "SecondFactorCodeIssued")[-1]["data"]["code"])


def set_up() -> tuple[str, TOTP, dict[str, Any]]:
    """A new admin who has set up a second factor: the id, the app, the tokens."""
    admin = verified()
    promote(admin)
    begun = log_in().json
    app = TOTP(begun["secret"])
    answer = answered(begun["session"], app.at(clock.now()), mailed_code=mailed())
    assert answer.status == 200, answer.text
    return admin, app, answer.json


@pytest.fixture
def instant(cognito: Cognito) -> Any:
    with clock.at(NOW):
        yield NOW


def test_the_first_login_of_an_admin_sets_up_a_second_factor(instant: datetime) -> None:
    promote(verified())
    begun = log_in()
    assert begun.status == 200
    assert begun.json.keys() == {"challenge", "session", "expires_in", "secret", "otpauth_uri"}
    assert (begun.json["challenge"], begun.json["expires_in"]) == ("totp_setup", 900)
    assert begun.json["otpauth_uri"].startswith("otpauth://totp/SOLO60:alix%40example.com?secret=")
    app = TOTP(begun.json["secret"])
    answer = answered(begun.json["session"], app.at(NOW), mailed_code=mailed())
    assert answer.json.keys() == {"id_token", "refresh_token", "expires_in", "token_type"}
    again = log_in()
    assert (again.json["challenge"], again.json["expires_in"], again.json["secret"]) == ("totp", 300, None)
    with clock.at(NOW + STEP):
        assert answered(again.json["session"], app.at(NOW + STEP)).status == 200
    assert len(outbox("auth", "SecondFactorCodeIssued")) == 1


def test_a_set_up_needs_the_code_from_the_mailbox(instant: datetime) -> None:
    promote(verified())
    begun = log_in().json
    code = TOTP(begun["secret"]).at(NOW)
    missing = answered(begun["session"], code)
    wrong = answered(begun["session"], code, mailed_code=other_than(mailed()))
    for answer in (missing, wrong):
        assert (answer.status, answer.code) == (422, "invalid_code")
        assert [error["field"] for error in answer.json["errors"]] == ["/mailed_code"]
    both = answered(begun["session"], other_than(code), mailed_code=other_than(mailed()))
    assert [error["field"] for error in both.json["errors"]] == ["/code", "/mailed_code"]
    # The code of another set-up does not count either.
    first = mailed()
    other = log_in().json
    assert answered(other["session"], TOTP(other["secret"]).at(NOW), mailed_code=first).code == "invalid_code"
    assert answered(begun["session"], code, mailed_code=first).status == 200


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 200), (0, 200), (1, 200), (2, 422)])
def test_a_code_counts_within_one_step_either_way(instant: datetime, steps: int, status: int) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        assert answered(log_in().json["session"], app.at(later + steps * STEP)).status == status


def test_each_code_works_once(instant: datetime) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        assert answered(log_in().json["session"], app.at(later)).status == 200
        for code in (app.at(later), app.at(later - STEP)):
            again = answered(log_in().json["session"], code)
            assert (again.status, again.code) == (422, "invalid_code")


def test_one_code_in_two_logins_at_once_works_once(instant: datetime) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        one, two = log_in().json["session"], log_in().json["session"]
        others: list[Answer] = []
        meanwhile(lambda: others.append(answered(two, app.at(later))))
        assert answered(one, app.at(later)).code == "invalid_code"
        assert [answer.status for answer in others] == [200]


def test_a_login_is_completed_once_and_has_five_attempts(instant: datetime) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        for _ in range(5):
            assert answered(session, other_than(app.at(later))).status == 422
        spent = answered(session, app.at(later))
        assert (spent.status, spent.code) == (401, "invalid_session")
        session = log_in().json["session"]
        assert answered(session, app.at(later)).status == 200
        assert answered(session, app.at(later + STEP)).code == "invalid_session"


def test_a_login_has_to_be_completed_in_five_minutes(instant: datetime) -> None:
    _, app, _ = set_up()
    with clock.at(NOW + 10 * STEP):
        sessions = [log_in().json["session"] for _ in range(2)]
    for session, seconds, status in ((sessions[0], 299, 200), (sessions[1], 300, 401)):
        moment = NOW + 10 * STEP + timedelta(seconds=seconds)
        with clock.at(moment):
            assert answered(session, app.at(moment + (seconds - 299) * STEP)).status == status


def test_ten_wrong_codes_in_an_hour_lock_the_factor_for_new_sources(instant: datetime) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        for number in range(2):
            source = f"203.0.113.{number}"
            session = log_in(source_ip=source).json["session"]
            for _ in range(5):
                assert answered(session, other_than(app.at(later)), source_ip=source).status == 422
        stranger = log_in(source_ip="203.0.113.9").json["session"]
        locked = answered(stranger, app.at(later), source_ip="203.0.113.9")
        assert (locked.status, locked.code) == (429, "too_many_attempts")
        assert locked.headers["Retry-After"] == "3600"
    with clock.at(later + timedelta(minutes=45)):
        stranger = log_in(source_ip="203.0.113.9").json["session"]
        locked = answered(stranger, app.at(later), source_ip="203.0.113.9")
        assert (locked.status, locked.headers["Retry-After"]) == (429, "900")
    with clock.at(later):
        assert answered(log_in().json["session"], app.at(later)).status == 200


def test_a_locked_factor_says_when_the_hour_of_its_first_wrong_code_ends(instant: datetime) -> None:
    _, app, _ = set_up()
    first = NOW + timedelta(minutes=50)
    source = "203.0.113.9"
    with clock.at(first):
        for _ in range(2):
            session = log_in(source_ip=source).json["session"]
            for _ in range(5):
                assert answered(session, other_than(app.at(first)), source_ip=source).status == 422
    # The lock goes on after the hour of the clock in which it began.
    later = first + timedelta(minutes=20)
    for seconds, expected in ((0, 40 * 60), (0.5, 40 * 60), (1, 40 * 60 - 1)):
        moment = later + timedelta(seconds=seconds)
        with clock.at(moment):
            locked = answered(log_in(source_ip=source).json["session"], app.at(moment), source_ip=source)
        assert (locked.status, locked.headers["Retry-After"]) == (429, str(expected))
    with clock.at(first + timedelta(hours=1)):
        free = answered(log_in(source_ip=source).json["session"], app.at(clock.now()), source_ip=source)
    assert free.status == 200


@pytest.mark.parametrize("session", ["never one", "A" * 86, "x" * 8192, "é"])
def test_what_is_no_session_is_refused(cognito: Cognito, session: str) -> None:
    assert answered(session, "123456").code == "invalid_session"
    for body in ({"session": session}, {"session": session, "code": "12345"}, {"session": "", "code": "123456"}):
        assert call(handler, body=body).status == 422


def test_a_token_from_before_the_promotion_is_not_refreshed(instant: datetime) -> None:
    admin = verified()
    token = log_in().json["refresh_token"]
    promote(admin)
    assert call(refresh, body={"refresh_token": token}).code == "invalid_refresh_token"


def test_a_promotion_in_the_middle_of_a_refresh_ends_the_login(instant: datetime) -> None:
    admin = verified()
    token = log_in().json["refresh_token"]
    meanwhile(lambda: promote(admin))
    assert call(refresh, body={"refresh_token": token}).code == "invalid_refresh_token"


def test_a_demotion_in_the_middle_of_a_refresh_does_not(instant: datetime) -> None:
    admin, _, tokens = set_up()
    other = verified("other@example.com")
    promote(other)
    as_other: dict[str, Any] = {"user": other, "admin": True, "appointed": False, "path": {"user_id": admin}}
    meanwhile(lambda: call(change_role, body={"role": "member"}, **as_other))
    assert call(refresh, body={"refresh_token": tokens["refresh_token"]}).status == 200
    assert log_in().json.keys() == tokens.keys()


def test_a_promotion_in_the_middle_of_a_login_gives_no_tokens(instant: datetime) -> None:
    admin = verified()
    meanwhile(lambda: promote(admin))
    answer = log_in()
    assert (answer.status, answer.code) == (503, "service_unavailable")
    assert log_in().json["challenge"] == "totp_setup"


def test_an_admin_refreshes_and_a_logout_ends_the_waiting_logins_too(instant: datetime) -> None:
    admin, app, tokens = set_up()
    assert call(refresh, body={"refresh_token": tokens["refresh_token"]}).status == 200
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        assert call(logout, user=admin, body={"refresh_token": "x"}).status == 204
        assert answered(session, app.at(later)).code == "invalid_session"
        session = log_in().json["session"]
        new_token: dict[str, Any] = {"user": admin, "issued_at": later + timedelta(seconds=1)}
        meanwhile(lambda: call(logout, body={"refresh_token": "x"}, **new_token))
        assert answered(session, app.at(later)).code == "invalid_session"


def test_another_admin_resets_a_lost_factor(instant: datetime) -> None:
    admin, app, tokens = set_up()
    other = verified("other@example.com")
    promote(other)
    session = log_in().json["session"]
    later = NOW + 10 * STEP
    with clock.at(later):
        body = {"role": "admin", "reset_second_factor": True}
        path = {"user_id": admin}
        own = call(change_role, user=admin, admin=True, appointed=False, path=path, body=body)
        assert (own.status, own.code) == (409, "own_second_factor")
        assert call(change_role, user=other, admin=True, appointed=False, path=path, body=body).status == 200
        assert [event["data"] for event in outbox("user", "SecondFactorReset")] == [{"user_id": admin}]
        assert call(refresh, body={"refresh_token": tokens["refresh_token"]}).code == "invalid_refresh_token"
        assert answered(session, app.at(later)).code == "invalid_session"
        begun = log_in().json
        assert begun["challenge"] == "totp_setup"
        answer = answered(begun["session"], TOTP(begun["secret"]).at(later), mailed_code=mailed())
        assert answer.status == 200
        assert answered(log_in().json["session"], app.at(later + STEP)).code == "invalid_code"


def test_a_reset_factor_ends_the_tokens_that_were_got_with_it(
    instant: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, _, _ = set_up()
    other = verified("other@example.com")
    promote(other)
    as_admin: dict[str, Any] = {"user": admin, "admin": True, "appointed": False, "issued_at": NOW}
    later = NOW + timedelta(seconds=10.25)
    with clock.at(later):
        assert call(change_profile, body={"bio": "Lifts."}, **as_admin).status == 200
        waiting = without_waiting(monkeypatch)
        body = {"role": "admin", "reset_second_factor": True}
        path = {"user_id": admin}
        assert call(change_role, user=other, admin=True, appointed=False, path=path, body=body).status == 200
        assert waiting.pauses == [0.75]
        for login_id in ("", "some-login"):
            ended: dict[str, Any] = {**as_admin, "login": login_id}
            assert call(change_profile, body={"bio": "Lifts."}, **ended).code == "sign_in_again"
            assert call(list_members, **ended).code == "sign_in_again"
        as_admin["issued_at"] = later + timedelta(seconds=0.75)
        assert call(change_profile, body={"bio": "Lifts."}, **as_admin).status == 200
        assert call(change_profile, user=other, body={"bio": "Lifts."}, issued_at=NOW).status == 200


def test_a_reset_in_the_middle_of_a_login_ends_it(instant: datetime) -> None:
    admin, app, _ = set_up()
    other = verified("other@example.com")
    promote(other)
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        body = {"role": "admin", "reset_second_factor": True}
        meanwhile(
            lambda: call(change_role, user=other, admin=True, appointed=False, path={"user_id": admin}, body=body)
        )
        assert answered(session, app.at(later)).code == "invalid_session"


def test_a_member_and_a_demotion_have_no_factor_to_reset(instant: datetime) -> None:
    admin, member = verified(), verified("other@example.com")
    promote(admin)
    for body, status in (
        ({"role": "admin", "reset_second_factor": True}, 409),
        ({"role": "member", "reset_second_factor": True}, 422),
    ):
        answer = call(change_role, user=admin, admin=True, appointed=False, path={"user_id": member}, body=body)
        assert answer.status == status


@pytest.mark.parametrize("operation", ["BatchGetItem", "TransactWriteItems"])
def test_a_login_that_fails_on_the_way_is_completed_by_a_repeat(instant: datetime, operation: str) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        failing = [True]

        def fail(**_: object) -> Any:
            error = {"Error": {"Code": "ServiceUnavailable", "Message": ""}}
            return (aws_response("", 503), error) if failing[0] else None

        aws.client("dynamodb").meta.events.register_first(f"before-call.dynamodb.{operation}", fail)
        assert answered(session, app.at(later)).status == 503
        failing.clear()
        failing.append(False)
        assert answered(session, app.at(later)).status == 200


@pytest.mark.parametrize(("code", "status"), [("InternalErrorException", 503), ("NotAuthorizedException", 401)])
def test_an_outage_of_cognito_costs_an_attempt_and_no_code(
    instant: datetime, cognito: Cognito, code: str, status: int
) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        cognito.fail("AdminInitiateAuth", code)
        assert answered(session, app.at(later)).status == status
        cognito.faults.clear()
        assert answered(session, app.at(later)).status == 200


def test_the_tables_hold_no_seed(instant: datetime) -> None:
    promote(verified())
    begun = log_in().json
    answered(begun["session"], TOTP(begun["secret"]).at(NOW), mailed_code=mailed())
    items = [
        item
        for domain in ("auth", "user")
        for item in aws_client("dynamodb").scan(TableName=catalogue.table_name("test", domain))["Items"]
    ]
    values = [value for item in items for typed in item.values() for value in typed.values()]
    assert begun["secret"].encode() not in [value for value in values if isinstance(value, bytes)]
    assert not any(begun["secret"] in str(value) for value in values)


def test_it_takes_two_trips_beside_cognito(instant: datetime, cognito: Cognito) -> None:
    _, app, _ = set_up()
    later = NOW + 10 * STEP
    with clock.at(later):
        session = log_in().json["session"]
        trips: list[str] = []
        aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: trips.append(model.name))
        cognito.asked.clear()
        assert answered(session, app.at(later)).status == 200
    assert sorted(trips[:2]) == ["BatchGetItem", "UpdateItem"]
    assert (trips[2:], cognito.asked) == (["TransactWriteItems"], ["AdminInitiateAuth"])
