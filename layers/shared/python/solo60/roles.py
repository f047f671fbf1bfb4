"""Roles of members. Every call of an admin endpoint is judged by the recorded role, whatever the token says.

The role is stored in the user service's table, and that service alone writes it. A token still has the groups of the
moment when it was issued, so an admin who lost the role is refused from that moment on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from solo60.grants import Do, TableGrant
from solo60.problems import Forbidden
from solo60.records import Found, InstantAttribute, Key, Record
from solo60.transaction import Transaction

ADMIN = "admin"
MEMBER = "member"


def grant(*, commits: bool) -> TableGrant:
    """The grant to read it, and for the functions below.

    Parameters
    ----------
    commits
        A transaction requires that the caller is an admin, or that the role is as it was read.
    """
    return TableGrant("user", {Do.BATCH_GET} | ({Do.CHECK} if commits else set()))


class RecordedRole(Record):
    """A member's role. Who has no item is a member.

    Attributes
    ----------
    second_factor_from
        Of an admin: a second factor that was set up before, and a login with it, do not count. It is the moment of the
        promotion, or of a later reset.
    """

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="role")
    role = UnicodeAttribute(null=True)
    second_factor_from = InstantAttribute(null=True)


def role_key(user_id: str) -> Key[RecordedRole]:
    """The key of a member's role, for a batch read with other records."""
    return Key(RecordedRole, f"USER#{user_id}", "ROLE")


def is_admin(recorded: RecordedRole | None) -> bool:
    """Whether a role, as read, is that of an admin."""
    return recorded is not None and recorded.role == ADMIN


def needs_second_factor(recorded: RecordedRole | None, proven_at: datetime | None) -> bool:
    """Whether an admin has yet to prove a second factor.

    Parameters
    ----------
    proven_at
        When one was set up, or a login was completed with it; None for never.
    """
    if recorded is None or not is_admin(recorded):
        return False
    since = recorded.second_factor_from
    return proven_at is None or (since is not None and proven_at < since)


class AdminGuard:
    """Refuses the work of a caller who is no admin any more: when it reads, and again when it commits."""

    lasting = False

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id

    def keys_to_read(self) -> Sequence[Key[RecordedRole]]:
        """The caller's role."""
        return (role_key(self._user_id),)

    def judge(self, found: Found) -> None:
        """Let an admin pass.

        Raises
        ------
        Forbidden
            The caller is no admin.
        """
        if not is_admin(found[role_key(self._user_id)]):
            raise Forbidden

    def add_to(self, transaction: Transaction) -> None:
        """Require at the commit that the caller is an admin."""
        transaction.check(role_key(self._user_id).blank(), RecordedRole.role == ADMIN, on_failure=Forbidden())
