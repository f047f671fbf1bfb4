"""The producers' side: what every published event looks like when it leaves."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from infra_cdk import event_contracts
from infra_cdk.catalogue import services
from solo60 import correlation, settings
from solo60.events import Envelope, Event, OutboxItem, publish
from solo60.transaction import Transaction
from tests.conftest import LambdaContext
from tests.contracts.event_contracts import assert_honours_contract, bus_sample, sample

EVENTS = event_contracts.published_events()
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.detail_type())


def _domain_of(event: type[Event]) -> str:
    return event.__module__.split(".")[0]


@each_event
def test_the_committed_schema_is_that_of_the_class(event: type[Event]) -> None:
    path = event_contracts.SCHEMAS / event_contracts.file_name(event)
    expected = event_contracts.contents()[path]
    assert path.read_text(encoding="utf-8") == expected, "run `python -m infra_cdk.event_contracts`"


def test_no_schema_or_sample_exists_for_a_removed_event() -> None:
    names = {event_contracts.file_name(event) for event in EVENTS}
    assert {path.name for path in event_contracts.SCHEMAS.iterdir()} == names
    assert {path.name for path in (event_contracts.SAMPLES / "bus").iterdir()} == names


def test_no_two_events_share_a_name() -> None:
    names = [event.detail_type() for event in EVENTS]
    assert sorted(names) == sorted(set(names))


@each_event
def test_an_event_is_published_by_its_own_service_which_has_a_relay(event: type[Event]) -> None:
    service = next(service for service in services() if service.domain.name == event.SOURCE)
    assert _domain_of(event) == event.SOURCE
    assert service.relay is not None
    assert service.relay.declaration.domain == event.SOURCE


@each_event
def test_the_sample_is_a_complete_bus_event_valid_for_schema_and_class(event: type[Event]) -> None:
    found = bus_sample(event.detail_type(), event.VERSION)
    assert found["source"] == f"solo60.{event.SOURCE}"
    assert found["detail-type"] == event.detail_type()
    assert_honours_contract(event.detail_type(), found["detail"])
    data = event.model_validate(found["detail"]["data"])
    assert set(found["detail"]["data"]) == set(event.model_fields), "a sample shows every member"
    assert json.loads(data.model_dump_json()) == found["detail"]["data"]


@each_event
def test_what_publish_puts_into_the_outbox_honours_the_schema(
    event: type[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TABLE_{event.SOURCE.upper()}", "table")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    put: list[OutboxItem] = []
    monkeypatch.setattr(Transaction, "put", lambda self, record, **_: put.append(record))
    given = event.model_validate(bus_sample(event.detail_type())["detail"]["data"])
    with correlation.following("the-callers-own"):
        event_id = publish(Transaction(), given)
    detail = json.loads(put[0].detail)
    assert_honours_contract(put[0].detail_type, detail)
    assert put[0].source == f"solo60.{event.SOURCE}"
    assert (detail["event_id"], detail["correlation_id"]) == (event_id, "the-callers-own")
    assert Envelope[event].model_validate(detail).data == given  # type: ignore[valid-type]


@each_event
def test_a_reader_ignores_members_that_it_does_not_know(event: type[Event]) -> None:
    detail = bus_sample(event.detail_type())["detail"]
    newer = {**detail, "traceparent": "00-1", "data": {**detail["data"], "added_later": {"a": 1}}}
    assert_honours_contract(event.detail_type(), newer)
    known = Envelope[event].model_validate(newer)  # type: ignore[valid-type]
    assert known == Envelope[event].model_validate(detail)  # type: ignore[valid-type]


@each_event
def test_the_schema_refuses_an_event_without_any_of_its_required_members(event: type[Event]) -> None:
    detail = bus_sample(event.detail_type())["detail"]
    for name in ("event_id", "occurred_at", "version", "correlation_id", "data"):
        if name != "version":
            _assert_refused(event, {key: value for key, value in detail.items() if key != name})
    for name, field in event.model_fields.items():
        if field.is_required():
            data = {key: value for key, value in detail["data"].items() if key != name}
            _assert_refused(event, {**detail, "data": data})


def _assert_refused(event: type[Event], detail: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        assert_honours_contract(event.detail_type(), detail)


def test_the_relay_puts_on_the_bus_what_the_stream_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.EVENT_BUS, "solo60-dev")
    entries: list[dict[str, Any]] = []

    class Bus:
        def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's own name
            entries.extend(Entries)
            return {"Entries": [{"EventId": "1"} for _ in Entries]}

    monkeypatch.setattr("solo60.relay.aws", SimpleNamespace(client=lambda service: Bus()))
    relay = next(service.relay for service in services() if service.domain.name == "session")
    assert relay is not None
    assert relay(sample("dynamodb_stream_outbox"), LambdaContext()) == {"batchItemFailures": []}
    (entry,) = entries
    assert entry["EventBusName"] == "solo60-dev"
    assert (entry["Source"], entry["DetailType"]) == ("solo60.session", "SessionBooked")
    assert_honours_contract(entry["DetailType"], json.loads(entry["Detail"]))
