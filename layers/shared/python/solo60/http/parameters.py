"""Typed parameters: reads and validates the arguments of a handler, according to its annotations."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError

from solo60.declarations import Provided
from solo60.http import json_body
from solo60.http.request import Part, RawBody, Request
from solo60.models import DEFAULT_LIMIT, MAX_LIMIT, Empty
from solo60.paging import Paging
from solo60.problems import InvalidRequest, MalformedRequest, UnsupportedMediaType
from solo60.validation import errors_of, in_parameters

# Patterns are compiled at first use and cached by `re`, because a cold start does not need them.
_SMALL_NUMBER = r"[0-9]{1,3}"


@dataclass(frozen=True)
class PageRequest:
    """The page of a list that a request asks for.

    Attributes
    ----------
    limit
        Items, 1 to 100.
    cursor
        As given; None on the first page.
    query
        The other query parameters: a cursor is valid for these alone.
    """

    limit: int
    cursor: str | None
    query: dict[str, list[str]]


@dataclass(frozen=True)
class Signature:
    """The parameters of a handler.

    Attributes
    ----------
    path
        Path parameters by name, with their types.
    query, body
        The parameter's name and model, or None.
    provided
        Parameters that the runtime provides, by name.
    collaborators
        Other classes, created once without arguments: repositories, providers.
    answer
        The annotation of the result.
    """

    path: dict[str, Any]
    query: tuple[str, type[BaseModel]] | None
    body: tuple[str, type[BaseModel]] | None
    provided: dict[str, type[Any]]
    collaborators: dict[str, type[Any]]
    answer: Any

    @property
    def paged(self) -> bool:
        """Whether it is a list with `limit` and `cursor`."""
        return Paging in self.provided.values()

    @property
    def unit_of_work(self) -> str | None:
        """The name of the parameter that is the unit of work."""
        return next((name for name, kind in self.provided.items() if kind.commits), None)

    @classmethod
    def of(cls, function: Callable[..., Any], view: Callable[[Any], Any] | None = None) -> Signature:
        """Read a handler's annotations.

        Raises
        ------
        TypeError
            The runtime cannot provide a parameter.
        """
        hints = get_type_hints(function, include_extras=True)
        answer = hints.pop("return", None)
        if view is not None:
            answer = get_type_hints(view, include_extras=True).get("return")
        path: dict[str, Any] = {}
        parts: dict[Part, tuple[str, type[BaseModel]]] = {}
        provided: dict[str, type[Any]] = {}
        collaborators: dict[str, type[Any]] = {}
        for name in inspect.signature(function).parameters:
            annotation = hints.get(name)
            part = _part_of(annotation)
            if part is Part.PATH:
                path[name] = _without_part(annotation)
            elif part is not None:
                parts[part] = (name, _without_part(annotation))
            elif inspect.isclass(annotation) and issubclass(annotation, Provided):
                provided[name] = annotation
            elif inspect.isclass(annotation):
                collaborators[name] = annotation
            else:
                raise TypeError(f"{function.__module__}: no way to provide {name}: {annotation}")
        return cls(path, parts.get(Part.QUERY), parts.get(Part.BODY), provided, collaborators, answer)


def _part_of(annotation: Any) -> Part | None:
    if get_origin(annotation) is not Annotated:
        return None
    return next((item for item in get_args(annotation)[1:] if isinstance(item, Part)), None)


def _without_part(annotation: Any) -> Any:
    inner, *metadata = get_args(annotation)
    rest = [item for item in metadata if not isinstance(item, Part)]
    for item in rest:
        inner = Annotated[inner, item]
    return inner


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def arguments(signature: Signature, request: Request) -> tuple[dict[str, Any], PageRequest | None]:
    """The path, query and body arguments of a request.

    Returns
    -------
    tuple
        The arguments by name, and for a list the page that is asked for.

    Raises
    ------
    InvalidRequest
        With all errors of path, query and body.
    MalformedRequest
        The body is not JSON.
    UnsupportedMediaType
        The content type of the body is not JSON.
    """
    errors: list[dict[str, str]] = []
    values: dict[str, Any] = {}
    for name, annotation in signature.path.items():
        try:
            values[name] = _adapter(annotation).validate_python(request.path_parameters.get(name))
        except ValidationError as error:
            errors += errors_of(error, in_parameters, name)
    page = _read_query(signature, request, values, errors)
    _read_body(signature, request, values, errors)
    if errors:
        raise InvalidRequest(errors)
    return values, page


def _read_query(
    signature: Signature, request: Request, values: dict[str, Any], errors: list[dict[str, str]]
) -> PageRequest | None:
    query = dict(request.query)
    page: PageRequest | None = None
    if signature.paged:
        limit = _limit(query.pop("limit", None), errors)
        page = PageRequest(limit, _single(query.pop("cursor", None), "cursor", errors), query)
    name, model = signature.query or ("", Empty)
    fields = {field.alias or key: field.annotation for key, field in model.model_fields.items()}
    given: dict[str, Any] = {}
    for key, items in query.items():
        given[key] = items if _is_list(fields.get(key)) else _single(items, key, errors)
    try:
        parsed = model.model_validate(given)
    except ValidationError as error:
        errors += errors_of(error, in_parameters)
    else:
        if signature.query:
            values[name] = parsed
    return page


def _limit(items: list[str] | None, errors: list[dict[str, str]]) -> int:
    text = _single(items, "limit", errors)
    if text is None:
        return DEFAULT_LIMIT
    if re.fullmatch(_SMALL_NUMBER, text) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    errors.append({"field": "limit", "message": f"This must be a whole number from 1 to {MAX_LIMIT}."})
    return DEFAULT_LIMIT


def _single(items: list[str] | None, field: str, errors: list[dict[str, str]]) -> str | None:
    if not items:
        return None
    if len(items) > 1:
        errors.append({"field": field, "message": "This must be given once."})
    return items[0]


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) is list:
        return True
    if get_origin(annotation) in {Union, types.UnionType, Annotated}:
        return any(_is_list(item) for item in get_args(annotation))
    return False


def _read_body(signature: Signature, request: Request, values: dict[str, Any], errors: list[dict[str, str]]) -> None:
    if RawBody in signature.provided.values():
        return
    if signature.body is None and not request.body.strip():
        return
    media_type = (request.header("content-type") or "application/json").split(";")[0].strip().lower()
    if request.body and media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaType(f"The body is {media_type}; it has to be application/json.")
    name, model = signature.body or ("", Empty)
    try:
        parsed = json_body.parse(model, request.body or b"null")
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors(include_url=False, include_input=False)):
            raise MalformedRequest("The body is not valid JSON.") from None
        errors += errors_of(error)
    else:
        if signature.body:
            values[name] = parsed
