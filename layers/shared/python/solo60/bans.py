"""What is recorded of the caller of every write: a ban, and from when on the caller's tokens count.

Both are in one item of the user service's table, so that a write checks both at once; that service alone writes it. An
id token is valid for some minutes, whatever has happened to its member meanwhile. So every service refuses the writes
of a banned member, and those by a token that was issued before the member's password was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from solo60 import clock
from solo60.grants import Do, TableGrant
from solo60.problems import AccountBanned, SignInAgain
from solo60.records import Found, InstantAttribute, Key, RawItem, Record
from solo60.transaction import Transaction


def grant(*, commits: bool) -> TableGrant:
    """The grant to read it, and for the functions below.

    Parameters
    ----------
    commits
        A transaction requires that the member is not banned.
    """
    return TableGrant("user", {Do.BATCH_GET} | ({Do.CHECK} if commits else set()))


class Ban(Record):
    """A member's ban, and from when on the member's tokens count.

    Without an item the member is not banned, and all tokens count.

    Attributes
    ----------
    banned_until
        The end of the ban; the far future for one without end.
    ban_id
        Of the last ban.
    tokens_from
        Id tokens that were issued earlier count no more. In whole seconds, as tokens have it.
    kept_login
        The one login whose earlier tokens count too: the one by which the password was changed.
    """

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="ban")
    banned_until = InstantAttribute(null=True)
    ban_id = UnicodeAttribute(null=True)
    tokens_from = InstantAttribute(null=True)
    kept_login = UnicodeAttribute(null=True)


def ban_key(user_id: str) -> Key[Ban]:
    """The key of a member's ban, for a batch read with other records."""
    return Key(Ban, f"USER#{user_id}", "BAN")


def is_banned(ban: Ban | None) -> bool:
    """Whether `ban`, as read, is a ban in force now."""
    return ban is not None and ban.banned_until is not None and ban.banned_until > clock.now()


class BanGuard:
    """Refuses the work of a banned member and of an ended token: when it reads, and again when it commits.

    Parameters
    ----------
    issued_at
        When the caller's token was issued.
    login
        The login that it comes from; empty if it names none.
    judged_by_use_case
        The use case itself judges the ban that it reads, as one rule among others; the guard then only commits it.
    """

    lasting = False

    def __init__(self, user_id: str, *, issued_at: datetime, login: str = "", judged_by_use_case: bool = False) -> None:
        self._key, self._issued_at, self._login = ban_key(user_id), issued_at, login
        self._judged_by_use_case = judged_by_use_case

    def keys_to_read(self) -> Sequence[Key[Ban]]:
        """What is recorded of the member."""
        return (self._key,)

    def judge(self, found: Found) -> None:
        """Let a member pass who is not banned and whose token counts.

        Raises
        ------
        SignInAgain
            The token counts no more.
        AccountBanned
            The member is banned.
        """
        recorded = found[self._key]
        if not self._counts(recorded):
            raise SignInAgain
        if not self._judged_by_use_case and is_banned(recorded):
            raise AccountBanned

    def add_to(self, transaction: Transaction) -> None:
        """Require both at the commit."""
        kind = Ban
        counts = kind.tokens_from.does_not_exist() | (kind.tokens_from <= self._issued_at)
        if self._login:
            counts |= kind.kept_login == self._login
        not_banned = kind.banned_until.does_not_exist() | (kind.banned_until <= clock.now())
        transaction.check(self._key.blank(), counts & not_banned, on_failure=self._refusal)

    def _counts(self, recorded: Ban | None) -> bool:
        if recorded is None or recorded.tokens_from is None or recorded.tokens_from <= self._issued_at:
            return True
        return bool(self._login) and recorded.kept_login == self._login

    def _refusal(self, item: RawItem | None) -> Exception:
        return AccountBanned() if self._counts(Ban.from_raw_data(item) if item else None) else SignInAgain()
