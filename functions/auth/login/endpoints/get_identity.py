"""GET /auth/me."""

from __future__ import annotations

from auth.login.schemas import IdentityView
from solo60.declarations import Access
from solo60.http.endpoint import endpoint
from solo60.http.request import Caller


@endpoint("GET", "/auth/me", access=Access.MEMBER)
def handler(caller: Caller) -> IdentityView:
    """The caller of the token: id, e-mail address, role, verified.

    Read from the id token alone: a change of the role shows in the next token.
    """
    return IdentityView(id=caller.id, email=caller.email, role=caller.role, verified=caller.verified)
