"""POST /auth/register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from auth.endpoints.log_in import handler as login
from auth.endpoints.register_member import handler
from auth.endpoints.verify_email import handler as verify_email
from infra_cdk import catalogue
from solo60 import aws, clock
from tests.conftest import call, outbox
from tests.fakes.aws import aws_client, aws_table
from tests.handlers.auth.conftest import (
    EMAIL,
    PASSWORD,
    Cognito,
    applicant,
    last_code,
    registered,
    registration,
    verified,
)

TABLE = catalogue.table_name("test", "auth")


def change_registration(email: str = EMAIL, **changes: Any) -> None:
    table = aws_table(TABLE)
    table.put_item(Item={**registration(email), **changes})


@contextmanager
def broken_dynamodb(operation: str, call: int) -> Iterator[None]:
    """The function dies in the call of that number, from 1, of DynamoDB's `operation`."""
    seen = [0]
    events = aws.client("dynamodb").meta.events

    def fail(**_: Any) -> None:
        seen[0] += 1
        if seen[0] == call:
            raise RuntimeError("the function died here")

    events.register_first(f"before-call.dynamodb.{operation}", fail)
    try:
        yield
    finally:
        events.unregister(f"before-call.dynamodb.{operation}", fail)


def test_a_new_member_is_registered_and_gets_a_code(cognito: Cognito) -> None:
    answer = call(handler, body=applicant(email=" Alix@Example.COM ", phone="+447700900123"))
    assert answer.status == 201
    assert answer.json == {"email": EMAIL, "status": "verification_sent"}
    [event] = outbox("auth", "UserRegistered")
    assert event["data"] == {
        "user_id": event["data"]["user_id"],
        "email": EMAIL,
        "first_name": "Alix",
        "last_name": "Example",
        "date_of_birth": "1990-12-10",
        "phone": "+447700900123",
        "registration": 1,
    }
    user = cognito.user()
    assert user["UserStatus"] == "CONFIRMED"
    assert user["attributes"]["custom:user_id"] == event["data"]["user_id"]
    assert user["attributes"]["email_verified"] == "false"
    [code] = outbox("auth", "VerificationCodeIssued")
    assert code["data"]["first_name"] == "Alix"
    assert len(code["data"]["code"]) == 6


def test_neither_password_nor_code_is_stored_or_logged(cognito: Cognito, capsys: pytest.CaptureFixture[str]) -> None:
    answer = call(handler, body=applicant(), headers={"Idempotency-Key": "once"})
    items = aws_client("dynamodb").scan(TableName=TABLE)["Items"]
    code = last_code()
    others = [item for item in items if item.get("detail_type", {}).get("S") != "VerificationCodeIssued"]
    assert PASSWORD not in str(items)
    assert code not in str([item.get("code_hash") for item in others])
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
    call(
        handler,
        body=applicant(first_name="Zoë 明", last_name="O'Brien-Ó Súilleabháin Jr.", password="Pa1é-密码密码密码"),
    )
    [event] = outbox("auth", "UserRegistered")
    assert event["data"]["last_name"] == "O'Brien-Ó Súilleabháin Jr."
    call(verify_email, body={"email": EMAIL, "code": last_code()})
    decomposed = "Pa1e\u0301-密码密码密码"
    assert call(login, body={"email": EMAIL, "password": decomposed}).status == 200


def test_the_latest_registration_of_an_unverified_email_wins(cognito: Cognito) -> None:
    first = registered()
    second = registered(first_name="Avery", password="Another-Horse-8")
    events = [event["data"] for event in outbox("auth", "UserRegistered")]
    assert [event["registration"] for event in events] == [1, 2]
    assert len({event["user_id"] for event in events}) == 1
    assert events[1]["first_name"] == "Avery"
    assert first == second or call(verify_email, body={"email": EMAIL, "code": first}).code == "invalid_code"
    assert call(verify_email, body={"email": EMAIL, "code": second}).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 401
    assert call(login, body={"email": EMAIL, "password": "Another-Horse-8"}).status == 200


def test_while_an_email_is_being_registered_another_request_leaves_it_alone(cognito: Cognito) -> None:
    registered()
    now = clock.now()
    lease = {"lease_id": "another", "leased_until": clock.to_sortable(now + timedelta(seconds=5))}
    change_registration(**lease)
    with clock.at(now):
        assert call(handler, body=applicant(first_name="Eve", password="Somebody-Else-1")).status == 201
    assert len(outbox("auth", "UserRegistered")) == 1
    with clock.at(now + timedelta(seconds=6)):
        assert call(handler, body=applicant(first_name="Avery")).status == 201
    assert outbox("auth", "UserRegistered")[-1]["data"]["first_name"] == "Avery"


