"""The user service's interface for other services: profiles and ends of tokens, written with their own records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from solo60.grants import Do, TableGrant
from solo60.records import Key
from solo60.transaction import Transaction
from user.records import Profile
from user.repository import ProfileRepository, TokenRepository

CREATE_PROFILE = TableGrant("user", {Do.PUT, Do.UPDATE})
READ_PROFILE = TableGrant("user", {Do.BATCH_GET})
END_TOKENS = TableGrant("user", {Do.UPDATE})


def profile_key(user_id: str) -> Key[Profile]:
    """The key of a member's profile. It is there from the moment when the e-mail address was verified."""
    return ProfileRepository.key(user_id)


def create_profile(
    transaction: Transaction,
    user_id: str,
    *,
    email: str,
    first_name: str,
    last_name: str,
    date_of_birth: date,
    phone: str | None,
    registered_at: datetime,
) -> None:
    """Add the profile of a member whose e-mail address is verified, so that it is there at the first login."""
    ProfileRepository().add(
        transaction,
        user_id,
        email=email,
        first_name=first_name,
        last_name=last_name,
        date_of_birth=date_of_birth,
        phone=phone,
        registered_at=registered_at,
    )


@dataclass(frozen=True)
class KeptLogin:
    """The one login that goes on when all others end.

    Attributes
    ----------
    id
        Cognito's id of it (`Caller.login`).
    tokens_from
        From when on the member's tokens counted, as `solo60.bans` has it, when this login was judged.
    """

    id: str
    tokens_from: datetime | None


def end_tokens(transaction: Transaction, user_id: str, *, kept: KeptLogin | None = None) -> datetime:
    """Let the id tokens that a member has count no more: every write and every call of an admin by them is refused.

    Parameters
    ----------
    kept
        The one login that goes on. Where all tokens were ended since it was judged, the commit fails as for any other
        item that has changed.

    Returns
    -------
    datetime
        Tokens that are issued from then on count. It is within a second: `solo60.clock.wait_until` it before the
        answer, so that a login that follows the answer gets a token that counts.
    """
    if kept is None:
        return TokenRepository().end(transaction, user_id, kept_login=None)
    return TokenRepository().end(transaction, user_id, kept_login=kept.id, judged=kept.tokens_from)
