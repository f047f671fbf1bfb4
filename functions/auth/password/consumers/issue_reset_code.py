"""Sends codes of resets."""

from __future__ import annotations

from auth.accounts.repository import MailCountRepository
from auth.events import PasswordResetRequested
from auth.login.sources import LoginSources
from auth.password.code_issue import issue
from auth.password.repository import ResetRepository
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.published import READ_PROFILE


@consumer(
    PasswordResetRequested,
    grants=(TableGrant("auth", {Do.BATCH_GET, Do.UPDATE, Do.PUT}), READ_PROFILE),
)
def handler(
    envelope: Envelope[PasswordResetRequested],
    uow: UnitOfWork,
    resets: ResetRepository,
    mails: MailCountRepository,
    logins: LoginSources,
) -> None:
    """Send the owner of an address the code of a reset, if it has an owner."""
    issue(uow, resets, mails, logins, envelope.data.reset_id)
