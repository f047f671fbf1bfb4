"""POST /auth/verify-email."""

from __future__ import annotations

from auth.accounts.repository import AddressRepository
from auth.errors import InvalidCode
from auth.identity import CognitoIdentityProvider
from auth.registration.repository import RegistrationRepository
from auth.registration.schemas import VerifyEmailRequest
from auth.registration.verification import verify
from solo60.declarations import AUTH_THROTTLE, Access, Idempotency
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork
from user.published import CREATE_PROFILE


@endpoint(
    "POST",
    "/auth/verify-email",
    access=Access.PUBLIC,
    status=204,
    throttle=AUTH_THROTTLE,
    idempotency=Idempotency.ACQUIRE,
    errors=(InvalidCode,),
    grants=(
        TableGrant("auth", {Do.UPDATE, Do.PUT}),
        CREATE_PROFILE,
        IdentityGrant({"AdminUpdateUserAttributes"}),
    ),
)
def handler(
    body: Body[VerifyEmailRequest],
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    addresses: AddressRepository,
    identity: CognitoIdentityProvider,
) -> None:
    """Confirm a registration with its code: its password and names become the account.

    A code is valid for 30 minutes, five attempts and one verification. Wrong, expired and unknown codes get the same
    response, and so do those of a registration whose address another one has been verified for.
    """
    verify(uow, registrations, addresses, identity, registration_id=str(body.registration_id), code=body.code)
