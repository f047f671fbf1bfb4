"""Endpoints for the tests of the runtime: declared as every other one, in the user service's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import Field

from solo60.declarations import Access, Idempotency
from solo60.events import Event, publish
from solo60.http.endpoint import Endpoint, endpoint
from solo60.http.request import Body, Caller, IfMatch, Path, Query
from solo60.http.response import Tagged
from solo60.models import Identifier, Line, Page, RequestModel, ResponseModel
from solo60.paging import Paging
from solo60.problems import Conflict, NotFound, PreconditionFailed, Problem
from solo60.unit_of_work import UnitOfWork, Work


def declared(
    method: str,
    path: str,
    function: Callable[..., Any],
    *,
    name: str = "probe",
    access: Access = Access.MEMBER,
    **more: Any,
) -> Endpoint:
    """`function` as an endpoint of the user service."""
    made = endpoint(method, path, access=access, **more)(function)
    return Endpoint(replace(made.declaration, module=f"user.endpoints.{name}"))


class Order(RequestModel):
    """A body with several rules."""

    name: Annotated[Line, Field(min_length=1, max_length=40)]
    count: Annotated[int, Field(ge=1, le=9)]
    note: str | None = None


class Filter(RequestModel):
    """A query string with several rules."""

    city: Annotated[str, Field(max_length=20)] | None = None
    tags: Annotated[list[str], Field(default_factory=list)]


class Receipt(ResponseModel):
    """What the probes answer."""

    name: str
    count: int
    by: str | None = None


class Receipts(Page[Receipt]):
    """A list of them."""


class OrderTaken(Event):
    """Published by a probe."""

    SOURCE: ClassVar[str] = "user"
    name: str


class Calls:
    """How often the use case ran, and what it should do."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.fail: Exception | None = None


calls = Calls()


def place_order(body: Body[Order], caller: Caller, uow: UnitOfWork) -> Receipt:
    """Take an order that writes nothing itself."""

    def act(work: Work) -> Receipt:
        work.read()
        calls.made.append(body)
        if calls.fail:
            raise calls.fail
        return Receipt(name=body.name, count=len(calls.made), by=caller.id)

    return uow.run(act)


def place_order_in_a_transaction(body: Body[Order], caller: Caller, uow: UnitOfWork) -> Receipt:
    """Take an order, with its event; it may fail after the commit."""

    def act(work: Work) -> Receipt:
        work.read()
        calls.made.append(body)
        if isinstance(calls.fail, Problem):
            raise calls.fail
        publish(work, OrderTaken(name=body.name))
        return Receipt(name=body.name, count=len(calls.made), by=caller.id)

    answer = uow.run(act)
    if calls.fail:
        raise calls.fail
    return answer


def place_order_and_ask_outside(body: Body[Order], caller: Caller, uow: UnitOfWork) -> Receipt:
    """Take an order in two steps: the first acquires the key, the second keeps the answer."""
    uow.begin(lambda work: None)
    calls.made.append(body)
    if calls.fail:
        raise calls.fail
    return uow.run(lambda work: Receipt(name=body.name, count=len(calls.made), by=caller.id))


def place_openly(uow: UnitOfWork) -> None:
    """Take nothing, from anybody."""
    uow.run(lambda work: None)


def list_orders(query: Query[Filter], paging: Paging, caller: Caller) -> Receipts:
    """List orders: numbers, as many as asked for."""
    start = int(paging.position["after"]) + 1 if paging.position else 0
    items = [Receipt(name=str(number), count=number, by=caller.id) for number in range(start, start + paging.limit)]
    return Receipts(items=items, next_cursor=paging.cursor_after({"after": items[-1].count}))


def list_openly(paging: Paging) -> Receipts:
    """List orders to anybody."""
    return Receipts(items=[], next_cursor=paging.cursor_after({"after": paging.limit}))


def get_order(order_id: Path[Identifier]) -> Tagged[Receipt]:
    """One order, version 3."""
    return Tagged(Receipt(name=str(order_id), count=3), 3)


def change_order(order_id: Path[Identifier], body: Body[Order], if_match: IfMatch, uow: UnitOfWork) -> Tagged[Receipt]:
    """Change an order that is at version 3."""

    def act(work: Work) -> Tagged[Receipt]:
        work.read()
        if if_match.version not in {None, 3}:
            raise PreconditionFailed
        calls.made.append(body)
        return Tagged(Receipt(name=body.name, count=4), 4)

    return uow.run(act)


def fetch(caller: Caller) -> Receipt:
    """Read something."""
    if calls.fail:
        raise calls.fail
    return Receipt(name="here", count=1, by=caller.id)


PLACE = declared("POST", "/probes", place_order, status=201, errors=(Conflict,))
PLACE_TOO = declared("POST", "/probes/others", place_order, status=201, name="probe_too")
PLACE_OPENLY = declared("POST", "/probes/open", place_openly, access=Access.PUBLIC, status=204, name="probe_open")
PLACE_WHOLE = declared("POST", "/probes/whole", place_order_in_a_transaction, status=201, name="probe_whole")
PLACE_IN_STEPS = declared(
    "POST",
    "/probes/steps",
    place_order_and_ask_outside,
    status=201,
    name="probe_steps",
    idempotency=Idempotency.ACQUIRE,
)
LIST = declared("GET", "/probes", list_orders, name="probe_list")
LIST_OPENLY = declared("GET", "/probes/open", list_openly, access=Access.PUBLIC, name="probe_list_open")
LIST_TOO = declared("GET", "/probes/others", list_orders, name="probe_list_too")
GET = declared("GET", "/probes/{order_id}", get_order, name="probe_get", errors=(NotFound,))
CHANGE = declared("PATCH", "/probes/{order_id}", change_order, name="probe_change")
FETCH = declared("GET", "/probes/fetch", fetch, name="probe_fetch")
ADMIN_FETCH = declared("GET", "/admin/probes", fetch, access=Access.ADMIN, name="probe_admin")
