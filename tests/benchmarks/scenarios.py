"""One successful call of every endpoint, by its route, with an Idempotency-Key wherever one is kept.

An endpoint without a scenario fails the benchmark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auth.verification import RESENT_AT_MOST_EVERY
from communication.consumers.compose_messages import handler as compose
from communication.consumers.update_contact import handler as update_contact
from infra_cdk import catalogue
from solo60 import clock
from solo60.ids import new_id
from tests.benchmarks.world import PASSWORD, Scenario, World
from tests.conftest import Answer, LambdaContext, bus_event, call, sqs_event
from tests.handlers.gym import making
from user.consumers.create_profile import handler as create_profile
from user.consumers.store_notification import handler as store_notification

HANDLERS = {endpoint.declaration.route: endpoint for endpoint in catalogue.endpoints()}
EMAIL = "robin@example.com"

Prepare = Callable[[World], dict[str, Any]]


def _of(route: str, prepare: Prepare) -> Scenario:
    def scenario(world: World) -> Callable[[], Answer]:
        request = prepare(world)
        if HANDLERS[route].declaration.idempotency.kept:
            request = {**request, "headers": {"Idempotency-Key": new_id()}}
        return lambda: call(HANDLERS[route], **request)

    return scenario


def _mine(**request: Any) -> Prepare:
    return lambda world: {"user": world.member, **request}


def _cancel(world: World) -> dict[str, Any]:
    return {"user": world.member, "path": {"session_id": world.booked()}}


def _tokens(world: World) -> dict[str, str]:
    email = world.new_email()
    world.verified(email)
    answer = call(HANDLERS["POST /auth/login"], body={"email": email, "password": PASSWORD})
    return dict(answer.json)


def _register(world: World) -> dict[str, Any]:
    return {"body": world.applicant(world.new_email())}


def _verify(world: World) -> dict[str, Any]:
    email = world.new_email()
    return {"body": {"email": email, "code": world.registered(email)}}


def _login(world: World) -> dict[str, Any]:
    email = world.new_email()
    world.verified(email)
    return {"body": {"email": email, "password": PASSWORD}}


def _resend(world: World) -> dict[str, Any]:
    email = world.new_email()
    with clock.at(clock.now() - RESENT_AT_MOST_EVERY):
        world.registered(email)
    return {"body": {"email": email}}


def _logout(world: World) -> dict[str, Any]:
    return {"user": world.member, "email": EMAIL, "body": {"refresh_token": _tokens(world)["refresh_token"]}}


def _webhook(world: World) -> dict[str, Any]:
    text, headers = world.stripe_event()
    return {"raw_body": text, "headers": headers}


def _quote(world: World) -> dict[str, Any]:
    return {"user": world.member, "body": {"gym_id": world.gym, "starts_at": world.start(), "duration": 60}}


def _favourite(world: World) -> dict[str, Any]:
    request = {"user": world.member, "path": {"gym_id": world.gym}}
    assert call(HANDLERS["PUT /gyms/{gym_id}/favourite"], **request).status == 204
    return request


def _no_favourite(world: World) -> dict[str, Any]:
    request = _favourite(world)
    assert call(HANDLERS["DELETE /gyms/{gym_id}/favourite"], **request).status == 204
    return request


def _registration(world: World) -> dict[str, Any]:
    data = {
        "user_id": world.member,
        "email": EMAIL,
        "first_name": "Robin",
        "last_name": "Example",
        "date_of_birth": "1990-12-10",
        "phone": None,
        "registration": 1,
    }
    return sqs_event(bus_event("auth", "UserRegistered", data))


def _profile(world: World) -> dict[str, Any]:
    create_profile(_registration(world), LambdaContext())
    return {"user": world.member}


def _history(world: World) -> dict[str, Any]:
    update_contact(_registration(world), LambdaContext())
    data = {
        "user_id": world.member,
        "purchase_id": new_id(),
        "package_name": "Ten",
        "credits": 10,
        "price": {"amount": 1000, "currency": "GBP"},
    }
    answer = compose(sqs_event(bus_event("payment", "CreditsPurchased", data)), LambdaContext())
    assert not answer["batchItemFailures"]
    return {"user": world.member}


def _notified(world: World) -> dict[str, Any]:
    notification = new_id()
    data = {"notification_id": notification, "user_id": world.member, "type": "booking", "content": "Booked"}
    store_notification(sqs_event(bus_event("communication", "NotificationRequested", data)), LambdaContext())
    return {"user": world.member, "path": {"notification_id": notification}}


def _search(world: World) -> dict[str, Any]:
    return {"query": {"lat": 51.5, "lon": -0.13, "radius_km": 5}}


SCENARIOS: dict[str, Scenario] = {
    route: _of(route, prepare)
    for route, prepare in {
        "GET /health": lambda world: {},
        "GET /services": lambda world: {},
        "GET /openapi.json": lambda world: {},
        "GET /docs": lambda world: {},
        "POST /auth/register": _register,
        "POST /auth/verify-email": _verify,
        "POST /auth/resend-code": _resend,
        "POST /auth/login": _login,
        "POST /auth/refresh": lambda world: {"body": {"refresh_token": _tokens(world)["refresh_token"]}},
        "POST /auth/logout": _logout,
        "GET /auth/me": _mine(),
        "GET /users/me": _profile,
        "PATCH /users/me": lambda world: {**_profile(world), "body": {"bio": f"Trains since {new_id()}"}},
        "GET /users/me/notifications": lambda world: {"user": _notified(world)["user"]},
        "POST /users/me/notifications/{notification_id}/read": _notified,
        "GET /gyms": _search,
        "GET /gyms/{gym_id}": lambda world: {"path": {"gym_id": world.gym}},
        "GET /gyms/{gym_id}/equipment": lambda world: {"path": {"gym_id": world.gym}},
        "GET /gyms/favourites": lambda world: {"user": _favourite(world)["user"]},
        "PUT /gyms/{gym_id}/favourite": _no_favourite,
        "DELETE /gyms/{gym_id}/favourite": _favourite,
        "POST /admin/gyms": lambda world: {"user": world.admin, "admin": True, "body": making.definition()},
        "PATCH /admin/gyms/{gym_id}": lambda world: {
            "user": world.admin,
            "admin": True,
            "path": {"gym_id": world.gym},
            "body": {"name": f"Soho {new_id()}"},
        },
        "GET /sessions/availability": lambda world: {
            "query": {"gym_id": world.gym, "date": "2026-03-04", "duration": 60}
        },
        "POST /sessions/quote": _quote,
        "POST /sessions/book": _quote,
        "GET /sessions": lambda world: {"user": world.member, "query": {"status": "upcoming"}},
        "GET /sessions/{session_id}": lambda world: {"user": world.member, "path": {"session_id": world.booked()}},
        "POST /sessions/{session_id}/cancel": _cancel,
        "GET /sessions/alternatives": lambda world: {
            "query": {"gym_id": world.gym, "starts_at": world.start(), "duration": 60}
        },
        "GET /payments/packages": lambda world: {},
        "POST /payments/purchases": lambda world: {"user": world.member, "body": {"package_id": world.package}},
        "GET /payments/purchases/{purchase_id}": lambda world: {
            "user": world.member,
            "path": {"purchase_id": world.bought()["id"]},
        },
        "GET /payments/credits": _mine(),
        "GET /payments/transactions": _mine(),
        "POST /payments/webhooks/stripe": _webhook,
        "GET /communications/history": _history,
    }.items()
}
