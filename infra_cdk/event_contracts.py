"""The events' contracts: a JSON Schema for each published event, generated from its class.

`python -m infra_cdk.event_contracts` writes `events/schemas/`. A test fails if a file differs from its class, so that
reviewers see every change that may affect consumers.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from infra_cdk import catalogue
from solo60.events import Envelope, Event

SCHEMAS = catalogue.ROOT / "events" / "schemas"
SAMPLES = catalogue.ROOT / "events" / "samples"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def published_events() -> tuple[type[Event], ...]:
    """All published events, by name: the event classes without subclasses."""
    found: set[type[Event]] = set()
    for service in catalogue.services():
        try:
            module = importlib.import_module(f"{service.domain.name}.events")
        except ModuleNotFoundError:
            continue
        own = {
            item
            for item in vars(module).values()
            if isinstance(item, type) and issubclass(item, Event) and item.__module__ == module.__name__
        }
        found |= {event for event in own if not any(event in other.__mro__[1:] for other in own)}
    return tuple(sorted(found, key=lambda event: event.detail_type()))


def file_name(event: type[Event]) -> str:
    """`SessionBooked.v1.json`."""
    return f"{event.detail_type()}.v{event.VERSION}.json"


def schema(event: type[Event]) -> dict[str, Any]:
    """The schema of the event's `detail`: the envelope and the data in it."""
    envelope = Envelope[event]  # type: ignore[valid-type]
    generated = envelope.model_json_schema(mode="serialization")
    generated["properties"]["version"] = {"const": event.VERSION}
    return {
        "$schema": DIALECT,
        "$id": f"urn:solo60:event:{event.detail_type()}:v{event.VERSION}",
        **generated,
        "title": event.detail_type(),
        "description": (event.__doc__ or "").strip().partition("\n")[0],
        "x-amazon-events-detail-type": event.detail_type(),
        "x-amazon-events-source": f"solo60.{event.SOURCE}",
    }


def contents() -> dict[Path, str]:
    """All schema files with their contents."""
    return {
        SCHEMAS / file_name(event): json.dumps(schema(event), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for event in published_events()
    }


def main() -> int:
    """Write the schemas, and delete those of removed events."""
    wanted = contents()
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for path in set(SCHEMAS.glob("*.json")) - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
