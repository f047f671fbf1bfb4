"""Roles: members become admins, and admins members. The recorded role counts from the commit on."""

from __future__ import annotations

from dataclasses import replace

from solo60 import clock
from solo60.bans import ban_key, is_banned
from solo60.events import publish
from solo60.roles import ADMIN, MEMBER, RecordedRole, is_admin, role_key
from solo60.unit_of_work import UnitOfWork, Work
from user.administration.details import governed_member
from user.administration.last_admin import bans_of, require_another
from user.administration.repository import Governed, Member, MemberRepository, admins_key
from user.errors import MemberBanned, NotAnAdmin, OwnSecondFactor
from user.events import SecondFactorReset, UserRoleChanged
from user.repository import TokenRepository


def change_role(
    uow: UnitOfWork, members: MemberRepository, user_id: str, role: str, seen_version: int | None
) -> Member:
    """Give a member a role. The role that the member has already changes nothing.

    Parameters
    ----------
    seen_version
        The version of the profile that the caller has seen; None for any version.

    Raises
    ------
    MemberNotFound
        There is no such member.
    PreconditionFailed
        The profile is not, or at the commit no longer, the version that the caller has seen.
    LastAdmin
        No other admin would be left who is not banned.
    """

    def act(work: Work) -> Member:
        governed = governed_member(members, work, user_id, seen_version)
        member = governed.member
        if member.is_admin == (role == ADMIN):
            return member
        if member.is_admin:
            require_another(governed.admins, user_id)
        members.require_seen(work, member, seen_version)
        _write(work, members, governed, role)
        return replace(member, role=_recorded(user_id, role))

    return uow.run(act)


def reset_second_factor(
    uow: UnitOfWork,
    members: MemberRepository,
    tokens: TokenRepository,
    user_id: str,
    *,
    by: str | None = None,
    seen_version: int | None = None,
) -> Member:
    """Let an admin who has lost the second factor set up a new one at the next login.

    All logins of the admin end, and every id token: whoever has found the factor may have logged in with it.

    Parameters
    ----------
    by
        The admin who does it; None for an operator.
    seen_version
        As for a change of the role.

    Raises
    ------
    MemberNotFound
        There is no such member.
    OwnSecondFactor
        An admin cannot reset their own: whoever has taken over a login would get a second factor by it.
    PreconditionFailed
        As for a change of the role.
    NotAnAdmin
        The member is no admin.
    """
    if user_id == by:
        raise OwnSecondFactor

    counted_from = clock.now()

    def act(work: Work) -> Member:
        nonlocal counted_from
        member = governed_member(members, work, user_id, seen_version).member
        if not member.is_admin:
            raise NotAnAdmin
        members.require_seen(work, member, seen_version)
        members.set_role(work, user_id, member.role, ADMIN)
        counted_from = tokens.end(work, user_id, kept_login=None)
        work.record_change("user", user_id, {"second_factor": "reset"})
        publish(work, SecondFactorReset(user_id=user_id))
        return member

    member = uow.run(act)
    clock.wait_until(counted_from)
    return member


def appoint(uow: UnitOfWork, members: MemberRepository, user_id: str) -> bool:
    """Make an account an admin: for operators, who need no admin for it. The account needs no profile.

    Returns
    -------
    bool
        Whether it has become one; False for who was one before.

    Raises
    ------
    MemberBanned
        The member is banned, and would be no help as an admin.
    """

    def act(work: Work) -> bool:
        found = work.read(role_key(user_id), admins_key(), ban_key(user_id))
        admins, recorded, ban = found[admins_key()], found[role_key(user_id)], found[ban_key(user_id)]
        if is_banned(ban):
            raise MemberBanned
        if is_admin(recorded):
            return False
        members.require_ban(work, user_id, ban)
        members.set_admins(work, admins, {**bans_of(admins), user_id: None})
        members.set_role(work, user_id, recorded, ADMIN)
        work.record_change("user", user_id, {"role": {"before": MEMBER, "after": ADMIN}})
        publish(work, UserRoleChanged(user_id=user_id, role=ADMIN))
        return True

    return uow.run(act)


def _write(work: Work, members: MemberRepository, governed: Governed, role: str) -> None:
    member, admins = governed.member, bans_of(governed.admins)
    if role == ADMIN:
        # A ban of somebody who is no admin is not in the set: one that comes meanwhile would be missing there.
        members.require_ban(work, member.id, member.ban)
        until = member.ban.banned_until if member.ban is not None else None
        admins[member.id] = None if until is None else clock.to_sortable(until)
    else:
        admins.pop(member.id, None)
    members.set_admins(work, governed.admins, admins)
    members.set_role(work, member.id, member.role, role)
    before = ADMIN if member.is_admin else MEMBER
    work.record_change("user", member.id, {"role": {"before": before, "after": role}})
    publish(work, UserRoleChanged(user_id=member.id, role=role))


def _recorded(user_id: str, role: str) -> RecordedRole:
    key = role_key(user_id)
    return RecordedRole(key.pk, key.sk, role=role)
