"""Bans of members. Every service refuses the writes of a banned member.

A ban is stored in the user service's table, and that service alone writes it.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import UnicodeAttribute

from solo60 import clock
from solo60.declarations import Do, Table
from solo60.problems import AccountBanned
from solo60.records import InstantAttribute, Key, Record
from solo60.transaction import Transaction

NEEDS = Table("user", {Do.GET, Do.CHECK, Do.BATCH_GET})


class Ban(Record):
    """A member's ban. The member is not banned if there is no item or if its end has passed."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="ban")
    banned_until = InstantAttribute(null=True)
    """The end of the ban; the far future for one without end."""


def ban_key(user_id: str) -> Key:
    """The key of a member's ban, for a batch read with other records."""
    return Key(Ban, f"USER#{user_id}", "BAN")


def is_banned(ban: Any) -> bool:
    """Whether `ban`, as read, is a ban in force now."""
    return ban is not None and ban.banned_until is not None and ban.banned_until > clock.now()


def require_not_banned(transaction: Transaction, user_id: str) -> None:
    """Make `transaction` fail with `AccountBanned` if the member is banned when it commits."""
    key = ban_key(user_id)
    transaction.check(
        Ban(key.pk, key.sk),
        Ban.banned_until.does_not_exist() | (Ban.banned_until <= clock.now()),
        on_failure=AccountBanned(),
    )


def refuse_banned(user_id: str) -> None:
    """Refuse a banned member, with a read of its own.

    Raises
    ------
    AccountBanned
        The member is banned.
    """
    key = ban_key(user_id)
    if is_banned(Ban.find(key.pk, key.sk, consistent=True)):
        raise AccountBanned
