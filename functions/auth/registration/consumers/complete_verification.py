"""Completes the verification of an e-mail address in Cognito."""

from __future__ import annotations

from auth.events import EmailVerified
from auth.identity import CognitoIdentityProvider
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import IdentityGrant


@consumer(
    EmailVerified, grants=(IdentityGrant({"AdminAddUserToGroup", "AdminUpdateUserAttributes"}),), deduplicates=False
)
def handler(envelope: Envelope[EmailVerified], identity: CognitoIdentityProvider) -> None:
    """Mark the user's e-mail address as verified and add the user to the group of members.

    The endpoint has usually marked it. Both operations can be repeated, so no inbox mark is needed.
    """
    identity.confirm_email(envelope.data.user_id)
    identity.add_to_members(envelope.data.user_id)
