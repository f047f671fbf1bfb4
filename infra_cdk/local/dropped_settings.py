"""Settings of the templates that MiniStack's CloudFormation drops, put through the services' API after a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

EVERY_METHOD = ("/*", "*")
"""The stage's own throttle, which the deployment does put."""


def _properties(templates: Iterable[dict[str, Any]], type: str) -> Iterator[dict[str, Any]]:
    for template in templates:
        for resource in template["Resources"].values():
            if resource["Type"] == type:
                yield resource["Properties"]


def put_throttles(apigateway: Any, api_id: str, templates: Iterable[dict[str, Any]]) -> None:
    """Put the throttle of each method: CloudFormation's spelling of its path is taken for another path.

    Parameters
    ----------
    apigateway
        A client.
    api_id
        Of the deployed API.
    templates
        As they were deployed.
    """
    for stage in _properties(templates, "AWS::ApiGateway::Stage"):
        operations = [
            {
                "op": "replace",
                "path": f"{setting['ResourcePath']}/{setting['HttpMethod']}/throttling/{name}",
                "value": str(setting[property]),
            }
            for setting in stage["MethodSettings"]
            if (setting["ResourcePath"], setting["HttpMethod"]) != EVERY_METHOD
            for name, property in (("rateLimit", "ThrottlingRateLimit"), ("burstLimit", "ThrottlingBurstLimit"))
        ]
        apigateway.update_stage(restApiId=api_id, stageName=stage["StageName"], patchOperations=operations)


def put_expiry(dynamodb: Any, templates: Iterable[dict[str, Any]]) -> None:
    """Let tables remove items whose time is over.

    Parameters
    ----------
    dynamodb
        A client.
    templates
        As they were deployed.
    """
    for table in _properties(templates, "AWS::DynamoDB::Table"):
        if "TimeToLiveSpecification" in table:
            dynamodb.update_time_to_live(
                TableName=table["TableName"], TimeToLiveSpecification=table["TimeToLiveSpecification"]
            )
