"""GET /health."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.endpoints.get_health import handler
from solo60 import clock
from tests.conftest import call


def test_health_returns_version_and_time_without_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERSION", "1.2.3")
    with clock.at(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)):
        answer = call(handler)
    assert answer.status == 200
    assert answer.json == {"status": "ok", "version": "1.2.3", "time": "2026-03-29T01:30:00Z"}


def test_an_unknown_query_parameter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERSION", "1.2.3")
    answer = call(handler, query={"verbose": "1"})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert answer.json["errors"] == [{"field": "verbose", "message": "This is not a known field."}]
