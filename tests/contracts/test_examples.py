"""The example request of each endpoint: complete, valid by its schemas, and read by the endpoint as it stands."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from infra_cdk import catalogue
from infra_cdk.openapi import public_document
from infra_cdk.openapi.examples import ExampleRequest, MissingExampleError, example_of, example_request
from solo60.http.endpoint import Endpoint
from solo60.http.parameters import arguments
from solo60.http.request import Request

DOCUMENT = public_document()
ENDPOINTS = catalogue.endpoints()
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.declaration.route)


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = DOCUMENT["paths"][endpoint.declaration.path][endpoint.declaration.method.lower()]
    return operation


def _faults(schema: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())
    return [fault.message for fault in validator.iter_errors(value)]


def _as_received(endpoint: Endpoint, example: ExampleRequest) -> Request:
    multi = {name: value if isinstance(value, list) else [str(value)] for name, value in example.query.items()}
    return Request.from_event(
        {
            "httpMethod": endpoint.declaration.method,
            "path": example.path_of(endpoint.declaration),
            "pathParameters": example.path,
            "multiValueQueryStringParameters": multi,
            "headers": example.headers,
            "body": None if example.body is None else json.dumps(example.body),
        },
        "correlation",
    )


@each_endpoint
def test_an_endpoint_reads_its_example(endpoint: Endpoint) -> None:
    example = example_request(endpoint.declaration)
    values, _ = arguments(endpoint.signature, _as_received(endpoint, example))
    assert set(values) == {
        *endpoint.signature.path,
        *(part[0] for part in (endpoint.signature.query, endpoint.signature.body) if part),
    }


@each_endpoint
def test_an_example_is_valid_by_the_published_schemas(endpoint: Endpoint) -> None:
    example = example_request(endpoint.declaration)
    operation = _operation(endpoint)
    parameters = {(each["in"], each["name"]): each for each in operation["parameters"] if "name" in each}
    required = {key for key, each in parameters.items() if each.get("required")}
    given = {("path", name): value for name, value in example.path.items()}
    given |= {("query", name): value for name, value in example.query.items()}
    assert required <= set(given) <= set(parameters)
    for key, value in given.items():
        assert _faults(parameters[key]["schema"], value) == []
    assert (example.body is not None) == ("requestBody" in operation)
    if example.body is not None:
        assert example.headers["Content-Type"] == "application/json"
        assert _faults(operation["requestBody"]["content"]["application/json"]["schema"], example.body) == []


@each_endpoint
def test_a_body_of_optional_fields_has_an_example_that_says_something(endpoint: Endpoint) -> None:
    if endpoint.signature.body is not None:
        assert example_request(endpoint.declaration).body


def test_an_example_may_be_changed_by_who_asks_for_it() -> None:
    endpoint = next(each for each in ENDPOINTS if each.declaration.route == "POST /sessions/book")
    example_request(endpoint.declaration).body["duration"] = 0
    assert example_request(endpoint.declaration).body["duration"] == 60


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "integer", "minimum": 1}, {}])
def test_a_value_without_an_example_is_an_error_and_no_guess(schema: dict[str, Any]) -> None:
    with pytest.raises(MissingExampleError, match="Thing"):
        example_of({"type": "object", "required": ["a"], "properties": {"a": schema}}, {}, "Thing")


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"examples": [7, 8], "type": "integer"}, 7),
        ({"const": True}, True),
        ({"enum": ["b", "a"]}, "b"),
        ({"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Known"}]}, {"x": 1}),
        ({"type": "array", "items": {"$ref": "#/$defs/Known"}}, []),
        ({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Known"}}, [{"x": 1}]),
    ],
)
def test_an_example_comes_from_the_schema(schema: dict[str, Any], example: Any) -> None:
    known = {"type": "object", "required": ["x"], "properties": {"x": {"examples": [1]}, "y": {"type": "string"}}}
    assert example_of(schema, {"Known": known}) == example


def _with_decimals(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_decimals(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_decimals(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@each_endpoint
def test_an_endpoint_reads_its_examples_integers_written_with_a_decimal_point(endpoint: Endpoint) -> None:
    example = example_request(endpoint.declaration)
    whole, _ = arguments(endpoint.signature, _as_received(endpoint, example))
    decimals, _ = arguments(
        endpoint.signature, _as_received(endpoint, replace(example, body=_with_decimals(example.body)))
    )
    assert decimals == whole
