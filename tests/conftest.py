"""Fixtures for everything below the HTTP boundary: DynamoDB by moto, and a caller of handlers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from aws_lambda_powertools.utilities.typing import LambdaContext as PowertoolsContext
from hypothesis import settings

from infra_cdk import catalogue
from solo60 import clock
from solo60.collaborators import forget_collaborators
from solo60.events import OUTBOX_KIND
from solo60.http.endpoint import Endpoint
from solo60.http.request import CLAIMED_TIME
from solo60.ids import new_id
from solo60.roles import ADMIN, role_key
from tests import grants_in_use
from tests.fakes.aws import REGION, fake_aws
from tests.fakes.waiting import remember_tokens, without_waiting
from tests.workers import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

# No deadlines: a slow machine is no fault. In CI the same examples every time; elsewhere new ones, which find more.
settings.register_profile("solo60", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("solo60")


def pytest_configure(config: pytest.Config) -> None:
    """Judge the grants at the end of a complete run."""
    config.pluginmanager.register(grants_in_use.GrantsInUse())


def _in_wide_frames(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    runtestprotocol(item, nextitem=nextitem)


# CPython 3.11 to 3.13 keep frames in chunks of 16 KB, and a loop at a chunk's edge maps and unmaps memory at every
# call: a third of what a test with moto costs. A frame of this width has room behind it for all that it calls.
_in_wide_frames.__code__ = _in_wide_frames.__code__.replace(co_stacksize=65_536)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, in wide frames."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    _in_wide_frames(item, nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@dataclass(frozen=True)
class Answer:
    """What a handler answered, for assertions."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str | None:
        """The problem's code, if it is a problem."""
        return self.json.get("code") if self.headers.get("Content-Type") == "application/problem+json" else None


class LambdaContext(PowertoolsContext):
    """The least that Powertools asks of a context."""

    _function_name = "solo60-test"
    _memory_limit_in_mb = 512
    _invoked_function_arn = "arn:aws:lambda:eu-west-2:123456789012:function:solo60-test"
    _aws_request_id = "00000000-0000-7000-8000-000000000000"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 10_000


def claims(
    user_id: str,
    *,
    admin: bool = False,
    verified: bool = True,
    email: str | None = None,
    issued_at: datetime | None = None,
    login: str = "",
) -> dict[str, str]:
    """The claims that the gateway's authorizer passes on for an id token that is issued now, or at `issued_at`."""
    return {
        "sub": "0" * 8 + user_id[8:],
        "custom:user_id": user_id,
        "email": email or f"{user_id[-6:]}@example.com",
        "email_verified": "true" if verified else "false",
        "cognito:groups": "admin,member" if admin else "member",
        "token_use": "id",
        "iat": (issued_at or clock.now()).strftime(CLAIMED_TIME),
        **({"origin_jti": login} if login else {}),
    }


def appoint(user_id: str) -> None:
    """Let the recorded role of a member be that of an admin."""
    key = role_key(user_id)
    item = {"PK": {"S": key.pk}, "SK": {"S": key.sk}, "kind": {"S": "role"}, "role": {"S": ADMIN}}
    fake_aws().put(catalogue.table_name("test", "user"), item)


def call(
    handler: Endpoint,
    *,
    user: str | None = None,
    admin: bool = False,
    verified: bool = True,
    body: Any = None,
    raw_body: str | None = None,
    path: dict[str, str] | None = None,
    query: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    email: str | None = None,
    source_ip: str = "192.0.2.1",
    appointed: bool = True,
    issued_at: datetime | None = None,
    login: str = "",
) -> Answer:
    """Call an endpoint as API Gateway would: `user` is the caller's id, `query` values may be lists.

    An `admin` has the group in the token and, unless not `appointed`, the recorded role. `issued_at` and `login` are
    those of the token.
    """
    declaration = handler.declaration
    if user and admin and appointed:
        appoint(user)
    filled = declaration.path
    for name, value in (path or {}).items():
        filled = filled.replace("{" + name + "}", value)
    given: dict[str, str] = {}
    if user:
        given = claims(user, admin=admin, verified=verified, email=email, issued_at=issued_at, login=login)
    multi = {k: [str(i) for i in v] if isinstance(v, list) else [str(v)] for k, v in (query or {}).items()}
    event = {
        "httpMethod": declaration.method,
        "path": filled,
        "resource": declaration.path,
        "pathParameters": path or None,
        "queryStringParameters": {k: v[-1] for k, v in multi.items()} or None,
        "multiValueQueryStringParameters": multi or None,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": raw_body if raw_body is not None else (None if body is None else json.dumps(body)),
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": new_id(),
            "stage": "v1",
            "identity": {"sourceIp": source_ip},
            "authorizer": {"claims": given} if user else {},
        },
    }
    answer = handler(event, LambdaContext())
    return Answer(answer["statusCode"], answer["headers"], answer["body"])


def outbox(domain: str, detail_type: str | None = None) -> list[dict[str, Any]]:
    """The envelopes of the events in a domain's outbox, oldest first, each with its `detail_type`."""
    found = [
        {"detail_type": item["detail_type"]["S"], **json.loads(item["detail"]["S"])}
        for item in fake_aws().items(catalogue.table_name("test", domain), OUTBOX_KIND)
    ]
    return sorted(
        (event for event in found if detail_type in {None, event["detail_type"]}), key=lambda e: str(e["event_id"])
    )


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """An SQS batch as Lambda receives it, one record a body."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"handle-{number}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1790000000000"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-2:123456789012:test",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


def bus_event(
    source: str,
    detail_type: str,
    data: dict[str, Any],
    *,
    event_id: str | None = None,
    occurred_at: str = "2026-03-02T10:00:00Z",
) -> dict[str, Any]:
    """An event as the bus puts it on a consumer's queue; give it to `sqs_event`."""
    return {
        "version": "0",
        "id": "bus-id",
        "detail-type": detail_type,
        "source": f"solo60.{source}",
        "account": "123456789012",
        "time": "2026-03-02T10:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": {
            "event_id": event_id or new_id(),
            "occurred_at": occurred_at,
            "version": 1,
            "correlation_id": "test-correlation",
            "data": data,
        },
    }


ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "VERSION": "test",
    "FILE_STORE": "s3",
    "POWERTOOLS_METRICS_NAMESPACE": "Solo60",
    "POWERTOOLS_SERVICE_NAME": "test",
}
"""What every function finds in its environment."""


@contextmanager
def moto_tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every domain's table in moto, empty, the settings that all functions read, and the cursor secret."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    without_waiting(monkeypatch)
    remember_tokens(monkeypatch)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    account = fake_aws()
    for name, value in account.variables.items():
        monkeypatch.setenv(name, value)
    forget_collaborators()
    with account.in_use():
        yield
    forget_collaborators()


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`moto_tables` around a test."""
    with moto_tables(monkeypatch):
        yield


@pytest.fixture
def member() -> str:
    """The id of a member."""
    return new_id()


@pytest.fixture
def make_member() -> Callable[[], str]:
    """Ids of further members."""
    return new_id
