"""The lean OpenAPI 3.0.1 document that API Gateway is built from: routes, integrations, authorizer, refusals.

The gateway checks only that bodies are JSON. The handlers report all errors of an invalid body at once, which the
gateway's validation cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra_cdk import catalogue
from infra_cdk.openapi.refusals import gateway_refusals
from solo60.declarations import EndpointDeclaration
from solo60.http.endpoint import Endpoint
from solo60.http.response import EXPOSED_HEADERS

AUTHORIZER = "IdToken"
VALIDATOR = "json-body"
ANY_JSON = "AnyJson"
CORS_REQUEST_HEADERS = "Authorization,Content-Type,Idempotency-Key,If-Match,X-Correlation-Id,X-Api-Key"
PREFLIGHT_SECONDS = 3600

_PATH_PARAMETER = re.compile(r"\{([^}]+)\}")


def gateway_document(
    *,
    function_arn: Callable[[EndpointDeclaration], str],
    authorizer_pool_arn: str,
    allowed_origin: str,
    region: str | None = None,
    partition: str = "aws",
) -> dict[str, Any]:
    """The document for `SpecRestApi`. Every value may be a CDK token.

    Parameters
    ----------
    function_arn
        The ARN of an endpoint's Lambda, with its alias.
    authorizer_pool_arn
        The Cognito user pool whose id tokens are accepted.
    allowed_origin
        The origin for CORS.
    region
        The account and region of the functions; those of the deploying stack if None.
    """
    if region is None:
        from aws_cdk import Aws

        region = Aws.REGION
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in catalogue.endpoints():
        declaration = endpoint.declaration
        uri = (
            f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
            f"{function_arn(declaration)}/invocations"
        )
        paths.setdefault(declaration.path, {})[declaration.method.lower()] = _operation(endpoint, uri)
    for path, operations in paths.items():
        operations["options"] = _preflight(path, [method.upper() for method in operations], allowed_origin)
    return {
        "openapi": "3.0.1",
        "info": {"title": "SOLO60", "version": "v1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {ANY_JSON: {}},
            "securitySchemes": {
                AUTHORIZER: {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {
                        "type": "cognito_user_pools",
                        "providerARNs": [authorizer_pool_arn],
                    },
                }
            },
        },
        "x-amazon-apigateway-request-validators": {
            VALIDATOR: {"validateRequestBody": True, "validateRequestParameters": False}
        },
        "x-amazon-apigateway-gateway-responses": {
            refusal.type: refusal.as_extension() for refusal in gateway_refusals(allowed_origin)
        },
    }


def _operation(endpoint: Endpoint, uri: str) -> dict[str, Any]:
    declaration = endpoint.declaration
    operation: dict[str, Any] = {
        "operationId": operation_id(declaration),
        "responses": {str(declaration.status): {"description": declaration.summary}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": uri,
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": min(declaration.timeout_seconds * 1000, 29_000),
        },
    }
    parameters = _path_parameters(declaration.path)
    if parameters:
        operation["parameters"] = parameters
    if declaration.access.authenticated:
        operation["security"] = [{AUTHORIZER: []}]
    if endpoint.signature.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{ANY_JSON}"}}},
        }
        operation["x-amazon-apigateway-request-validator"] = VALIDATOR
    return operation


def operation_id(declaration: EndpointDeclaration) -> str:
    """The stable id of an operation, from which clients name their methods: `book_session`."""
    return declaration.name.replace("-", "_")


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PARAMETER.findall(path)
    ]


def _preflight(path: str, methods: list[str], allowed_origin: str) -> dict[str, Any]:
    headers = {
        "Access-Control-Allow-Origin": allowed_origin,
        "Access-Control-Allow-Methods": ",".join(sorted([*methods, "OPTIONS"])),
        "Access-Control-Allow-Headers": CORS_REQUEST_HEADERS,
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    operation: dict[str, Any] = {
        "responses": {
            "200": {
                "description": "CORS preflight",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "passthroughBehavior": "when_no_match",
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {
                        f"method.response.header.{name}": f"'{value}'" for name, value in headers.items()
                    },
                }
            },
        },
    }
    parameters = _path_parameters(path)
    if parameters:
        operation["parameters"] = parameters
    return operation
