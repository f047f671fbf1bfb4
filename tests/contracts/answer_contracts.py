"""A helper that holds an endpoint's answer against the OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from infra_cdk.openapi import public_document
from solo60.http.endpoint import Endpoint
from solo60.http.response import PROBLEM_JSON

SENTENCE = r"(?!.*(Input|Value error|Field required|validation))[A-Z][^{}]*\."
"""What a message of a 422 is: a sentence of ours, not pydantic's words."""


@cache
def _document() -> dict[str, Any]:
    return public_document()


@cache
def _validator(route: str, status: str, media_type: str) -> Draft202012Validator:
    method, path = route.split(" ", 1)
    response = _response(method, path, status)
    schema = response["content"][media_type]["schema"]
    return Draft202012Validator({**schema, "components": _document()["components"]}, format_checker=FormatChecker())


def _response(method: str, path: str, status: str) -> dict[str, Any]:
    responses = _document()["paths"][path][method.lower()]["responses"]
    assert status in responses, f"{method} {path} answers {status}, which its declaration does not say"
    response: dict[str, Any] = responses[status]
    if "$ref" in response:
        response = _document()["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return response


def assert_documented(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    """Fail if an answer, in API Gateway's form, is not one that the document promises.

    A refusal that is missing here is missing in the endpoint's `errors`.
    """
    declaration = endpoint.declaration
    status = str(answer["statusCode"])
    response = _response(declaration.method, declaration.path, status)
    assert answer["headers"]["X-Request-Id"]
    assert ("ETag" in answer["headers"]) <= ("ETag" in response["headers"])
    assert answer["headers"].get("WWW-Authenticate") == ("Bearer" if status == "401" else None)
    if "content" not in response:
        assert answer["body"] == ""
        return
    media_type = answer["headers"]["Content-Type"].split(";")[0]
    assert media_type in response["content"], f"{declaration.route} answers {media_type}"
    if media_type not in {"application/json", PROBLEM_JSON}:
        return
    body = json.loads(answer["body"])
    if media_type == PROBLEM_JSON:
        assert body["status"] == answer["statusCode"]
        assert body["code"] in response["x-problem-codes"], f"{declaration.route} does not declare {body['code']}"
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in _validator(declaration.route, status, media_type).iter_errors(body)
    ]
    faults += [
        f"no sentence: {error}" for error in body.get("errors", ()) if not re.fullmatch(SENTENCE, error["message"])
    ]
    assert not faults, f"{declaration.route} {status} {body.get('code', '')}: {faults}"
