"""Whether a member may write: the one fact about a member that every service has to ask at once.

It lives in the user service's table and is written by that service alone.
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


class Standing(Record):
    """A ban. No item, or one whose end has passed: the member is in good standing."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="standing")
    banned_until = InstantAttribute(null=True)
    """The end of the ban; the far future for one without end."""


def standing_key(user_id: str) -> Key:
    """Where a member's standing is, for a read together with other records."""
    return Key(Standing, f"USER#{user_id}", "STANDING")


def is_banned(standing: Any) -> bool:
    """Whether this record (or its absence) is a ban in force now."""
    return standing is not None and standing.banned_until is not None and standing.banned_until > clock.now()


def require_good_standing(transaction: Transaction, user_id: str) -> None:
    """Make `transaction` fail with `AccountBanned` if the member is banned when it commits."""
    key = standing_key(user_id)
    transaction.check(
        Standing(key.pk, key.sk),
        Standing.banned_until.does_not_exist() | (Standing.banned_until <= clock.now()),
        otherwise=AccountBanned(),
    )


def refuse_banned(user_id: str) -> None:
    """Ask now, in a read of its own.

    Raises
    ------
    AccountBanned
        The member is banned.
    """
    key = standing_key(user_id)
    if is_banned(Standing.find(key.pk, key.sk, consistent=True)):
        raise AccountBanned
