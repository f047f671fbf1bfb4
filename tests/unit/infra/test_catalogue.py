"""The catalogue: what it finds in a folder of services, in small domains and in those with capabilities."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra_cdk.catalogue import CatalogueError, Service, find_services
from infra_cdk.constructs import construct_id

DOMAIN = """
from solo60.domains import Domain

DOMAIN = Domain(name="{name}", title="Lab", summary="A service for tests.", table=False)
"""
ENDPOINT = """
from solo60.declarations import Access
from solo60.http.endpoint import endpoint


@endpoint("GET", "{path}", access=Access.PUBLIC, grants=())
def handler() -> None:
    \"\"\"Answer nothing.\"\"\"
"""
JOB = """
from solo60.jobs import ScheduledEvent, job


@job("rate(1 day)", grants=())
def handler(event: ScheduledEvent) -> None:
    \"\"\"Do nothing.\"\"\"
"""

_numbers = itertools.count(1)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an empty domain in `tmp_path`, which is on Python's path."""
    name = f"lab{next(_numbers)}"
    monkeypatch.syspath_prepend(str(tmp_path))
    _write(tmp_path / name / "domain.py", DOMAIN.format(name=name))
    yield name
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        del sys.modules[module]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    folder = path.parent
    while not (folder / "domain.py").exists():
        (folder / "__init__.py").touch()
        folder = folder.parent
    (folder / "__init__.py").touch()


def _modules(service: Service) -> list[str]:
    return [function.declaration.module for function in service.functions]


def test_a_small_domain_has_its_folders_at_its_root(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "endpoints" / "get_room.py", ENDPOINT.format(path="/rooms"))
    _write(tmp_path / lab / "jobs" / "clean_rooms.py", JOB)
    _write(tmp_path / lab / "providers" / "port.py", "")
    (service,) = find_services(tmp_path)
    assert _modules(service) == [f"{lab}.endpoints.get_room", f"{lab}.jobs.clean_rooms"]
    assert service.capabilities == ()


def test_a_capability_has_its_folders_inside_and_belongs_to_its_domain(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "endpoints" / "get_map.py", ENDPOINT.format(path="/map"))
    _write(tmp_path / lab / "rooms" / "endpoints" / "get_room.py", ENDPOINT.format(path="/rooms"))
    _write(tmp_path / lab / "rooms" / "jobs" / "clean_rooms.py", JOB)
    _write(tmp_path / lab / "hours" / "endpoints" / "get_hours.py", ENDPOINT.format(path="/hours"))
    (service,) = find_services(tmp_path)
    assert service.capabilities == (f"{lab}.hours", f"{lab}.rooms")
    assert _modules(service) == [
        f"{lab}.hours.endpoints.get_hours",
        f"{lab}.endpoints.get_map",
        f"{lab}.rooms.endpoints.get_room",
        f"{lab}.rooms.jobs.clean_rooms",
    ], "in the order of their names, wherever they are"
    declaration = service.endpoints[2].declaration
    assert (declaration.domain, declaration.name) == (lab, "get-room")
    assert construct_id(declaration) == "EndpointGetRoom"


def test_two_capabilities_cannot_have_functions_of_the_same_name(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "rooms" / "endpoints" / "get_item.py", ENDPOINT.format(path="/rooms"))
    _write(tmp_path / lab / "hours" / "endpoints" / "get_item.py", ENDPOINT.format(path="/hours"))
    with pytest.raises(CatalogueError, match="would be one Lambda"):
        find_services(tmp_path)


def test_two_capabilities_cannot_declare_the_same_route(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "rooms" / "endpoints" / "get_room.py", ENDPOINT.format(path="/rooms"))
    _write(tmp_path / lab / "hours" / "endpoints" / "get_hours.py", ENDPOINT.format(path="/rooms"))
    with pytest.raises(CatalogueError, match="GET /rooms is declared by"):
        find_services(tmp_path)


@pytest.mark.parametrize("text", ["", "handler = print", JOB])
def test_a_file_without_a_declaration_of_its_kind_is_refused(tmp_path: Path, lab: str, text: str) -> None:
    _write(tmp_path / lab / "rooms" / "endpoints" / "get_room.py", text)
    with pytest.raises(CatalogueError, match="declares no `handler` that is a Endpoint"):
        find_services(tmp_path)


def test_a_declaration_belongs_to_the_file_that_makes_it(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "rooms" / "endpoints" / "get_room.py", ENDPOINT.format(path="/rooms"))
    _write(tmp_path / lab / "endpoints" / "get_map.py", f"from {lab}.rooms.endpoints.get_room import handler")
    with pytest.raises(CatalogueError, match="re-exports"):
        find_services(tmp_path)


def test_a_relay_module_that_declares_none_is_refused(tmp_path: Path, lab: str) -> None:
    _write(tmp_path / lab / "relay.py", "handler = print")
    with pytest.raises(CatalogueError, match="declares no relay"):
        find_services(tmp_path)
