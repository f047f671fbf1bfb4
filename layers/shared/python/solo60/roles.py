"""Roles of members. Every call of an admin endpoint is judged by the recorded role, whatever the token says.

The role is stored in the user service's table, and that service alone writes it. A token still has the groups of the
moment when it was issued, so an admin who lost the role is refused from that moment on.
"""

from __future__ import annotations

from collections.abc import Sequence

from pynamodb.attributes import UnicodeAttribute

from solo60.grants import Do, TableGrant
from solo60.problems import Forbidden
from solo60.records import Found, Key, Record
from solo60.transaction import Transaction

ADMIN = "admin"
MEMBER = "member"


def grant(*, commits: bool) -> TableGrant:
    """The grant to read it, and for the functions below.

    Parameters
    ----------
    commits
        A transaction requires that the caller is an admin.
    """
    return TableGrant("user", {Do.BATCH_GET} | ({Do.CHECK} if commits else set()))


class RecordedRole(Record):
    """A member's role. Who has no item is a member."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="role")
    role = UnicodeAttribute(null=True)


def role_key(user_id: str) -> Key[RecordedRole]:
    """The key of a member's role, for a batch read with other records."""
    return Key(RecordedRole, f"USER#{user_id}", "ROLE")


def is_admin(recorded: RecordedRole | None) -> bool:
    """Whether a role, as read, is that of an admin."""
    return recorded is not None and recorded.role == ADMIN


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
