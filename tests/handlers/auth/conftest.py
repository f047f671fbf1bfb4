"""A user pool in moto."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from auth.registration.consumers.issue_code import handler as issue_code
from auth.registration.endpoints.register_member import handler as register
from auth.registration.endpoints.verify_email import handler as verify_email
from infra_cdk import catalogue
from solo60 import aws, clock
from tests.conftest import Answer, LambdaContext, bus_event, call, outbox, sqs_event
from tests.fakes.aws import aws_client, aws_response, aws_table
from tests.fakes.waiting import VirtualTime

MAILS_PER_SOURCE = 20
PASSWORD = "Correct-Horse-9"
EMAIL = "alix@example.com"
TABLE = catalogue.table_name("test", "auth")


def applicant(**changes: Any) -> dict[str, Any]:
    """A body that registers; `changes` replace members, None drops them."""
    body = {
        "email": EMAIL,
        "password": PASSWORD,
        "first_name": "Alix",
        "last_name": "Example",
        "date_of_birth": "1990-12-10",
        "accept_terms": True,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def registration(registration_id: str) -> dict[str, Any]:
    """What the table holds of a registration."""
    key = {"PK": f"REGISTRATION#{registration_id}", "SK": "REGISTRATION"}
    item: dict[str, Any] = aws_table(TABLE).get_item(Key=key)["Item"]
    return item


def issue_codes() -> None:
    """Let the consumer of registrations and of requests for codes work off what is in the outbox."""
    for event in (*outbox("auth", "RegistrationBegun"), *outbox("auth", "CodeRequested")):
        batch = sqs_event(bus_event("auth", event["detail_type"], event["data"], event_id=event["event_id"]))
        assert issue_code(batch, LambdaContext()) == {"batchItemFailures": []}


def last_code(registration_id: str) -> str:
    """The code that was mailed last for a registration."""
    issued = [event["data"] for event in outbox("auth", "VerificationCodeIssued")]
    return str([data["code"] for data in issued if data["user_id"] == registration_id][-1])


def begun(email: str = EMAIL, *, source_ip: str = "192.0.2.1", **changes: Any) -> str:
    """Register an e-mail; the id of the registration. Its code is not issued yet."""
    answer = call(register, body=applicant(email=email, **changes), source_ip=source_ip)
    assert answer.status == 201, answer.text
    return str(answer.json["registration_id"])


def registered(email: str = EMAIL, *, source_ip: str = "192.0.2.1", **changes: Any) -> str:
    """Register an e-mail and let its code be issued; the id of the registration."""
    registration_id = begun(email, source_ip=source_ip, **changes)
    issue_codes()
    return registration_id


def proof(registration_id: str) -> dict[str, str]:
    """A body that verifies a registration."""
    return {"registration_id": registration_id, "code": last_code(registration_id)}


def verified(email: str = EMAIL, **changes: Any) -> str:
    """Register an e-mail and enter its code; the id of the member."""
    member = registered(email, **changes)
    assert call(verify_email, body=proof(member)).status == 204
    return member


def other_than(code: str) -> str:
    """A code that is not `code`."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


@dataclass
class Cognito:
    """The pool, what was asked of it, and the faults that it is to have.

    Attributes
    ----------
    asked
        Operations in the order in which they were called.
    faults
        Operation to exception, raised instead of an answer.
    """

    client: Any
    pool_id: str
    client_id: str
    asked: list[str] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)

    def user(self, user_id: str) -> dict[str, Any]:
        """A user, the attributes by name."""
        found = self.client.admin_get_user(UserPoolId=self.pool_id, Username=user_id)
        return {**found, "attributes": {item["Name"]: item["Value"] for item in found["UserAttributes"]}}

    def users(self) -> list[str]:
        """The names of all users."""
        return [user["Username"] for user in self.client.list_users(UserPoolId=self.pool_id)["Users"]]

    def groups(self, user_id: str) -> list[str]:
        found = self.client.admin_list_groups_for_user(UserPoolId=self.pool_id, Username=user_id)
        return [group["GroupName"] for group in found["Groups"]]

    def fail(self, operation: str, code: str, message: str = "") -> None:
        """Let an operation fail with one of Cognito's errors."""
        self.faults[operation] = ClientError({"Error": {"Code": code, "Message": message}}, operation)

    def fail_for(self, user_id: str, code: str, message: str = "") -> None:
        """Let logins of one user fail with one of Cognito's errors."""
        error: Any = {"Error": {"Code": code, "Message": message}}

        def before_call(params: dict[str, Any], **_: Any) -> Any:
            return (aws_response("", 400), error) if user_id in str(params["body"]) else None

        aws.client("cognito-idp").meta.events.register_first("before-call.cognito-idp.AdminInitiateAuth", before_call)


@pytest.fixture
def cognito(tables: None, monkeypatch: pytest.MonkeyPatch) -> Cognito:
    client = aws_client("cognito-idp")
    pool_id = client.create_user_pool(
        PoolName="members",
        AliasAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 10,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": False,
            }
        },
        Schema=[{"Name": "user_id", "AttributeDataType": "String", "Mutable": False}],
    )["UserPool"]["Id"]
    client_id = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ReadAttributes=["email", "email_verified", "custom:user_id"]
    )["UserPoolClient"]["ClientId"]
    client.create_group(UserPoolId=pool_id, GroupName="member")
    monkeypatch.setenv("MAILS_PER_SOURCE_AN_HOUR", str(MAILS_PER_SOURCE))
    monkeypatch.setenv("UNVERIFIED_MAILS_AN_HOUR", "1000")
    monkeypatch.setenv("USER_POOL_ID", pool_id)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", client_id)
    monkeypatch.setattr(clock, "time", VirtualTime())
    made = Cognito(client, pool_id, client_id)
    aws.client("cognito-idp").meta.events.register("before-call.cognito-idp", _observer(made))
    return made


def _observer(cognito: Cognito) -> Callable[..., Any]:
    def before_call(model: Any, **_: Any) -> Any:
        cognito.asked.append(model.name)
        if model.name in cognito.faults:
            fault = cognito.faults[model.name]
            if not isinstance(fault, ClientError):
                raise fault
            return aws_response("", 400), fault.response
        return None

    return before_call


def same_answer(first: Answer, second: Answer) -> bool:
    """Whether nobody could tell two answers apart but by their ids."""
    ids = {"X-Request-Id", "X-Correlation-Id"}

    def visible(answer: Answer) -> tuple[int, dict[str, str], str]:
        return answer.status, {k: v for k, v in answer.headers.items() if k not in ids}, answer.text

    return visible(first) == visible(second)
