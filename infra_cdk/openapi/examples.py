"""A valid example request of each endpoint, from the examples in its schemas.

The published document shows these requests; the tests and benchmarks that need a request of each endpoint send them.
An object's own example (`json_schema_extra={"examples": [...]}` in its `model_config`) is taken as it is; otherwise its
example consists of its required properties. A value without an example is an error, never a guess.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from solo60.declarations import EndpointDeclaration
from solo60.http.parameters import Signature
from solo60.http.request import RawBody

Schema = dict[str, Any]


class MissingExampleError(Exception):
    """A schema has no example: add `Field(examples=[...])`, or an example of the whole model."""


@dataclass(frozen=True)
class ExampleRequest:
    """A request that satisfies its endpoint's schemas.

    Ids, codes and tokens in it have the right form but belong to nothing: replace them with real ones where the
    endpoint has to find something.

    Attributes
    ----------
    path
        Path parameters by name.
    query
        Query parameters by name; a list is sent as a repeated parameter.
    headers
        Headers that the endpoint needs, except `Authorization`.
    body
        The JSON body; None for an endpoint without one.
    """

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def path_of(self, declaration: EndpointDeclaration) -> str:
        """The endpoint's path with the example's parameters in their places."""
        return declaration.path.format(**self.path)


def example_request(declaration: EndpointDeclaration) -> ExampleRequest:
    """The example request of an endpoint; a new copy each time.

    Raises
    ------
    MissingExampleError
        A value of one of its schemas has no example.
    """
    return deepcopy(_example_request(declaration))


@cache
def _example_request(declaration: EndpointDeclaration) -> ExampleRequest:
    signature = Signature.of(declaration.function)
    path = {name: str(_example(annotation, name)) for name, annotation in signature.path.items()}
    query = _example(signature.query[1], declaration.module) if signature.query else {}
    if signature.body:
        body = _example(signature.body[1], declaration.module)
    else:
        # A provider's signed event cannot be an example: only the provider can sign it.
        body = {} if RawBody in signature.provided.values() else None
    headers = {} if body is None else {"Content-Type": "application/json"}
    return ExampleRequest(path, query, headers, body)


def _example(annotation: Any, name: str) -> Any:
    schema = TypeAdapter(annotation).json_schema()
    return example_of(schema, schema.get("$defs", {}), name)


def example_of(schema: Schema, definitions: dict[str, Schema], name: str = "") -> Any:
    """The example of a JSON Schema.

    Parameters
    ----------
    schema
        A schema as pydantic generates it for validation.
    definitions
        The schemas that its references name.
    name
        Where the schema stands, for the error.

    Raises
    ------
    MissingExampleError
        It has none.
    """
    values = schema.get("examples") or schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        return values[0]
    if "$ref" in schema:
        return example_of(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions, name)
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if option.get("type") != "null":
            return example_of(option, definitions, name)
    if schema.get("type") == "object":
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        return {each: example_of(properties[each], definitions, f"{name}.{each}") for each in required}
    if schema.get("type") == "array":
        return [example_of(schema["items"], definitions, f"{name}[]")] if schema.get("minItems") else []
    raise MissingExampleError(f"{name}: {schema}")
