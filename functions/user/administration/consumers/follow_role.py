"""Lets the groups of accounts follow the recorded roles."""

from __future__ import annotations

from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, IdentityGrant, TableGrant
from user.administration import groups as use_case
from user.administration.groups import AccountGroups
from user.events import UserRoleChanged


@consumer(
    UserRoleChanged,
    grants=(
        TableGrant("user", {Do.BATCH_GET}),
        IdentityGrant({"AdminAddUserToGroup", "AdminRemoveUserFromGroup"}),
    ),
    deduplicates=False,
)
def handler(envelope: Envelope[UserRoleChanged], groups: AccountGroups) -> None:
    """Put the account of a new admin into the group of admins, and take it out after a demotion.

    It needs no inbox mark: it can be repeated, and goes by the role that is recorded now.
    """
    use_case.follow_role(groups, envelope.data.user_id)
