"""Every endpoint of the catalogue, as it meets strangers, members and admins over HTTP."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import httpx
import pytest

from infra_cdk import catalogue
from infra_cdk.openapi import public_document
from infra_cdk.openapi.examples import example_request
from solo60.declarations import Access, EndpointDeclaration
from solo60.ids import new_id
from tests.e2e.harness import Member, World

pytestmark = pytest.mark.e2e

DECLARATIONS = [endpoint.declaration for endpoint in catalogue.endpoints()]
AUTHENTICATED = [each for each in DECLARATIONS if each.access.authenticated]
ADMINS_ONLY = [each for each in DECLARATIONS if each.access is Access.ADMIN]
DOCUMENT = public_document()
WITH_BODY = [
    each
    for each in DECLARATIONS
    if "requestBody" in DOCUMENT["paths"][each.path][each.method.lower()] and each.access is not Access.PROVIDER
]
MEGABYTE = 1_000_000


def _id(declaration: EndpointDeclaration) -> str:
    return declaration.route


def _path(declaration: EndpointDeclaration) -> str:
    """The path with ids that nothing has; the example of what is no id belongs to nothing either."""
    examples = example_request(declaration).path
    return re.sub(
        r"\{([^}]+)\}",
        lambda name: examples[name[1]] if name[1] == "token" else new_id(),
        declaration.path,
    )


def _assert_problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-Id"]
    assert answer.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code"} <= problem.keys()
    assert problem["status"] == status
    assert problem["instance"] == answer.headers["X-Request-Id"]
    if code is not None:
        assert problem["code"] == code
    assert not re.search(r"arn:aws|Traceback|solo60-local", answer.text)
    return problem


def _caller(world: World, declaration: EndpointDeclaration) -> Any:
    return {Access.ADMIN: world.admin, Access.MEMBER: world.member.api}.get(declaration.access, world.api)


def _forged(token: str, **claims: Any) -> str:
    """The token with other claims and its old signature."""
    head, payload, signature = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**content, **claims}).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


@pytest.mark.parametrize("declaration", AUTHENTICATED, ids=_id)
def test_without_a_good_token(world: World, declaration: EndpointDeclaration) -> None:
    path = _path(declaration)
    _assert_problem(world.api.send(declaration.method, path), 401, "unauthenticated")
    _assert_problem(world.api.as_caller("garbage").send(declaration.method, path), 401, "unauthenticated")


@pytest.mark.parametrize("declaration", ADMINS_ONLY, ids=_id)
def test_a_member_is_no_admin(world: World, declaration: EndpointDeclaration) -> None:
    _assert_problem(world.member.api.send(declaration.method, _path(declaration), json={}), 403, "forbidden")


def test_a_token_cannot_be_changed(world: World) -> None:
    account = world.stack.users["member2"]
    tokens = world.api.call("POST", "/auth/login", json={"email": account.email, "password": account.password})
    for token in (
        _forged(tokens["id_token"], **{"cognito:groups": ["admin", "member"]}),
        _forged(tokens["id_token"], **{"custom:user_id": new_id()}),
        _forged(tokens["id_token"], exp=4_000_000_000),
    ):
        _assert_problem(world.api.as_caller(token).send("GET", "/auth/me"), 401, "unauthenticated")


@pytest.mark.parametrize("declaration", WITH_BODY, ids=_id)
def test_an_unknown_field_is_refused(world: World, declaration: EndpointDeclaration) -> None:
    headers = {"If-Match": '"1"'}
    answer = _caller(world, declaration).send(
        declaration.method, _path(declaration), json={"no_such_field": 1}, headers=headers
    )
    problem = _assert_problem(answer, 422)
    assert "/no_such_field" in {error["field"] for error in problem["errors"]}


@pytest.mark.parametrize("declaration", WITH_BODY, ids=_id)
def test_malformed_json_is_400(world: World, declaration: EndpointDeclaration) -> None:
    answer = _caller(world, declaration).send(
        declaration.method,
        _path(declaration),
        content=b'{"half": ',
        headers={"Content-Type": "application/json", "If-Match": '"1"'},
    )
    _assert_problem(answer, 400, "malformed_request")


@pytest.mark.parametrize("declaration", WITH_BODY, ids=_id)
def test_a_megabyte_is_too_large(world: World, declaration: EndpointDeclaration) -> None:
    answer = _caller(world, declaration).send(
        declaration.method, _path(declaration), json={"bio": "x" * MEGABYTE}, headers={"If-Match": '"1"'}
    )
    _assert_problem(answer, 413, "payload_too_large")


def test_unknown_routes_have_the_problem_shape(world: World) -> None:
    _assert_problem(world.api.send("GET", "/no/such/route"), 404, "not_found")
    _assert_problem(world.api.send("DELETE", "/health"), 404, "not_found")


def test_another_member_s_data_is_not_found(world: World) -> None:
    owner: Member = world.new_member(credits=10)
    gym = world.new_gym()
    session = owner.book(gym, world.starts(gym)[40]).json()
    purchase = owner.api.call("POST", "/payments/purchases", json={"package_id": _some_pack(world)})
    for method, path in (
        ("GET", f"/sessions/{session['id']}"),
        ("POST", f"/sessions/{session['id']}/cancel"),
        ("GET", f"/payments/purchases/{purchase['id']}"),
    ):
        _assert_problem(world.member.api.send(method, path), 404)
    assert owner.api.call("GET", f"/sessions/{session['id']}")["status"] == "confirmed"
    assert owner.api.call("GET", f"/payments/purchases/{purchase['id']}")["status"] == "pending"


@pytest.mark.parametrize("declaration", [each for each in DECLARATIONS if "{" in each.path], ids=_id)
def test_what_does_not_exist_is_not_there(world: World, declaration: EndpointDeclaration) -> None:
    answer = _caller(world, declaration).send(
        declaration.method,
        _path(declaration),
        json=example_request(declaration).body if declaration in WITH_BODY else None,
        headers={"If-Match": '"1"'},
    )
    if declaration.method == "DELETE" and not any(error.status == 404 for error in declaration.errors):
        assert answer.status_code == 204, "removing what is not there is done"
    else:
        _assert_problem(answer, 404)


def _some_pack(world: World) -> str:
    return str(world.api.call("GET", "/payments/packages")["items"][0]["id"])


def test_a_correlation_id_is_taken_up(world: World) -> None:
    answer = world.api.send("GET", "/gyms", headers={"X-Correlation-Id": "e2e-correlation"})
    assert answer.headers["X-Correlation-Id"] == "e2e-correlation"
