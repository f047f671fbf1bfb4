"""POST /auth/reset-password."""

from __future__ import annotations

from auth.errors import InvalidCode, PasswordBeingChanged
from auth.password.resetting import PasswordResetter
from auth.password.schemas import ResetPasswordRequest
from auth.sources import source_of
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
from solo60.unit_of_work import UnitOfWork
from user.published import END_TOKENS


@endpoint(
    "POST",
    "/auth/reset-password",
    access=Access.PUBLIC,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    errors=(InvalidCode, PasswordBeingChanged),
    grants=(
        TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT, Do.DELETE}),
        END_TOKENS,
        IdentityGrant({"AdminSetUserPassword", "AdminUserGlobalSignOut"}),
    ),
)
def handler(body: Body[ResetPasswordRequest], request: Request, uow: UnitOfWork, resetter: PasswordResetter) -> None:
    """Set a new password with the code of a reset.

    A code is valid for 30 minutes, five attempts and one reset, until the password is changed. Wrong, expired and
    unknown codes get the same response. Every login ends, and so does every lock after failed logins.
    """
    source, password = source_of(request.source_ip), body.new_password.get_secret_value()
    resetter.reset(uow, str(body.reset_id), body.code, password, source=source)
