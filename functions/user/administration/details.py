"""A member as admins look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solo60.problems import PreconditionFailed
from solo60.unit_of_work import UnitOfWork, Work
from user.administration.repository import Governed, Member, MemberRepository
from user.errors import MemberNotFound
from user.records import BanEntry


@dataclass(frozen=True)
class MemberDetails:
    """A member and the last bans, the newest first."""

    member: Member
    bans: Sequence[BanEntry]


def find(uow: UnitOfWork, members: MemberRepository, user_id: str) -> MemberDetails:
    """A member with role, status and ban history.

    Raises
    ------
    MemberNotFound
        There is no such member.
    """
    member = uow.run(lambda work: members.member(work.read, user_id))
    if member is None:
        raise MemberNotFound
    return MemberDetails(member, members.bans(user_id))


def governed_member(members: MemberRepository, work: Work, user_id: str, seen_version: int | None) -> Governed:
    """A member whose role or ban is to change, and all admins.

    Parameters
    ----------
    seen_version
        The version of the profile that the caller has seen; None for any version.

    Raises
    ------
    MemberNotFound
        There is no such member.
    PreconditionFailed
        The profile has changed since the caller read it.
    """
    governed = members.governed(work.read, user_id)
    if governed is None:
        raise MemberNotFound
    PreconditionFailed.unless_seen(seen_version, int(governed.member.profile.version))
    return governed
