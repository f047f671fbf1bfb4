"""Requests for a reset: the answer and its duration are the same whatever is known of the address.

The request stores what was asked for, and looks at nothing that belongs to the address. Whether a code is sent is
decided behind the bus (`auth.password.code_issue`).
"""

from __future__ import annotations

from dataclasses import dataclass

from auth.accounts.mails import refused_silently
from auth.accounts.repository import MailCountRepository
from auth.events import PasswordResetRequested
from auth.password.repository import ResetRepository
from solo60.events import publish
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True)
class Requested:
    """What the caller gets to know: the same for every address."""

    email: str
    reset_id: str


def request_reset(
    uow: UnitOfWork, resets: ResetRepository, mails: MailCountRepository, email: str, *, source: str
) -> Requested:
    """Ask for a code. A source that has caused too many mails gets the usual answer, and no mail is sent."""
    requested = Requested(email, new_id())

    def act(work: Work) -> Requested:
        resets.request(work, requested.reset_id, email=email, source=source)
        mails.count_for_source(work, source)
        publish(work, PasswordResetRequested(reset_id=requested.reset_id))
        return requested

    with refused_silently():
        uow.run(act)
    return requested