def test_a_registration_that_fails_at_the_last_step_changes_nothing(cognito: Cognito) -> None:
    registered()

    def take_the_lease(**_: Any) -> None:
        change_registration(lease_id="another")

    events = aws.client("dynamodb").meta.events
    events.register_first("before-call.dynamodb.TransactWriteItems", take_the_lease)
    assert call(handler, body=applicant(first_name="Eve")).status == 201
    assert [event["data"]["first_name"] for event in outbox("auth", "UserRegistered")] == ["Alix"]


@pytest.mark.parametrize("operation", ["AdminCreateUser", "AdminSetUserPassword"])
@pytest.mark.parametrize(
    ("code", "status"), [("InternalErrorException", 503), ("TooManyRequestsException", 429), ("Unheard", 500)]
)
def test_it_continues_after_a_failure_of_cognito(
    cognito: Cognito, operation: str, code: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    cognito.fail(operation, code)
    refused = call(handler, body=applicant())
    assert refused.status == status
    assert status == 500 or refused.headers["Retry-After"]
    cognito.faults.clear()
    assert outbox("auth") == []
    assert call(verify_email, body={"email": EMAIL, "code": registered()}).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200


def test_a_timeout_of_cognito_is_503(cognito: Cognito) -> None:
    cognito.faults["AdminSetUserPassword"] = ReadTimeoutError(endpoint_url="https://cognito")
    assert (call(handler, body=applicant()).status, call(handler, body=applicant()).code) == (
        503,
        "service_unavailable",
    )


def test_it_continues_after_a_crash_before_the_record(cognito: Cognito) -> None:
    with broken_dynamodb("TransactWriteItems", 2):
        assert call(handler, body=applicant()).status == 500
    assert cognito.user()["attributes"]["email_verified"] == "false"
    assert outbox("auth") == []
    code = registered(password="Another-Horse-8")
    assert call(verify_email, body={"email": EMAIL, "code": code}).status == 204
    assert call(login, body={"email": EMAIL, "password": "Another-Horse-8"}).status == 200
    assert outbox("auth", "UserRegistered")[0]["data"]["user_id"] == cognito.user()["attributes"]["custom:user_id"]


def test_it_continues_after_a_crash_when_the_lease_has_expired(cognito: Cognito) -> None:
    now = clock.now()
    with clock.at(now), broken_dynamodb("TransactWriteItems", 2), broken_dynamodb("UpdateItem", 1):
        assert call(handler, body=applicant()).status == 500
        assert registration()["leased_until"] > clock.to_sortable(now)
    with clock.at(now + timedelta(seconds=16)):
        assert call(verify_email, body={"email": EMAIL, "code": registered()}).status == 204


def test_an_account_made_with_other_tools_is_taken_over_unless_it_is_verified(cognito: Cognito) -> None:
    for email, proven in (("old@example.com", "false"), ("owner@example.com", "true")):
        cognito.client.admin_create_user(
            UserPoolId=cognito.pool_id,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": proven},
                {"Name": "custom:user_id", "Value": f"id-of-{email}"},
            ],
        )
        cognito.client.admin_set_user_password(
            UserPoolId=cognito.pool_id, Username=email, Password="The-Owners-Own-1", Permanent=True
        )
    verified("old@example.com")
    assert outbox("auth", "UserRegistered")[0]["data"]["user_id"] == "id-of-old@example.com"
    for _ in range(2):
        assert call(handler, body=applicant(email="owner@example.com")).status == 201
    [told] = outbox("auth", "RegistrationRepeated")
    assert told["data"] == {"user_id": "id-of-owner@example.com", "email": "owner@example.com", "first_name": "there"}
    assert call(login, body={"email": "owner@example.com", "password": PASSWORD}).status == 401
    assert call(login, body={"email": "owner@example.com", "password": "The-Owners-Own-1"}).status == 200


def test_an_address_gets_at_most_ten_codes_an_hour(cognito: Cognito) -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    with clock.at(now):
        for _ in range(12):
            assert call(handler, body=applicant()).status == 201
    assert len(outbox("auth", "VerificationCodeIssued")) == 10
    with clock.at(now + timedelta(minutes=61)):
        call(handler, body=applicant())
    assert len(outbox("auth", "VerificationCodeIssued")) == 11


def test_an_account_that_was_deleted_with_other_tools_is_made_again(cognito: Cognito) -> None:
    registered()
    user_id = registration()["user_id"]
    cognito.client.admin_delete_user(UserPoolId=cognito.pool_id, Username=EMAIL)
    assert call(verify_email, body={"email": EMAIL, "code": registered()}).status == 204
    assert call(login, body={"email": EMAIL, "password": PASSWORD}).status == 200
    assert cognito.user()["attributes"]["custom:user_id"] == user_id


def test_a_password_that_only_cognito_refuses_is_an_error_of_the_field(cognito: Cognito) -> None:
    cognito.fail("AdminSetUserPassword", "InvalidPasswordException", "password history")
    answer = call(handler, body=applicant())
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "/password"
    assert "history" not in json.dumps(answer.json)
