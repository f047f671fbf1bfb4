"""Bans of members. Every service refuses the writes of a banned member.

A ban is stored in the user service's table, and that service alone writes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from solo60 import clock
from solo60.grants import Do, TableGrant
from solo60.problems import AccountBanned
from solo60.records import Found, InstantAttribute, Key, Record
from solo60.transaction import Transaction


def grant(*, reads: bool, commits: bool) -> TableGrant:
    """The grant for the functions below.

    Parameters
    ----------
    reads
        The ban is read, alone or with other records.
    commits
        A transaction requires that the member is not banned.
    """
    return TableGrant("user", ({Do.BATCH_GET} if reads else set()) | ({Do.CHECK} if commits else set()))


class Ban(Record):
    """A member's ban. The member is not banned if there is no item or if its end has passed."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="ban")
    banned_until = InstantAttribute(null=True)
    """The end of the ban; the far future for one without end."""
    ban_id = UnicodeAttribute(null=True)
    """Of the last ban."""


def ban_key(user_id: str) -> Key[Ban]:
    """The key of a member's ban, for a batch read with other records."""
    return Key(Ban, f"USER#{user_id}", "BAN")


def is_banned(ban: Ban | None) -> bool:
    """Whether `ban`, as read, is a ban in force now."""
    return ban is not None and ban.banned_until is not None and ban.banned_until > clock.now()


class BanGuard:
    """Refuses a banned member's work: when it reads, and again when it commits.

    Parameters
    ----------
    judged_by_use_case
        The use case itself judges the ban that it reads, as one rule among others; the guard then only commits it.
    """

    lasting = False

    def __init__(self, user_id: str, *, judged_by_use_case: bool = False) -> None:
        self._user_id, self._judged_by_use_case = user_id, judged_by_use_case

    def keys_to_read(self) -> Sequence[Key[Ban]]:
        """The member's ban."""
        return () if self._judged_by_use_case else (ban_key(self._user_id),)

    def judge(self, found: Found) -> None:
        """Refuse a member who is banned.

        Raises
        ------
        AccountBanned
            The member is banned.
        """
        if not self._judged_by_use_case and is_banned(found[ban_key(self._user_id)]):
            raise AccountBanned

    def add_to(self, transaction: Transaction) -> None:
        """Require at the commit that the member is not banned."""
        transaction.check(
            ban_key(self._user_id).blank(),
            Ban.banned_until.does_not_exist() | (Ban.banned_until <= clock.now()),
            on_failure=AccountBanned(),
        )
