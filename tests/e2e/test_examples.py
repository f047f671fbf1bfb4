"""The example request of each endpoint, sent to the running system as it stands."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from infra_cdk import catalogue
from infra_cdk.openapi.examples import example_request
from solo60.declarations import Access, EndpointDeclaration
from tests.e2e.harness import Member, World, eventually

pytestmark = pytest.mark.e2e

DECLARATIONS = {
    endpoint.declaration.route: endpoint.declaration
    for endpoint in catalogue.endpoints()
    if endpoint.declaration.access is not Access.PROVIDER
}
UNREADABLE = {"malformed_request", "unsupported_media_type", "invalid_request", "invalid_cursor"}


@pytest.fixture(scope="module")
def caller(world: World) -> Member:
    """A member for these tests alone: some examples change their caller."""
    return world.new_member()


def _send(world: World, caller: Member, declaration: EndpointDeclaration) -> httpx.Response:
    example = example_request(declaration)
    api = {Access.PUBLIC: world.api, Access.MEMBER: caller.api, Access.ADMIN: world.admin}[declaration.access]
    path = example.path_of(declaration)
    body: dict[str, Any] = {} if example.body is None else {"json": example.body}
    return api.send(declaration.method, path, params=example.query, headers=example.headers, **body)


@pytest.mark.parametrize("route", DECLARATIONS)
def test_an_example_is_refused_for_nothing_that_it_says(world: World, caller: Member, route: str) -> None:
    """Its ids, codes and tokens belong to nobody: what they name is not found, and that is all."""
    # A logout ends the caller's own tokens.
    who = world.new_member() if route == "POST /auth/logout" else caller
    answer = _send(world, who, DECLARATIONS[route])
    if answer.is_error:
        assert answer.status_code in {401, 404, 409, 422}, answer.text
        assert answer.json()["code"] not in UNREADABLE, answer.text


@pytest.mark.parametrize(
    ("route", "status"),
    [
        ("POST /auth/register", 201),
        ("POST /auth/resend-code", 202),
        ("GET /gyms", 200),
        ("POST /admin/gyms", 201),
    ],
)
def test_an_example_without_ids_works(world: World, caller: Member, route: str, status: int) -> None:
    assert _send(world, caller, DECLARATIONS[route]).status_code == status


def test_the_example_of_a_change_of_the_profile_works(world: World, caller: Member) -> None:
    declaration = DECLARATIONS["PATCH /users/me"]
    answer = eventually(lambda: _send(world, caller, declaration), lambda sent: sent.status_code != 404)
    assert answer.status_code == 200, answer.text
    sent, shown = example_request(declaration).body, answer.json()
    # What is not sent of the preferences stays.
    assert {**shown, **sent, "preferences": {**shown["preferences"], **sent["preferences"]}} == shown


def test_the_examples_of_a_booking_work_with_the_id_of_a_gym(world: World, caller: Member) -> None:
    gym = world.new_gym()
    body = {**example_request(DECLARATIONS["POST /sessions/quote"]).body, "gym_id": gym["id"]}
    quote = caller.api.call("POST", "/sessions/quote", json=body)
    assert {failure["code"] for failure in quote["failures"]} == {"beyond_horizon", "insufficient_credits"}
    wrong = caller.api.send("POST", "/sessions/book", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "beyond_horizon")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_what_is_kept_is_not_sent_again(world: World, path: str) -> None:
    first = world.api.send("GET", path)
    assert "no-store" not in first.headers["Cache-Control"]
    again = world.api.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
