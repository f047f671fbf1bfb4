"""Corrections of profiles by admins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from solo60.unit_of_work import UnitOfWork, Work
from user import profiles as use_case
from user.administration.repository import Member, MemberRepository
from user.errors import MemberNotFound
from user.repository import ProfileRepository


def correct(
    uow: UnitOfWork,
    members: MemberRepository,
    profiles: ProfileRepository,
    *,
    user_id: str,
    seen_version: int | None,
    changes: dict[str, Any],
) -> Member:
    """Change fields of a member's profile, as the member could and more.

    Parameters
    ----------
    seen_version
        The version that the admin has seen; None for any version.
    changes
        New values by field name; None clears a field.

    Raises
    ------
    MemberNotFound
        There is no such member.
    PreconditionFailed
        The profile has changed since the admin read it.
    """

    def act(work: Work) -> Member:
        member = members.member(work.read, user_id)
        if member is None:
            raise MemberNotFound
        return replace(member, profile=use_case.apply(work, profiles, member.profile, seen_version, changes))

    return uow.run(act)
