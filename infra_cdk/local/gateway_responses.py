"""What MiniStack's import of an API document leaves out, put one by one: the gateway's refusals, the preflights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

EXTENSION = "x-amazon-apigateway-gateway-responses"
INTEGRATION = "x-amazon-apigateway-integration"
API_STAGE = "v1"
PARALLEL = 4


def _documents(templates: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for template in templates:
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::ApiGateway::RestApi":
                yield resource["Properties"].get("Body", {})


def put_gateway_responses(apigateway: Any, api_id: str, templates: Iterable[dict[str, Any]]) -> None:
    """Put what the API's document says of refusals and preflights, and deploy it to the stage."""
    resources = {
        resource["path"]: resource["id"]
        for page in apigateway.get_paginator("get_resources").paginate(restApiId=api_id, limit=500)
        for resource in page["items"]
    }

    def put_refusal(declared: tuple[str, dict[str, Any]]) -> None:
        name, refusal = declared
        apigateway.put_gateway_response(
            restApiId=api_id,
            responseType=name,
            statusCode=refusal["statusCode"],
            responseParameters=refusal["responseParameters"],
            responseTemplates=refusal["responseTemplates"],
        )

    def put_preflight(declared: tuple[str, dict[str, Any]]) -> None:
        path, integration = declared
        method = {"restApiId": api_id, "resourceId": resources[path], "httpMethod": "OPTIONS"}
        answer = integration["responses"]["default"]
        apigateway.put_integration(**method, type="MOCK", requestTemplates=integration["requestTemplates"])
        apigateway.put_integration_response(
            **method, statusCode=answer["statusCode"], responseParameters=answer["responseParameters"]
        )

    with ThreadPoolExecutor(PARALLEL) as pool:
        for document in _documents(templates):
            list(pool.map(put_refusal, document.get(EXTENSION, {}).items()))
            preflights = {
                path: item["options"][INTEGRATION]
                for path, item in document.get("paths", {}).items()
                if "options" in item
            }
            list(pool.map(put_preflight, preflights.items()))
    apigateway.create_deployment(restApiId=api_id, stageName=API_STAGE)
