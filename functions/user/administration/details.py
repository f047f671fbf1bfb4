"""A member as admins look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solo60.unit_of_work import UnitOfWork
from user.administration.repository import Member, MemberRepository
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
