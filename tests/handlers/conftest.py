"""Holds everything that a handler test provokes against what is published of it: answers and events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra_cdk.catalogue import endpoints, services, table_name
from solo60.events import OUTBOX_KIND
from solo60.http.endpoint import Endpoint
from tests import grants_in_use
from tests.contracts.answer_contracts import assert_documented
from tests.contracts.event_contracts import assert_honours_contract
from tests.fakes.aws import fake_aws


@pytest.fixture(autouse=True)
def answers_are_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer has a status, a code and a body that the OpenAPI document promises."""
    declared = {endpoint.declaration.module for endpoint in endpoints()}
    answer = Endpoint.__call__

    def checked(self: Endpoint, event: dict[str, Any], context: Any) -> dict[str, Any]:
        answered = answer(self, event, context)
        if self.declaration.module in declared:
            assert_documented(self, answered)
        return answered

    monkeypatch.setattr(Endpoint, "__call__", checked)


@pytest.fixture(autouse=True)
def grants_cover_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function asks nothing of AWS that its grants do not give."""
    grants_in_use.watch(monkeypatch)


@pytest.fixture(autouse=True)
def events_honour_their_contracts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every event that a handler leaves in its outbox honours its schema."""
    if "tables" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("tables")
    yield
    for service in services():
        if service.relay is None:
            continue
        for item in fake_aws().items(table_name("test", service.domain.name), OUTBOX_KIND):
            assert_honours_contract(item["detail_type"]["S"], json.loads(item["detail"]["S"]))
