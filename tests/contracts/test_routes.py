"""The routes that the mobile, web and admin apps rely on: who may call them, and how success is answered.

The table is written down, not derived: an app is built against it, so a change of a declaration must not change it too.
"""

from __future__ import annotations

import re

import pytest

from infra_cdk import catalogue
from infra_cdk.openapi import public_document

ROUTES = [
    ("GET", "/health", "public", 200),
    ("GET", "/services", "public", 200),
    ("GET", "/openapi.json", "public", 200),
    ("GET", "/docs", "public", 200),
    ("POST", "/auth/register", "public", 201),
    ("POST", "/auth/verify-email", "public", 204),
    ("POST", "/auth/resend-code", "public", 202),
    ("POST", "/auth/login", "public", 200),
    ("POST", "/auth/login/totp", "public", 200),
    ("POST", "/auth/refresh", "public", 200),
    ("POST", "/auth/logout", "member", 204),
    ("POST", "/auth/forgot-password", "public", 202),
    ("POST", "/auth/reset-password", "public", 204),
    ("POST", "/auth/change-password", "member", 204),
    ("GET", "/auth/me", "member", 200),
    ("GET", "/users/me", "member", 200),
    ("PATCH", "/users/me", "member", 200),
    ("PUT", "/users/me/avatar", "member", 200),
    ("GET", "/users/me/preferences", "member", 200),
    ("PUT", "/users/me/preferences", "member", 200),
    ("GET", "/users/me/notifications", "member", 200),
    ("POST", "/users/me/notifications/{notification_id}/read", "member", 204),
    ("POST", "/users/me/notifications/read-all", "member", 204),
    ("GET", "/users/{user_id}", "member", 200),
    ("GET", "/admin/users", "admin", 200),
    ("GET", "/admin/users/{user_id}", "admin", 200),
    ("PATCH", "/admin/users/{user_id}", "admin", 200),
    ("POST", "/admin/users/{user_id}/ban", "admin", 200),
    ("POST", "/admin/users/{user_id}/unban", "admin", 200),
    ("PUT", "/admin/users/{user_id}/role", "admin", 200),
    ("GET", "/gyms", "public", 200),
    ("GET", "/gyms/{gym_id}", "public", 200),
    ("GET", "/gyms/{gym_id}/equipment", "public", 200),
    ("GET", "/gyms/favourites", "member", 200),
    ("PUT", "/gyms/{gym_id}/favourite", "member", 204),
    ("DELETE", "/gyms/{gym_id}/favourite", "member", 204),
    ("POST", "/admin/gyms", "admin", 201),
    ("PATCH", "/admin/gyms/{gym_id}", "admin", 200),
    ("DELETE", "/admin/gyms/{gym_id}", "admin", 204),
    ("POST", "/admin/gyms/{gym_id}/equipment", "admin", 201),
    ("PATCH", "/admin/gyms/{gym_id}/equipment/{equipment_id}", "admin", 200),
    ("DELETE", "/admin/gyms/{gym_id}/equipment/{equipment_id}", "admin", 204),
    ("POST", "/admin/gyms/{gym_id}/pictures", "admin", 201),
    ("DELETE", "/admin/gyms/{gym_id}/pictures/{picture_id}", "admin", 204),
    ("POST", "/gyms/{gym_id}/inductions", "member", 201),
    ("GET", "/gyms/inductions", "member", 200),
    ("POST", "/gyms/inductions/{induction_id}/cancel", "member", 200),
    ("GET", "/admin/gyms/{gym_id}/inductions", "admin", 200),
    ("POST", "/admin/gyms/inductions/{induction_id}/complete", "admin", 200),
    ("POST", "/admin/gyms/inductions/{induction_id}/no-show", "admin", 200),
    ("POST", "/admin/gyms/{gym_id}/closures", "admin", 201),
    ("GET", "/admin/gyms/{gym_id}/closures", "admin", 200),
    ("DELETE", "/admin/gyms/{gym_id}/closures/{closure_id}", "admin", 204),
    ("GET", "/sessions/availability", "public", 200),
    ("POST", "/sessions/quote", "member", 200),
    ("POST", "/sessions/book", "member", 201),
    ("GET", "/sessions", "member", 200),
    ("GET", "/sessions/{session_id}", "member", 200),
    ("POST", "/sessions/{session_id}/cancel", "member", 200),
    ("POST", "/sessions/{session_id}/check-in", "member", 200),
    ("POST", "/sessions/{session_id}/check-out", "member", 200),
    ("POST", "/sessions/holds", "member", 201),
    ("DELETE", "/sessions/holds/{hold_id}", "member", 204),
    ("POST", "/sessions/{session_id}/reschedule", "member", 200),
    ("POST", "/sessions/{session_id}/extend", "member", 200),
    ("GET", "/sessions/alternatives", "public", 200),
    ("POST", "/sessions/{session_id}/review", "member", 201),
    ("PATCH", "/sessions/{session_id}/review", "member", 200),
    ("DELETE", "/sessions/{session_id}/review", "member", 204),
    ("DELETE", "/admin/sessions/{session_id}/review", "admin", 204),
    ("GET", "/gyms/{gym_id}/reviews", "public", 200),
    ("GET", "/sessions/{session_id}/calendar", "member", 200),
    ("POST", "/sessions/calendar-feed", "member", 201),
    ("GET", "/sessions/calendar-feed/{token}", "public", 200),
    ("POST", "/sessions/{session_id}/invitations", "member", 201),
    ("GET", "/sessions/{session_id}/invitations", "member", 200),
    ("DELETE", "/sessions/{session_id}/invitations/{invitation_id}", "member", 204),
    ("GET", "/sessions/invitations", "member", 200),
    ("POST", "/sessions/invitations/{invitation_id}/accept", "member", 200),
    ("POST", "/sessions/invitations/{invitation_id}/decline", "member", 200),
    ("GET", "/admin/sessions", "admin", 200),
    ("GET", "/admin/sessions/{session_id}", "admin", 200),
    ("POST", "/admin/sessions/{session_id}/cancel", "admin", 200),
    ("POST", "/admin/sessions/{session_id}/no-show", "admin", 200),
    ("GET", "/payments/packages", "public", 200),
    ("POST", "/payments/purchases", "member", 201),
    ("GET", "/payments/purchases/{purchase_id}", "member", 200),
    ("GET", "/payments/credits", "member", 200),
    ("GET", "/payments/transactions", "member", 200),
    ("POST", "/payments/webhooks/stripe", "provider", 200),
    ("GET", "/communications/history", "member", 200),
    ("POST", "/storage/uploads", "member", 201),
    ("POST", "/storage/uploads/{file_id}/complete", "member", 200),
    ("GET", "/storage/files", "member", 200),
    ("GET", "/storage/files/{file_id}", "member", 200),
    ("GET", "/storage/files/{file_id}/download", "member", 200),
    ("DELETE", "/storage/files/{file_id}", "member", 204),
    ("GET", "/storage/usage", "member", 200),
    ("GET", "/admin/storage/files", "admin", 200),
    ("GET", "/admin/storage/log", "admin", 200),
]
DOCUMENT = public_document()


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path)


@pytest.mark.parametrize(("method", "path", "access", "status"), ROUTES, ids=str)
def test_the_route_is_declared_as_the_apps_know_it(method: str, path: str, access: str, status: int) -> None:
    found = {(e.declaration.method, _shape(e.declaration.path)): e.declaration for e in catalogue.endpoints()}
    declaration = found[method, _shape(path)]
    assert (declaration.access.value, declaration.status) == (access, status)
    operation = DOCUMENT["paths"][declaration.path][method.lower()]
    assert str(status) in operation["responses"]
    assert bool(operation["security"]) == (access in {"member", "admin"})


def test_no_route_is_offered_that_the_table_does_not_know() -> None:
    known = {(method, _shape(path)) for method, path, _, _ in ROUTES}
    assert {(e.declaration.method, _shape(e.declaration.path)) for e in catalogue.endpoints()} <= known
