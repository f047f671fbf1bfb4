"""Lets Cognito follow a verified e-mail."""

from __future__ import annotations

from auth.events import EmailVerified
from auth.identity import CognitoIdentityProvider
from solo60.declarations import Needs
from solo60.events import Envelope
from solo60.queues import consumer


@consumer(EmailVerified, needs=Needs(identity=("AdminAddUserToGroup", "AdminUpdateUserAttributes")))
def handler(envelope: Envelope[EmailVerified], identity: CognitoIdentityProvider) -> None:
    """Mark the account's e-mail verified and put it into the group of members.

    The endpoint has marked it already, unless it died before; both are harmless again, so no mark is kept.
    """
    identity.confirm_email(envelope.data.email)
    identity.add_to_members(envelope.data.email)
