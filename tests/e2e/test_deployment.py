"""What is deployed has the settings of the templates, also those that the engine's CloudFormation drops."""

from __future__ import annotations

import pytest

from infra_cdk import catalogue
from infra_cdk.local.gateway_responses import API_STAGE
from tests.e2e.harness import World

pytestmark = pytest.mark.e2e


def _api(world: World) -> dict[str, str]:
    return {"restApiId": world.stack.api.partition("/restapis/")[2].partition("/")[0], "stageName": API_STAGE}


def test_each_method_has_the_throttle_of_its_declaration(world: World) -> None:
    settings = world.aws("apigateway").get_stage(**_api(world))["methodSettings"]
    found = {
        key.lstrip("/"): (value["throttlingRateLimit"], value["throttlingBurstLimit"])
        for key, value in settings.items()
    }
    for endpoint in catalogue.endpoints():
        declared = endpoint.declaration
        key = f"{declared.path}/{declared.method}".lstrip("/")
        assert found[key] == (declared.throttle.rate, declared.throttle.burst), key


def test_a_method_beyond_its_throttle_refuses_with_a_problem(world: World) -> None:
    gateway = world.aws("apigateway")
    rate, burst = "/~1health/GET/throttling/rateLimit", "/~1health/GET/throttling/burstLimit"

    def limit(*values: str) -> None:
        operations = [
            {"op": "replace", "path": path, "value": value} for path, value in zip((rate, burst), values, strict=True)
        ]
        gateway.update_stage(**_api(world), patchOperations=operations)

    (health,) = (each.declaration for each in catalogue.endpoints() if each.declaration.path == "/health")
    limit("0.01", "2")
    try:
        answers = [world.api.send("GET", "/health") for _ in range(4)]
    finally:
        limit(str(health.throttle.rate), str(health.throttle.burst))
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    refused = answers[-1]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert "Retry-After" in refused.headers
    assert world.api.send("GET", "/gyms/none-of-these").status_code != 429


def test_tables_remove_what_has_expired(world: World) -> None:
    dynamodb = world.aws("dynamodb")
    domains = [service.domain.name for service in catalogue.services() if service.domain.table]
    assert domains
    for domain in domains:
        expiry = dynamodb.describe_time_to_live(TableName=world.named(domain))["TimeToLiveDescription"]
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}, domain
