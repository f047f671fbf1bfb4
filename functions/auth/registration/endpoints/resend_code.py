"""POST /auth/resend-code."""

from __future__ import annotations

from auth.accounts.repository import PER_SOURCE_SETTING, MailCountRepository
from auth.registration import views
from auth.registration.schemas import ResendCodeRequest
from auth.registration.verification import resend
from auth.sources import source_of
from solo60.declarations import AUTH_THROTTLE, Access
from solo60.grants import Do, SettingGrant, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Request
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/auth/resend-code",
    access=Access.PUBLIC,
    status=202,
    throttle=AUTH_THROTTLE,
    grants=(TableGrant("auth", {Do.UPDATE, Do.PUT}), SettingGrant(PER_SOURCE_SETTING)),
    view=views.resent_view,
)
def handler(body: Body[ResendCodeRequest], request: Request, uow: UnitOfWork, mails: MailCountRepository) -> str:
    """Send a registration a new code; the response is the same whether or not it exists.

    A code is sent at most once a minute. It makes the earlier code of this registration invalid.
    """
    return resend(uow, mails, str(body.registration_id), source=source_of(request.source_ip))
