"""JSON Schemas of all models of the declarations, as one set of components."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from solo60.http.endpoint import Endpoint
from solo60.http.response import Cacheable, NotModified, Raw, Tagged
from solo60.models import Empty

REF_TEMPLATE = "#/components/schemas/{model}"
_PREFIX = REF_TEMPLATE.format(model="")

Schema = dict[str, Any]
_NOT_IN_KOTLIN = {"name", "ordinal", "entries"}
"""Values that cannot name a member of Kotlin's enums, which have properties of these names."""

_Wanted = tuple[str, JsonSchemaMode]


class Components:
    """The schemas of all endpoints, and the components that they refer to."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        adapters: dict[_Wanted, TypeAdapter[Any]] = {}
        for endpoint in endpoints:
            module = endpoint.declaration.module
            signature = endpoint.signature
            for name, annotation in signature.path.items():
                adapters[(f"{module} path {name}", "validation")] = TypeAdapter(annotation)
            if signature.body:
                adapters[(f"{module} body", "validation")] = TypeAdapter(signature.body[1])
            if signature.query:
                adapters[(f"{module} query", "validation")] = TypeAdapter(signature.query[1])
            answered = answer_model(signature.answer)
            if answered is not None:
                adapters[(f"{module} answer", "serialization")] = TypeAdapter(answered)
            for name, annotation in _conflict_fields(endpoint).items():
                adapters[(f"{module} conflict {name}", "serialization")] = TypeAdapter(annotation)
        schemas, definitions = TypeAdapter.json_schemas(
            [(key, mode, adapter) for (key, mode), adapter in adapters.items()], ref_template=REF_TEMPLATE
        )
        self._schemas: dict[str, Schema] = {str(key): for_generators(schema) for (key, _), schema in schemas.items()}
        self._definitions: dict[str, Schema] = {
            _plain(name): for_generators(schema) for name, schema in definitions.get("$defs", {}).items()
        }

    def path(self, endpoint: Endpoint, name: str) -> Schema:
        """The schema of a path parameter."""
        return self._schemas[f"{endpoint.declaration.module} path {name}"]

    def body(self, endpoint: Endpoint) -> Schema:
        """The schema of the body."""
        return self._schemas[f"{endpoint.declaration.module} body"]

    def query(self, endpoint: Endpoint) -> Schema:
        """The schema of the query string, as an object without references."""
        schema = self._schemas[f"{endpoint.declaration.module} query"]
        return self._definitions[schema["$ref"].removeprefix(_PREFIX)] if "$ref" in schema else schema

    def answer(self, endpoint: Endpoint) -> Schema | None:
        """The schema of the response, or None if it has no JSON body."""
        return self._schemas.get(f"{endpoint.declaration.module} answer")

    def conflict_members(self, endpoint: Endpoint) -> dict[str, Schema]:
        """The schemas of the additional fields in the endpoint's 409 problems."""
        module = endpoint.declaration.module
        return {name: self._schemas[f"{module} conflict {name}"] for name in _conflict_fields(endpoint)}

    def add(self, name: str, schema: Schema) -> Schema:
        """Add a component; returns a reference to it."""
        self._definitions[name] = schema
        return {"$ref": REF_TEMPLATE.format(model=name)}

    def used_by(self, document: Any) -> dict[str, Schema]:
        """The components that `document` refers to, and those that they refer to."""
        used: dict[str, Schema] = {}
        waiting = list(_references(document))
        while waiting:
            name = waiting.pop()
            if name not in used and name in self._definitions:
                used[name] = self._definitions[name]
                waiting += _references(used[name])
        return dict(sorted(used.items()))


def _conflict_fields(endpoint: Endpoint) -> dict[str, Any]:
    """The fields that the endpoint's 409 problems have in addition, with their annotations."""
    view = endpoint.declaration.conflict_view
    fields = {} if view is None else get_type_hints(view)["return"].model_fields
    return {name: Annotated[field.annotation, field] for name, field in fields.items()}


def answer_model(annotation: Any) -> Any:
    """The model of an endpoint's JSON response, from its return annotation; None without a JSON body."""
    if annotation in {None, type(None), Raw, Cacheable, NotModified, Empty}:
        return None
    if get_origin(annotation) is Tagged:
        return get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        models = tuple(model for item in get_args(annotation) if (model := answer_model(item)) is not None)
        return Union[models] if models else None  # noqa: UP007 - built at run time
    return annotation


def is_raw(annotation: Any) -> bool:
    """Whether an endpoint returns a body that is not JSON by a model."""
    return bool({Raw, Cacheable} & {annotation, *get_args(annotation)})


def is_conditional(annotation: Any) -> bool:
    """Whether an endpoint answers `If-None-Match`."""
    return NotModified in get_args(annotation)


def is_tagged(annotation: Any) -> bool:
    """Whether the response of an endpoint has an `ETag`."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return any(is_tagged(item) for item in get_args(annotation))
    return annotation is Tagged or get_origin(annotation) is Tagged


def for_generators(node: Any) -> Any:
    """A schema of pydantic's in the words that all generators of clients understand.

    Without the titles that pydantic makes from names, which generators take for names of classes; without a default of
    null, for which some make a member required; with an `enum` of one value for `const`, which several do not support.
    """
    if isinstance(node, list):
        return [for_generators(item) for item in node]
    if not isinstance(node, dict):
        return node
    schema: Schema = {}
    for key, value in node.items():
        if key in {"examples", "example", "enum"}:
            schema[key] = value
        elif key == "properties":
            schema[key] = {name: for_generators(member) for name, member in value.items()}
        elif key == "const":
            schema["enum"] = [value]
        elif key == "$ref" and value.startswith(_PREFIX):
            schema[key] = _PREFIX + _plain(value.removeprefix(_PREFIX))
        elif key != "title" and not (key == "default" and value is None):
            schema[key] = for_generators(value)
    if _NOT_IN_KOTLIN & {value for value in schema.get("enum", ()) if isinstance(value, str)}:
        schema["x-enum-varnames"] = [str(value).upper() for value in schema["enum"]]
    return schema


def _plain(name: str) -> str:
    """`Page_SessionView_` as `PageOfSessionView`: components have to be words."""
    return name.replace("[", "Of").replace("]", "").rstrip("_").replace("_", "Of", 1) if name.endswith("_") else name


def _references(node: Any) -> Iterable[str]:
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith(_PREFIX):
            yield target.removeprefix(_PREFIX)
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
