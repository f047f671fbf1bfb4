"""One successful request of each endpoint, made from its example request.

An example's ids and tokens belong to nothing: `VALUES` replaces them, by the names of the fields that hold them. A new
endpoint whose fields are known here needs nothing more. `PREPARED` is for endpoints that succeed only after something
else, which no field names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra_cdk import catalogue
from infra_cdk.openapi.examples import example_request
from solo60.declarations import Access
from solo60.http.endpoint import Endpoint
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.scenarios.world import EMAIL, PASSWORD, World

ENDPOINTS = {endpoint.declaration.route: endpoint for endpoint in catalogue.endpoints()}

Parts = dict[str, Any]
"""Arguments of `tests.conftest.call`."""

VALUES: Mapping[str, Callable[[World], object]] = {
    "date": lambda world: world.start()[:10],
    "closure_id": World.closed,
    "equipment_id": World.equipped,
    "file_id": lambda world: world.stored(),
    "gym_id": lambda world: world.gym,
    "hold_id": World.held,
    "induction_id": World.asked_for_induction,
    "invitation_id": lambda world: world.asked_along(EMAIL),
    "notification_id": World.notified,
    "package_id": lambda world: world.package,
    "picture_file_id": lambda world: world.stored("review_picture"),
    "picture_id": World.pictured,
    "purchase_id": lambda world: world.bought()["id"],
    "session_id": lambda world: world.booked(),
    "starts_at": World.start,
    "token": World.feed,
    "user_id": lambda world: world.member,
}
"""What stands in a field of the path, the query or the body in the place of the example's value."""


def _body(**values: Callable[[World], object]) -> Callable[[World, Parts], Parts]:
    return lambda world, parts: {"body": {**parts["body"], **{name: make(world) for name, make in values.items()}}}


def _after(act: Callable[[World], object]) -> Callable[[World, Parts], Parts]:
    def prepared(world: World, parts: Parts) -> Parts:
        act(world)
        return {}

    return prepared


def _log_out(world: World, parts: Parts) -> Parts:
    user_id, tokens = world.logged_in()
    return {"user": user_id, "body": {"refresh_token": tokens["refresh_token"]}}


def _change_password(world: World, parts: Parts) -> Parts:
    user_id, _ = world.logged_in()
    return {"user": user_id, "body": {**parts["body"], "old_password": PASSWORD}}


def _reset_password(world: World, parts: Parts) -> Parts:
    return {"body": {**parts["body"], **world.reset_code()}}


def _verify(world: World, parts: Parts) -> Parts:
    return {"body": world.waiting_for_verification()}


def _invited_member(world: World, parts: Parts) -> Parts:
    world.asked_along(EMAIL)
    return {"email": EMAIL}


def _attended(world: World, parts: Parts) -> Parts:
    return {"path": {"session_id": world.attended()}}


def _reviewed(world: World, parts: Parts) -> Parts:
    return {"path": {"session_id": world.reviewed()}}


def _take_down(world: World, parts: Parts) -> Parts:
    return {**_reviewed(world, parts), "query": {"reason": "Names another member."}}


def _receive(world: World, parts: Parts) -> Parts:
    text, headers = world.stripe_event()
    return {"body": None, "raw_body": text, "headers": headers}


def _at_the_gym(*, checked_in: bool) -> Callable[[World, Parts], Parts]:
    def prepared(world: World, parts: Parts) -> Parts:
        member, session = world.at_the_gym(checked_in=checked_in)
        return {"user": member, "path": {"session_id": session}}

    return prepared


def _missed(world: World, parts: Parts) -> Parts:
    _, session = world.at_the_gym(checked_in=False)
    return {"path": {"session_id": session}}


PREPARED: Mapping[str, Callable[[World, Parts], Parts]] = {
    "GET /admin/sessions": lambda world, parts: {"query": {"user_id": world.member}},
    "POST /admin/sessions/{session_id}/no-show": _missed,
    "POST /sessions/{session_id}/check-in": _at_the_gym(checked_in=False),
    "POST /sessions/{session_id}/check-out": _at_the_gym(checked_in=True),
    "POST /auth/change-password": _change_password,
    "POST /auth/login": lambda world, parts: {"body": world.credentials()},
    "POST /auth/login/totp": lambda world, parts: {"body": world.challenged()},
    "POST /auth/logout": _log_out,
    "POST /auth/refresh": _body(refresh_token=lambda world: world.logged_in()[1]["refresh_token"]),
    "POST /auth/register": _body(email=World.new_email),
    "POST /auth/resend-code": _body(registration_id=World.waiting_for_a_code),
    "POST /auth/reset-password": _reset_password,
    "POST /auth/verify-email": _verify,
    "POST /payments/webhooks/stripe": _receive,
    "POST /admin/gyms/{gym_id}/pictures": _body(file_id=World.gym_picture),
    "POST /storage/uploads/{file_id}/complete": lambda world, parts: {"path": {"file_id": world.uploaded()}},
    "DELETE /gyms/{gym_id}/favourite": _after(World.favour),
    "GET /gyms/favourites": _after(World.favour),
    "GET /gyms/inductions": _after(World.asked_for_induction),
    "GET /admin/gyms/{gym_id}/inductions": _after(World.asked_for_induction),
    "GET /users/me/notifications": _after(World.notified),
    "POST /admin/users/{user_id}/unban": _after(World.banned),
    "GET /communications/history": _after(World.written_to),
    "GET /sessions": _after(lambda world: world.booked()),
    "POST /sessions/{session_id}/review": _attended,
    "PATCH /sessions/{session_id}/review": _reviewed,
    "DELETE /sessions/{session_id}/review": _reviewed,
    "DELETE /admin/sessions/{session_id}/review": _take_down,
    "GET /gyms/{gym_id}/reviews": _after(World.reviewed),
    "GET /sessions/invitations": _invited_member,
    "POST /sessions/invitations/{invitation_id}/accept": lambda world, parts: {"email": EMAIL},
    "POST /sessions/invitations/{invitation_id}/decline": lambda world, parts: {"email": EMAIL},
    "DELETE /sessions/{session_id}/invitations/{invitation_id}": lambda world, parts: {"path": world.invited()},
}
"""Changes of the request, or something that has to have happened."""


@dataclass(frozen=True)
class Prepared:
    """A request that will succeed; calling it sends it, with other parts if any are given."""

    endpoint: Endpoint
    parts: Parts

    def __call__(self, **others: Any) -> Answer:
        return call(self.endpoint, **{**self.parts, **others})


def prepare(world: World, endpoint: Endpoint) -> Prepared:
    """An endpoint's example request, with what has to be there for it to succeed, and with a key where one is kept."""
    declared, example = endpoint.declaration, example_request(endpoint.declaration)
    parts: Parts = {
        "user": {Access.MEMBER: world.member, Access.ADMIN: world.admin}.get(declared.access),
        "admin": declared.access is Access.ADMIN,
        "path": _with_values(world, example.path),
        "query": _with_values(world, example.query),
        "body": _with_values(world, example.body),
        "headers": dict(example.headers),
    }
    if declared.route in PREPARED:
        parts |= PREPARED[declared.route](world, parts)
    if declared.idempotency.kept:
        parts["headers"] = {**parts["headers"], "Idempotency-Key": new_id()}
    return Prepared(endpoint, parts)


def _with_values(world: World, example: Any) -> Any:
    if not isinstance(example, dict):
        return example
    return {name: VALUES[name](world) if name in VALUES else value for name, value in example.items()}
