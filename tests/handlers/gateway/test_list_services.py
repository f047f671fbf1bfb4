"""GET /services."""

from __future__ import annotations

from gateway.endpoints.list_services import handler
from infra_cdk import catalogue
from tests.conftest import call


def test_every_service_is_listed_with_its_endpoints_and_their_access() -> None:
    answer = call(handler)
    assert answer.status == 200
    listed = {
        (service["name"], endpoint["method"], endpoint["path"], endpoint["access"])
        for service in answer.json["items"]
        for endpoint in service["endpoints"]
    }
    assert listed == {
        (e.declaration.domain, e.declaration.method, e.declaration.path, e.declaration.access.value)
        for e in catalogue.endpoints()
    }


def test_a_service_has_a_summary_and_a_base_path() -> None:
    gateway = next(item for item in call(handler).json["items"] if item["name"] == "gateway")
    assert gateway["title"] == "Gateway"
    assert gateway["base_path"] == "/"
    assert gateway["summary"]
    assert {"method": "GET", "path": "/health", "access": "public"}.items() <= gateway["endpoints"][1].items()
