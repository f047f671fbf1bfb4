"""What the local engine's CloudFormation drops reaches it through its API, in the spelling that it enforces."""

from __future__ import annotations

from typing import Any

import pytest
from ministack.services import apigateway_v1

from infra_cdk.local.dropped_settings import put_expiry, put_throttles
from tests.fakes.aws import aws_client


def template(type: str, **properties: Any) -> dict[str, Any]:
    other = {"Type": "AWS::SNS::Topic", "Properties": {}}
    return {"Resources": {"Other": other, "It": {"Type": type, "Properties": properties}}}


def setting(path: str, method: str, rate: int, burst: int) -> dict[str, Any]:
    return {"ResourcePath": path, "HttpMethod": method, "ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst}


class Gateway:
    """MiniStack's API Gateway with one stage."""

    def __init__(self) -> None:
        self.stage: dict[str, Any] = {"methodSettings": {"*/*": {"throttlingRateLimit": 100.0}}}

    def update_stage(self, *, restApiId: str, stageName: str, patchOperations: list[Any]) -> None:  # noqa: N803
        assert (restApiId, stageName) == ("api", "v1")
        apigateway_v1._apply_stage_patch(self.stage, patchOperations)

    def limits(self, path: str, method: str) -> tuple[float, int | None]:
        entry = apigateway_v1._method_throttle_settings(self.stage, path, method)
        return entry["throttlingRateLimit"], entry.get("throttlingBurstLimit")


def test_a_method_has_its_own_throttle_and_the_others_that_of_the_stage() -> None:
    gateway = Gateway()
    settings = [
        setting("/*", "*", 1, 2),
        setting("/~1gyms~1{gym_id}", "GET", 10, 20),
        setting("/~1gyms~1{gym_id}", "PATCH", 30, 40),
    ]
    put_throttles(gateway, "api", [template("AWS::ApiGateway::Stage", StageName="v1", MethodSettings=settings)])
    assert gateway.limits("/gyms/{gym_id}", "GET") == (10, 20)
    assert gateway.limits("/gyms/{gym_id}", "PATCH") == (30, 40)
    assert gateway.limits("/gyms", "GET") == (100, None)


@pytest.mark.usefixtures("tables")
def test_a_table_removes_what_has_expired_if_its_template_says_so() -> None:
    dynamodb: Any = aws_client("dynamodb")
    for name in ("expires", "keeps"):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    expiry = {"AttributeName": "ttl", "Enabled": True}
    put_expiry(
        dynamodb,
        [
            template("AWS::DynamoDB::Table", TableName="expires", TimeToLiveSpecification=expiry),
            template("AWS::DynamoDB::Table", TableName="keeps"),
        ],
    )
    found = {
        name: dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"] for name in ("expires", "keeps")
    }
    assert found["expires"] == {"AttributeName": "ttl", "TimeToLiveStatus": "ENABLED"}
    assert found["keeps"]["TimeToLiveStatus"] == "DISABLED"
