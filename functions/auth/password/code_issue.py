"""Codes of resets: who gets one."""

from __future__ import annotations

from auth.accounts.mails import refused_silently
from auth.accounts.repository import MailCountRepository, account_key, address_key
from auth.codes import Code
from auth.events import PasswordResetCodeIssued
from auth.login.sources import LoginSources
from auth.password.repository import ResetRepository
from auth.records import REQUESTED
from solo60 import clock
from solo60.events import publish
from solo60.unit_of_work import UnitOfWork, Work
from user.published import profile_key


def issue(
    uow: UnitOfWork, resets: ResetRepository, mails: MailCountRepository, logins: LoginSources, reset_id: str
) -> None:
    """Send the owner of an address the code of a reset; nothing, where the address has none.

    Mails that strangers cause have an allowance of their own. So they do not use up that of a source from which the
    owner has logged in lately.
    """
    code = Code.new()

    def act(work: Work) -> None:
        reset = resets.find(work.read, reset_id)
        if reset is None or reset.state != REQUESTED or reset.expires_at <= clock.now():
            return
        owner_key = address_key(reset.email)
        owner = work.read(owner_key)[owner_key]
        if owner is None:
            return
        keys = account_key(owner.user_id), profile_key(owner.user_id)
        found = work.read(*keys)
        account, profile = found[keys[0]], found[keys[1]]
        if account is None or profile is None:
            return
        known = logins.is_known(work.read, reset.email, reset.source)
        mails.count_reset(work, reset.email, reset.source, known=known)
        resets.set_code(work, reset, account, code)
        publish(
            work,
            PasswordResetCodeIssued(
                user_id=owner.user_id,
                email=reset.email,
                first_name=profile.first_name or "",
                code=code.text,
                expires_at=code.expires_at,
            ),
        )

    with refused_silently("ResetMailsRefused"):
        uow.run(act)
