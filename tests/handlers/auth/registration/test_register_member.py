"""POST /auth/register."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from auth.login.endpoints.log_in import handler as login
from auth.registration.endpoints.register_member import handler
from auth.registration.endpoints.verify_email import handler as verify_email
from solo60 import aws, clock
from tests.conftest import Answer, call, outbox
from tests.fakes.aws import aws_client, aws_table
from tests.handlers.auth.conftest import (
    EMAIL,
    MAILS_PER_SOURCE,
    PASSWORD,
    TABLE,
    Cognito,
    applicant,
    begun,
    issue_codes,
    last_code,
    proof,
    registered,
    registration,
    verified,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_registration_has_an_id_a_user_and_a_password_of_its_own(cognito: Cognito) -> None:
    answer = call(handler, body=applicant(email=" Alix@Example.COM ", phone="+447700900123"))
    assert answer.status == 201
    made = answer.json["registration_id"]
    assert answer.json == {"email": EMAIL, "status": "verification_sent", "registration_id": made}
    user = cognito.user(made)
    assert user["UserStatus"] == "CONFIRMED"
    assert (user["attributes"]["custom:user_id"], user["attributes"]["email"]) == (made, EMAIL)
    assert user["attributes"]["email_verified"] == "false"
    assert [event["data"] for event in outbox("auth")] == [{"registration_id": made, "email": EMAIL}]


def test_nothing_leaves_the_service_before_the_code_is_entered(cognito: Cognito) -> None:
    registered()
    assert {event["detail_type"] for event in outbox("auth")} == {"RegistrationBegun", "VerificationCodeIssued"}
    assert outbox("user") == []


def test_neither_password_nor_code_is_stored_or_logged(cognito: Cognito, capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(handler, body=applicant(), headers={"Idempotency-Key": "once"})
    issue_codes()
    items = aws_client("dynamodb").scan(TableName=TABLE)["Items"]
    code = last_code(answer.json["registration_id"])
    others = [item for item in items if item.get("detail_type", {}).get("S") != "VerificationCodeIssued"]
    assert PASSWORD not in str(items)
    assert f"'{code}'" not in str(others)
    output = capsys.readouterr()
    assert PASSWORD not in output.out + output.err + answer.text
    assert code not in output.out + output.err


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no-address"}, "/email"),
        ({"email": "ä@example.com"}, "/email"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 20}.example"}, "/email"),
        ({"password": "Short1"}, "/password"),
        ({"password": "lower-case-only-1"}, "/password"),
        ({"password": "UPPER-CASE-ONLY-1"}, "/password"),
        ({"password": "No-Digits-In-Here"}, "/password"),
        ({"password": "With Spaces In 1t"}, "/password"),
        ({"password": "Aa1" + "x" * 254}, "/password"),
        ({"password": "Aa1" + "🦄" * 127}, "/password"),
        ({"first_name": "   "}, "/first_name"),
        ({"first_name": "x" * 61}, "/first_name"),
        ({"first_name": "Win at evil.com"}, "/first_name"),
        ({"first_name": "Win at Evil.Com"}, "/first_name"),
        ({"first_name": "bit.Ly now"}, "/first_name"),
        ({"first_name": "evil\u3002com"}, "/first_name"),
        ({"first_name": "Alix\nBcc: all"}, "/first_name"),
        ({"last_name": "<b>"}, "/last_name"),
        ({"date_of_birth": "2009-02-29"}, "/date_of_birth"),
        ({"date_of_birth": "1790-01-01"}, "/date_of_birth"),
        ({"date_of_birth": "2999-01-01"}, "/date_of_birth"),
        ({"date_of_birth": 631152000}, "/date_of_birth"),
        ({"date_of_birth": "631152000"}, "/date_of_birth"),
        ({"accept_terms": 1}, "/accept_terms"),
        ({"accept_terms": False}, "/accept_terms"),
        ({"accept_terms": "true"}, "/accept_terms"),
        ({"phone": "07700 900123"}, "/phone"),
        ({"first_name": "http://evil.example/login"}, "/first_name"),
        ({"phone": "+٤٤٧٧٠٠٩٠٠١٢٣"}, "/phone"),
        ({"role": "admin"}, "/role"),
    ],
)
def test_what_is_not_valid_is_refused_by_field(cognito: Cognito, changes: dict[str, Any], field: str) -> None:
    answer = call(handler, body=applicant(**changes))
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert cognito.asked == []


def test_all_errors_are_reported_at_once(cognito: Cognito) -> None:
    answer = call(handler, body={"email": "x", "password": "x", "first_name": "", "date_of_birth": "2020-01-01"})
    assert {error["field"] for error in answer.json["errors"]} == {
        "/email",
        "/password",
        "/first_name",
        "/last_name",
        "/date_of_birth",
        "/accept_terms",
    }
    [password] = [error["message"] for error in answer.json["errors"] if error["field"] == "/password"]
    for wanted in ("10 characters", "upper-case", "digit"):
        assert wanted in password
    assert call(handler, raw_body='{"email": ').code == "malformed_request"
    assert call(handler, body=[]).status == 422
    assert call(handler, raw_body="x" * 70_000).status == 413


@pytest.mark.parametrize(
    ("now", "born", "status"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), "2008-03-01", 201),
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), "2008-03-01", 422),
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), "2008-02-29", 422),
        (datetime(2026, 3, 1, tzinfo=UTC), "2008-02-29", 201),
        (datetime(2028, 2, 29, tzinfo=UTC), "2010-03-01", 422),
    ],
)
def test_members_are_eighteen_on_the_day(cognito: Cognito, now: datetime, born: str, status: int) -> None:
    with clock.at(now):
        assert call(handler, body=applicant(date_of_birth=born)).status == status


def test_names_and_passwords_of_any_script_are_taken(cognito: Cognito) -> None:
    member = verified(first_name="Zoë 明", last_name="O'Brien-Ó Súilleabháin Jr.", password="Pa1é-密码密码密码")
    [event] = outbox("auth", "UserRegistered")
    assert (event["data"]["user_id"], event["data"]["last_name"]) == (member, "O'Brien-Ó Súilleabháin Jr.")
    decomposed = "Pa1e\u0301-密码密码密码"
    assert call(login, body={"email": EMAIL, "password": decomposed}).status == 200


def test_registrations_of_one_address_do_not_touch_each_other(cognito: Cognito) -> None:
    owner = registered()
    stranger = registered(first_name="Eve", password="Somebody-Else-1", source_ip="192.0.2.66")
    assert owner != stranger
    assert call(verify_email, body=proof(owner)).status == 204
    [event] = outbox("auth", "UserRegistered")
    assert (event["data"]["user_id"], event["data"]["first_name"]) == (owner, "Alix")
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200
    # As if the address had no owner; but no code of it counts any more.
    assert call(login, body={"email": EMAIL, "password": "Somebody-Else-1"}).code == "email_not_verified"
    assert call(verify_email, body=proof(stranger)).code == "invalid_code"


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize("known", ["new", "pending", "verified"])
def test_it_makes_the_same_four_calls_whatever_is_known_of_the_address(
    cognito: Cognito, known: str, headers: dict[str, str]
) -> None:
    if known != "new":
        (registered if known == "pending" else verified)()
    cognito.asked.clear()
    sent: list[list[str]] = []
    aws.client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: sent.append(["".join(item) for item in params["TransactItems"]]),
    )
    assert call(handler, body=applicant(), headers=headers).status == 201
    assert cognito.asked == ["AdminCreateUser", "AdminSetUserPassword"]
    key = ["Put"] if headers else []
    assert sent == [[*key, "Put", "Update"], [*key, "Put"]]


def test_an_address_with_an_account_answers_as_a_new_one(cognito: Cognito) -> None:
    def shown(answer: Answer) -> tuple[Any, ...]:
        named = {**answer.json, "registration_id": ""}
        return answer.status, named, answer.headers.keys(), len(answer.text)

    fresh = call(handler, body=applicant())
    issue_codes()
    call(verify_email, body=proof(fresh.json["registration_id"]))
    assert shown(call(handler, body=applicant(password="Somebody-Else-1", first_name="Eve"))) == shown(fresh)


def test_a_source_causes_twenty_mails_an_hour(cognito: Cognito) -> None:
    with clock.at(NOW):
        for number in range(MAILS_PER_SOURCE + 3):
            assert begun(f"m{number}@example.com")
        assert len(outbox("auth", "RegistrationBegun")) == MAILS_PER_SOURCE
        assert len(cognito.users()) == MAILS_PER_SOURCE
        begun("other@example.com", source_ip="192.0.2.2")
        assert len(outbox("auth", "RegistrationBegun")) == MAILS_PER_SOURCE + 1
    with clock.at(NOW + timedelta(hours=1)):
        begun()
    assert len(outbox("auth", "RegistrationBegun")) == MAILS_PER_SOURCE + 2


def test_beyond_the_limit_a_key_still_keeps_the_answer(cognito: Cognito) -> None:
    with clock.at(NOW):
        for number in range(MAILS_PER_SOURCE):
            begun(f"m{number}@example.com")
        first, again = (call(handler, body=applicant(), headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")


def test_all_addresses_of_one_household_are_one_source(cognito: Cognito) -> None:
    with clock.at(NOW):
        for number in range(MAILS_PER_SOURCE + 1):
            begun(f"m{number}@example.com", source_ip=f"2001:db8:0:1::{number:x}")
    assert len(outbox("auth", "RegistrationBegun")) == MAILS_PER_SOURCE


@pytest.mark.parametrize("operation", ["AdminCreateUser", "AdminSetUserPassword"])
@pytest.mark.parametrize(
    ("code", "status"), [("InternalErrorException", 503), ("TooManyRequestsException", 429), ("Unheard", 500)]
)
def test_after_a_failure_of_cognito_it_can_be_repeated(
    cognito: Cognito, operation: str, code: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    key = {"Idempotency-Key": "k"}
    cognito.fail(operation, code)
    refused = call(handler, body=applicant(), headers=key)
    assert refused.status == status
    assert status == 500 or refused.headers["Retry-After"]
    cognito.faults.clear()
    assert outbox("auth") == []
    member = call(handler, body=applicant(), headers=key).json["registration_id"]
    issue_codes()
    assert call(verify_email, body=proof(member)).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200


def test_a_timeout_of_cognito_is_503(cognito: Cognito) -> None:
    cognito.faults["AdminSetUserPassword"] = ReadTimeoutError(endpoint_url="https://cognito")
    assert call(handler, body=applicant()).code == "service_unavailable"


@pytest.mark.parametrize(
    ("operation", "code", "field"),
    [
        ("AdminSetUserPassword", "InvalidPasswordException", "/password"),
        ("AdminCreateUser", "InvalidParameterException", "/email"),
    ],
)
def test_what_only_cognito_refuses_is_an_error_of_the_field(
    cognito: Cognito, operation: str, code: str, field: str
) -> None:
    cognito.fail(operation, code, "history")
    answer = call(handler, body=applicant())
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert "history" not in json.dumps(answer.json)


def test_a_key_replays_the_answer_and_refuses_another_body(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "3f1c"}
    first = call(handler, body=applicant(), headers=key)
    second = call(handler, body=applicant(), headers=key)
    assert (second.status, second.json) == (first.status, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(outbox("auth", "RegistrationBegun")) == 1
    other = call(handler, body=applicant(password="Another-Horse-8"), headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_key_in_flight_prevents_a_second_request(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "3f1c"}
    meanwhile: list[Answer] = []

    def send_again(model: Any, **_: Any) -> None:
        if model.name == "AdminSetUserPassword" and not meanwhile:
            meanwhile.append(call(handler, body=applicant(), headers=key))

    aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp", send_again)
    assert call(handler, body=applicant(), headers=key).status == 201
    assert [(answer.status, answer.code) for answer in meanwhile] == [(409, "request_in_flight")]
    assert cognito.asked == ["AdminCreateUser", "AdminSetUserPassword"]


def test_two_who_share_an_address_of_the_network_may_choose_the_same_key(cognito: Cognito) -> None:
    key = {"Idempotency-Key": "1"}
    for email in (EMAIL, "robin@example.com"):
        answer = call(handler, body=applicant(email=email), headers=key)
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_a_code_in_clear_is_soon_forgotten(cognito: Cognito) -> None:
    with clock.at(NOW):
        verified()
        kept = {
            item["detail_type"]: int(item["ttl"]) - clock.epoch_seconds(NOW)
            for item in aws_table(TABLE).scan()["Items"]
            if item["kind"] == "outbox"
        }
    assert kept == dict.fromkeys(
        ("EmailVerified", "RegistrationBegun", "UserRegistered", "VerificationCodeIssued"), 3600
    )


def test_the_names_leave_the_registration_when_it_is_verified(cognito: Cognito) -> None:
    waiting = registered()
    assert registration(waiting)["first_name"] == "Alix"
    call(verify_email, body=proof(waiting))
    assert not {"first_name", "last_name", "date_of_birth", "phone"} & registration(waiting).keys()
