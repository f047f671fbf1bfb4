"""GET /auth/me."""

from __future__ import annotations

import pytest

from auth.login.endpoints.get_identity import handler as me
from tests.conftest import call
from tests.handlers.auth.conftest import EMAIL


def test_the_identity_is_read_from_the_token_without_calls(monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    answer = call(me, user=member, email=EMAIL)
    assert answer.json == {"id": member, "email": EMAIL, "role": "member", "verified": True}
    assert call(me, user=member, admin=True).json["role"] == "admin"
    assert call(me).status == 401
    assert call(me, user=member, verified=False).code == "email_not_verified"
