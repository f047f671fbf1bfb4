"""The writes of a banned member, over every endpoint of the catalogue, with the example request of each."""

from __future__ import annotations

import pytest

from infra_cdk.catalogue import endpoints
from infra_cdk.openapi.examples import example_request
from solo60 import clock
from solo60.bans import Ban, ban_key
from solo60.declarations import BanCheck
from solo60.http.endpoint import Endpoint
from tests.conftest import call
from tests.handlers.faults import watched

WRITES = [endpoint for endpoint in endpoints() if endpoint.declaration.writes]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("endpoint", WRITES, ids=[endpoint.declaration.route for endpoint in WRITES])
def test_a_banned_member_writes_nothing(endpoint: Endpoint, member: str) -> None:
    key = ban_key(member)
    Ban(key.pk, key.sk, banned_until=clock.from_rfc3339("2999-01-01T00:00:00Z")).save()
    example = example_request(endpoint.declaration)
    with watched("TransactWriteItems") as wire:
        answer = call(
            endpoint,
            user=member,
            admin=True,
            path=example.path,
            query=example.query,
            body=example.body,
            headers={**example.headers, "Idempotency-Key": "k"},
        )
    if endpoint.declaration.ban_check is BanCheck.IN_USE_CASE:
        # One rule among others: its own tests show its place. Here it must not succeed.
        assert answer.status in {403, 404, 409}
    else:
        assert (answer.status, answer.code) == (403, "account_banned")
    assert all("ConditionCheck" in str(sent) for sent in wire.sent)
