"""Notes whose e-mail is proven."""

from __future__ import annotations

from auth.events import EmailVerified
from solo60.declarations import Do, Needs, Table
from solo60.events import Envelope
from solo60.queues import InboxMark, consumer
from user import profiles as use_case
from user.repository import ProfileRepository


@consumer(EmailVerified, needs=Needs(tables=(Table("user", {Do.UPDATE}),)))
def handler(envelope: Envelope[EmailVerified], mark: InboxMark, profiles: ProfileRepository) -> None:
    """Note on the profile that its e-mail is proven."""
    use_case.mark_verified(profiles, envelope.data, mark.add_to)
