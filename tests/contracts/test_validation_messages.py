"""What every endpoint says of values that are not valid: sentences for a person, with the place of each fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from infra_cdk import catalogue
from infra_cdk.openapi.examples import MissingExampleError, example_of, example_request
from solo60.http import json_body
from solo60.http.endpoint import Endpoint
from solo60.http.parameters import arguments
from solo60.http.request import Request
from solo60.problems import InvalidRequest, MalformedRequest
from solo60.validation import MESSAGES, UNKNOWN, errors_of, in_body, in_parameters, message_of
from tests.contracts.answer_contracts import SENTENCE

ENDPOINTS = catalogue.endpoints()
WITH_BODY = [endpoint for endpoint in ENDPOINTS if endpoint.signature.body]
WITH_PARAMETERS = [endpoint for endpoint in ENDPOINTS if endpoint.signature.path or endpoint.signature.query]

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    7,
    10**30,
    2.5,
    -1e300,
    "",
    " ",
    "x",
    "x" * 9000,
    "\u202e",
    "a\nb",
    "2026-03-02T18:30:00",
    "1980-01-01T00:00:00Z",
    "2026-02-30",
    "1980-01-01",
    [],
    [None],
    ["x"] * 300,
    {},
    {"no_such/field": 1},
)


def _places(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """The place of every value that a schema describes, each with a valid value that contains it."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if options:
        for option in options:
            yield from _places(option, definitions)
        return
    try:
        whole = example_of(schema, definitions)
    except MissingExampleError:
        whole = None
    yield (), whole
    for name, member in schema.get("properties", {}).items():
        for place, inside in _places(member, definitions):
            yield (name, *place), {**whole, name: inside}
    if "items" in schema:
        for place, inside in _places(schema["items"], definitions):
            yield (0, *place), [inside]


def _replaced(value: Any, place: tuple[int | str, ...], junk: Any) -> Any:
    if not place:
        return junk
    changed = deepcopy(value)
    inner = changed
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = junk
    return changed


def _bodies(endpoint: Endpoint) -> Iterator[Any]:
    assert endpoint.signature.body
    schema = TypeAdapter(endpoint.signature.body[1]).json_schema()
    for place, value in _places(schema, schema.get("$defs", {})):
        for junk in JUNK:
            yield _replaced(value, place, junk)
    yield {name: {} for name in schema.get("properties", {})}


def _assert_resolves(pointer: str, body: Any) -> None:
    """The pointer leads to a value of the body, or to a member that its object should have."""
    if pointer == "body":
        return
    assert pointer.startswith("/")
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
    for part in parents:
        body = body[int(part)] if isinstance(body, list) else body[part]
    assert isinstance(body, dict) or int(last) < len(body)


def _error(endpoint: Endpoint, body: Any) -> ValidationError | None:
    assert endpoint.signature.body
    try:
        json_body.parse(endpoint.signature.body[1], json.dumps(body).encode())
    except ValidationError as error:
        return error
    return None


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=lambda endpoint: endpoint.declaration.route)
def test_faults_of_a_body_are_told_in_sentences_and_by_pointers(endpoint: Endpoint) -> None:
    refused = [(body, error) for body in _bodies(endpoint) if (error := _error(endpoint, body))]
    assert len(refused) > len(JUNK) / 2
    for body, error in refused:
        assert {each["type"] for each in error.errors()} <= set(MESSAGES)
        for each in errors_of(error):
            assert re.fullmatch(SENTENCE, each["message"]), each
            _assert_resolves(each["field"], body)


@pytest.mark.parametrize("endpoint", WITH_PARAMETERS, ids=lambda endpoint: endpoint.declaration.route)
def test_faults_of_parameters_are_told_in_sentences_and_by_name(endpoint: Endpoint) -> None:
    example = example_request(endpoint.declaration)
    query = endpoint.signature.query
    names = {field.alias or name for name, field in query[1].model_fields.items()} if query else set()
    texts = [junk for junk in JUNK if isinstance(junk, str)] + ["1", "-1", "1e9", "1.5", "nan", "true"]
    refused = set()
    for name in {*names, *example.path, "no_such_parameter"}:
        for text in texts:
            path = {**example.path, name: text} if name in example.path else example.path
            given = {**example.query, name: text} if name not in example.path else example.query
            event = {
                "httpMethod": endpoint.declaration.method,
                "pathParameters": path,
                "multiValueQueryStringParameters": {key: [str(value)] for key, value in given.items()},
                "body": None if example.body is None else json.dumps(example.body),
            }
            try:
                arguments(endpoint.signature, Request.from_event(event, "correlation"))
            except InvalidRequest as problem:
                for each in problem.errors:
                    refused.add(each["field"].split("/")[0])
                    assert re.fullmatch(SENTENCE, each["message"]), each
                    assert each["message"] != UNKNOWN
    assert {*example.path, "no_such_parameter"} <= refused <= {*names, *example.path, "no_such_parameter"}


def test_every_fault_is_in_the_detail_too() -> None:
    errors = [{"field": f"/items/{number}", "message": "This must be text."} for number in range(9)]
    detail = InvalidRequest(errors).detail
    assert detail.split(". ")[:2] == ["/items/0: This must be text", "/items/1: This must be text"]
    assert detail.count("This must be text.") == 9


@pytest.mark.parametrize(
    ("location", "pointer", "name"),
    [
        ((), "body", ""),
        (("name",), "/name", "name"),
        (("invitees", 0), "/invitees/0", "invitees/0"),
        (("a/b", "c~d"), "/a~1b/c~0d", "a~1b/c~0d"),
        (("",), "/", ""),
    ],
)
def test_a_field_is_a_pointer_or_a_name(location: tuple[int | str, ...], pointer: str, name: str) -> None:
    assert in_body(location) == pointer
    if location:
        assert in_parameters(location) == name


@pytest.mark.parametrize(
    ("kind", "context", "message"),
    [
        ("greater_than_equal", {"ge": -90.0}, "This must be at least -90."),
        ("less_than_equal", {"le": 1440}, "This must be at most 1440."),
        ("too_short", {"field_type": "Value", "min_length": 1}, "This must have at least 1 character."),
        ("too_long", {"field_type": "Value", "max_length": 40}, "This must have at most 40 characters."),
        ("too_long", {"field_type": "List", "max_length": 20}, "This must have at most 20 items."),
        ("string_too_long", {"max_length": 2}, "This must have at most 2 characters."),
        ("enum", {"expected": "'price', 'rating' or 'name'"}, "This must be price, rating or name."),
        ("value_error", {"error": ValueError("This {has} braces.")}, "This {has} braces."),
        ("an_error_of_tomorrow", {}, UNKNOWN),
    ],
)
def test_a_sentence_says_what_is_expected(kind: str, context: dict[str, Any], message: str) -> None:
    assert message_of(kind, context) == message


def test_a_body_that_is_no_json_has_no_faults_to_tell() -> None:
    endpoint = WITH_BODY[0]
    with pytest.raises(MalformedRequest):
        arguments(endpoint.signature, Request.from_event({"body": "{"}, "correlation"))
