"""A user pool in moto, and what moto lacks of Cognito."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from auth.endpoints.register_member import handler as register
from auth.endpoints.verify_email import handler as verify_email
from infra_cdk import catalogue
from solo60 import aws
from tests.conftest import Answer, call, outbox
from tests.fakes.aws import aws_client, aws_response, aws_table

PASSWORD = "Correct-Horse-9"
EMAIL = "alix@example.com"
TABLE = catalogue.table_name("test", "auth")
LACKED_BY_MOTO = ("GetTokensFromRefreshToken", "RevokeToken")


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


def registration(email: str = EMAIL) -> dict[str, Any]:
    """What the table holds of an e-mail."""
    key = {"PK": f"EMAIL#{email}", "SK": "REGISTRATION"}
    item: dict[str, Any] = aws_table(TABLE).get_item(Key=key)["Item"]
    return item


def last_code(email: str = EMAIL) -> str:
    """The code that was mailed last."""
    codes = [event["data"] for event in outbox("auth", "VerificationCodeIssued") if event["data"]["email"] == email]
    return str(codes[-1]["code"])


def registered(email: str = EMAIL, **changes: Any) -> str:
    """Register an e-mail; its code."""
    assert call(register, body=applicant(email=email, **changes)).status == 201
    return last_code(email)


def verified(email: str = EMAIL, **changes: Any) -> None:
    """Register an e-mail and enter its code."""
    assert call(verify_email, body={"email": email, "code": registered(email, **changes)}).status == 204


@dataclass
class Cognito:
    """The pool, what was asked of it, and the faults that it is to have.

    Attributes
    ----------
    asked
        Operations in the order in which they were called.
    faults
        Operation to exception, raised instead of an answer.
    revoked
        Refresh tokens that were revoked.
    """

    client: Any
    pool_id: str
    client_id: str
    asked: list[str] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    rotated: dict[str, str] = field(default_factory=dict)

    def user(self, email: str = EMAIL) -> dict[str, Any]:
        """An account, its attributes by name."""
        found = self.client.admin_get_user(UserPoolId=self.pool_id, Username=email)
        return {**found, "attributes": {item["Name"]: item["Value"] for item in found["UserAttributes"]}}

    def groups(self, email: str = EMAIL) -> list[str]:
        found = self.client.admin_list_groups_for_user(UserPoolId=self.pool_id, Username=email)
        return [group["GroupName"] for group in found["Groups"]]

    def fail(self, operation: str, code: str, message: str = "") -> None:
        """Let an operation fail with one of Cognito's errors."""
        self.faults[operation] = ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.fixture
def cognito(tables: None, monkeypatch: pytest.MonkeyPatch) -> Cognito:
    client = aws_client("cognito-idp")
    pool_id = client.create_user_pool(
        PoolName="members",
        UsernameAttributes=["email"],
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
        UserPoolId=pool_id, ClientName="app", ReadAttributes=["email", "email_verified"]
    )["UserPoolClient"]["ClientId"]
    client.create_group(UserPoolId=pool_id, GroupName="member")
    monkeypatch.setenv("USER_POOL_ID", pool_id)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", client_id)
    made = Cognito(client, pool_id, client_id)
    aws.client("cognito-idp").meta.events.register("before-call.cognito-idp", _observer(made))
    return made


def _observer(cognito: Cognito) -> Callable[..., Any]:
    def before_call(model: Any, params: dict[str, Any], **_: Any) -> Any:
        cognito.asked.append(model.name)
        if model.name in cognito.faults:
            fault = cognito.faults[model.name]
            if not isinstance(fault, ClientError):
                raise fault
            return aws_response("", 400), fault.response
        if model.name in LACKED_BY_MOTO:
            return _answer_for_moto(cognito, model.name, params)
        return None

    return before_call


def _answer_for_moto(cognito: Cognito, operation: str, params: dict[str, Any]) -> Any:
    body = json.loads(params["body"])
    if operation == "RevokeToken":
        cognito.revoked.append(body["Token"])
        return aws_response("", 200), {}
    old = body["RefreshToken"]
    if old in cognito.rotated or old in cognito.revoked:
        return _refused("NotAuthorizedException")
    try:
        result = cognito.client.admin_initiate_auth(
            UserPoolId=cognito.pool_id,
            ClientId=cognito.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": cognito.rotated.get(f"from:{old}", old)},
        )["AuthenticationResult"]
    except (ClientError, KeyError):
        return _refused("NotAuthorizedException")
    new = f"rotated-{len(cognito.rotated)}"
    cognito.rotated[old] = new
    cognito.rotated[f"from:{new}"] = cognito.rotated.get(f"from:{old}", old)
    return aws_response("", 200), {"AuthenticationResult": {**result, "RefreshToken": new}}


def _refused(code: str) -> Any:
    return aws_response("", 400), {"Error": {"Code": code, "Message": "Invalid Refresh Token"}}


def same_answer(first: Answer, second: Answer) -> bool:
    """Whether nobody could tell two answers apart but by their ids."""
    ids = {"X-Request-Id", "X-Correlation-Id"}

    def visible(answer: Answer) -> tuple[int, dict[str, str], str]:
        return answer.status, {k: v for k, v in answer.headers.items() if k not in ids}, answer.text

    return visible(first) == visible(second)
