"""POST /auth/change-password."""

from __future__ import annotations

from auth.errors import AccountNotFound, PasswordBeingChanged, TooManyAttempts, WrongPassword
from auth.password.changing import PasswordChanger
from auth.password.schemas import ChangePasswordRequest
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork
from user.published import END_TOKENS


@endpoint(
    "POST",
    "/auth/change-password",
    access=Access.MEMBER,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    errors=(AccountNotFound, PasswordBeingChanged, TooManyAttempts, WrongPassword),
    grants=(
        TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT}),
        END_TOKENS,
        IdentityGrant({"AdminInitiateAuth", "AdminSetUserPassword"}),
    ),
)
def handler(body: Body[ChangePasswordRequest], caller: Caller, uow: UnitOfWork, changer: PasswordChanger) -> None:
    """Set a new password, with the old one.

    The caller's own login goes on; every other login ends, and every code of a reset. Five wrong passwords in a row
    lock this operation for 15 minutes, not the login.
    """
    changer.change(
        uow,
        caller.id,
        caller.login,
        old_password=body.old_password.get_secret_value(),
        new_password=body.new_password.get_secret_value(),
    )
