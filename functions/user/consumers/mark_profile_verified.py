"""Marks profiles as verified."""

from __future__ import annotations

from auth.events import EmailVerified
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user import profiles as use_case
from user.repository import ProfileRepository


@consumer(EmailVerified, grants=(TableGrant("user", {Do.UPDATE}),))
def handler(envelope: Envelope[EmailVerified], uow: UnitOfWork, profiles: ProfileRepository) -> None:
    """Mark the e-mail address of a profile as verified."""
    use_case.mark_verified(uow, profiles, envelope.data)
