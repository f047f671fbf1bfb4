"""The groups of accounts in Cognito, which new tokens carry. They follow the recorded roles."""

from __future__ import annotations

from solo60 import aws, settings
from solo60.records import batch_get
from solo60.roles import ADMIN, is_admin, role_key


class AccountGroups:
    """The port to the groups of the user pool. The name of a user is the id of the member."""

    def add_to_admins(self, user_id: str) -> None:
        """Let the next token of an account be that of an admin. Can be repeated."""
        _change("admin_add_user_to_group", user_id)

    def remove_from_admins(self, user_id: str) -> None:
        """Let the next token of an account be that of a member. Can be repeated."""
        _change("admin_remove_user_from_group", user_id)


def _change(operation: str, user_id: str) -> None:
    client = aws.client("cognito-idp")
    try:
        getattr(client, operation)(UserPoolId=settings.read(settings.USER_POOL), Username=user_id, GroupName=ADMIN)
    except client.exceptions.UserNotFoundException:
        # An account that is gone gets no tokens.
        return


def follow_role(groups: AccountGroups, user_id: str) -> None:
    """Let the group of a member's account be that of the role that is recorded now, whatever the event says.

    So it does not matter in which order and how often events of changes arrive, or that two are handled at once: what
    is recorded is read again after each change of the group.
    """
    key = role_key(user_id)
    followed: bool | None = None
    while (recorded := is_admin(batch_get(key)[key])) != followed:
        if recorded:
            groups.add_to_admins(user_id)
        else:
            groups.remove_from_admins(user_id)
        followed = recorded
