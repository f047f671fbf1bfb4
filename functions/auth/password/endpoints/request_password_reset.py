"""POST /auth/forgot-password."""

from __future__ import annotations

from auth.accounts.repository import PER_SOURCE_SETTING, MailCountRepository
from auth.password import views
from auth.password.forgetting import Requested, request_reset
from auth.password.repository import ResetRepository
from auth.password.schemas import ForgotPasswordRequest
from auth.sources import source_of
from solo60.declarations import AUTH_THROTTLE, Access
from solo60.grants import Do, SettingGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/forgot-password",
    access=Access.PUBLIC,
    status=202,
    throttle=AUTH_THROTTLE,
    grants=(TableGrant("auth", {Do.UPDATE, Do.PUT}), SettingGrant(PER_SOURCE_SETTING)),
    view=views.requested_view,
)
def handler(
    body: Body[ForgotPasswordRequest],
    request: Request,
    uow: UnitOfWork,
    resets: ResetRepository,
    mails: MailCountRepository,
) -> Requested:
    """Send a code for a new password; the response is the same whether or not the address has an account.

    The code is entered with the `reset_id` of this response. A further request ends no earlier code. The
    codes to an address are limited: those that strangers cause do not count for sources that its owner uses.
    """
    return request_reset(uow, resets, mails, body.email, source=source_of(request.source_ip))
