"""solo60.http.fingerprint: what makes two requests the same."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

import pytest
from pydantic import BaseModel, SecretStr

from infra_cdk import catalogue
from infra_cdk.openapi.examples import example_request
from solo60.http.endpoint import Endpoint
from solo60.http.fingerprint import fingerprint
from solo60.http.parameters import arguments
from solo60.http.request import Request

POSTS = [endpoint for endpoint in catalogue.endpoints() if endpoint.declaration.method == "POST"]


class Account(BaseModel):
    """A body with a secret."""

    password: SecretStr
    at: datetime | None = None


def _account(password: str, at: str | None = None) -> dict[str, Account]:
    return {"body": Account(password=SecretStr(password), at=datetime.fromisoformat(at) if at else None)}


def test_secrets_count() -> None:
    assert fingerprint("k", _account("one")) == fingerprint("k", _account("one"))
    assert fingerprint("k", _account("one")) != fingerprint("k", _account("two"))


def test_instants_count_and_their_offsets_do_not() -> None:
    utc = fingerprint("k", _account("one", "2026-03-04T18:00:00+00:00"))
    assert utc == fingerprint("k", _account("one", "2026-03-04T19:00:00+01:00"))
    assert utc != fingerprint("k", _account("one", "2026-03-04T18:00:00+01:00"))


def test_it_is_keyed_and_tells_nothing() -> None:
    assert fingerprint("k", _account("one")) != fingerprint("l", _account("one"))
    assert "one" not in fingerprint("k", _account("one"))


def test_a_path_and_a_body_with_the_same_value_differ() -> None:
    order = UUID("01996f3a-8a10-7c22-9d4e-51b0c6a7f201")
    assert fingerprint("k", {"gym_id": order}) != fingerprint("k", {"session_id": order})


def test_what_cannot_be_compared_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        fingerprint("k", {"body": object()})


@pytest.mark.parametrize("endpoint", POSTS, ids=lambda endpoint: endpoint.declaration.route)
def test_the_request_of_every_post_can_be_compared(endpoint: Endpoint) -> None:
    example = example_request(endpoint.declaration)
    request = Request.from_event(
        {"pathParameters": example.path, "body": example.body and json.dumps(example.body)}, "correlation"
    )
    values, _ = arguments(endpoint.signature, request)
    assert fingerprint("k", values) == fingerprint("k", arguments(endpoint.signature, request)[0])
