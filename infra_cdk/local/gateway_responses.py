"""The gateway's own refusals: MiniStack's import of an API document leaves them out, so they are put one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

EXTENSION = "x-amazon-apigateway-gateway-responses"
API_STAGE = "v1"


def _declared(templates: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for template in templates:
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::ApiGateway::RestApi":
                yield from resource["Properties"].get("Body", {}).get(EXTENSION, {}).items()


def put_gateway_responses(apigateway: Any, api_id: str, templates: Iterable[dict[str, Any]]) -> None:
    """Put what the API's document says of them, and deploy it to the stage."""
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda declared: apigateway.put_gateway_response(
                    restApiId=api_id,
                    responseType=declared[0],
                    statusCode=declared[1]["statusCode"],
                    responseParameters=declared[1]["responseParameters"],
                    responseTemplates=declared[1]["responseTemplates"],
                ),
                _declared(templates),
            )
        )
    apigateway.create_deployment(restApiId=api_id, stageName=API_STAGE)
