"""POST /auth/resend-code."""

from __future__ import annotations

from auth import views
from auth.identity import CognitoIdentityProvider
from auth.repository import RegistrationRepository
from auth.schemas import ResendCodeRequest
from auth.verification import resend
from solo60.declarations import AUTH_THROTTLE, Access
from solo60.grants import Do, IdentityGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/resend-code",
    access=Access.PUBLIC,
    status=202,
    throttle=AUTH_THROTTLE,
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT}), IdentityGrant({"AdminGetUser"})),
    view=views.verification_view,
)
def handler(
    body: Body[ResendCodeRequest],
    uow: UnitOfWork,
    registrations: RegistrationRepository,
    identity: CognitoIdentityProvider,
) -> str:
    """Send a new code; the response is the same whether or not the account exists.

    A code is sent at most once a minute. It makes the earlier code invalid.
    """
    return resend(uow, registrations, identity, body.email)
