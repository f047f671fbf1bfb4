"""POST /auth/verify-email."""

from __future__ import annotations

from auth.errors import InvalidCode
from auth.identity import CognitoIdentityProvider
from auth.repository import RegistrationRepository
from auth.schemas import VerifyEmailRequest
from auth.verification import verify
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/verify-email",
    access=Access.PUBLIC,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    errors=(InvalidCode,),
    grants=(TableGrant("auth", {Do.UPDATE, Do.PUT}), IdentityGrant({"AdminUpdateUserAttributes"})),
)
def handler(
    body: Body[VerifyEmailRequest],
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
) -> None:
    """Verify the e-mail address with the code.

    A code is valid for 30 minutes, five attempts and one verification. Wrong, expired and unknown codes get the same
    response.
    """
    verify(uow, registrations, identity, body.email, body.code)
