"""Helpers that hold an event against its published schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from infra_cdk.event_contracts import SAMPLES, SCHEMAS


@cache
def validator(detail_type: str, version: int) -> Draft202012Validator:
    """The validator of an event, from its committed schema."""
    schema = json.loads((SCHEMAS / f"{detail_type}.v{version}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def assert_honours_contract(detail_type: str, detail: dict[str, Any]) -> None:
    """Fail if `detail`, an envelope as it was published, is not what its schema promises."""
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in validator(detail_type, int(detail["version"])).iter_errors(detail)
    ]
    assert not faults, f"{detail_type}: {faults}"


QUEUE_SAMPLES = (
    "sqs_credits_due",
    "sqs_file_readings",
    "sqs_files_due",
    "sqs_holds_due",
    "sqs_purchases_due",
    "sqs_registrations_due",
    "sqs_session_cancellations",
    "sqs_sessions_due",
    "sqs_session_closures",
    "sqs_stripe_event",
)


def queue_sample(queue: str) -> Any:
    """The sample batch of a domain's own queue."""
    return next(batch for batch in map(sample, QUEUE_SAMPLES) if batch["Records"][0]["eventSourceARN"].endswith(queue))


def sample(name: str) -> dict[str, Any]:
    """A sample payload, `"scheduled_event"` or `"bus/SessionBooked.v1"`."""
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def bus_sample(detail_type: str, version: int = 1) -> dict[str, Any]:
    """The sample of an event, as the bus delivers it."""
    return sample(f"bus/{detail_type}.v{version}")
