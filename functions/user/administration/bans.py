"""Bans: from the commit on a banned member writes nothing, in any service."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from solo60 import clock
from solo60.bans import Ban, ban_key
from solo60.events import publish
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork, Work
from user.administration.details import governed_member
from user.administration.last_admin import bans_of, require_another
from user.administration.repository import WITHOUT_END, Governed, Member, MemberRepository
from user.events import UserBanned, UserUnbanned
from user.records import BanEntry


def ban(
    uow: UnitOfWork,
    members: MemberRepository,
    user_id: str,
    *,
    reason: str,
    until: datetime | None,
    by: str,
    seen_version: int | None,
) -> Member:
    """Ban a member. A new ban replaces the one that is in force.

    Parameters
    ----------
    until
        The end; None for a ban without end.
    by
        The admin.
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
    ban_id = new_id()

    def act(work: Work) -> Member:
        governed = governed_member(members, work, user_id, seen_version)
        member, now = governed.member, clock.now()
        if member.is_admin:
            require_another(governed.admins, user_id)
        _set_admins_ban(work, members, governed, until or WITHOUT_END)
        entry = BanEntry(ban_id=ban_id, reason=reason, banned_at=now, banned_by=by, banned_until=until)
        members.require_seen(work, member, seen_version)
        members.add_ban(work, member, entry)
        end = None if until is None else clock.to_rfc3339(until)
        work.record_change("user", user_id, {"ban": ban_id, "banned_until": end})
        publish(work, UserBanned(user_id=user_id, ban_id=ban_id, banned_at=now, banned_until=until))
        return replace(member, ban=_ban(user_id, until or WITHOUT_END, ban_id))

    return uow.run(act)


def unban(uow: UnitOfWork, members: MemberRepository, user_id: str, *, by: str, seen_version: int | None) -> Member:
    """Lift a member's ban. Who is not banned stays as they are.

    Parameters
    ----------
    by
        The admin.
    seen_version
        The version of the profile that the caller has seen; None for any version.

    Raises
    ------
    MemberNotFound
        There is no such member.
    PreconditionFailed
        The profile is not, or at the commit no longer, the version that the caller has seen.
    """

    def act(work: Work) -> Member:
        governed = governed_member(members, work, user_id, seen_version)
        member = governed.member
        if member.ban is None or not member.is_banned:
            return member
        _set_admins_ban(work, members, governed, None)
        members.require_seen(work, member, seen_version)
        members.lift_ban(work, member, clock.now(), by)
        ban_id = member.ban.ban_id or ""
        work.record_change("user", user_id, {"lifted_ban": ban_id})
        publish(work, UserUnbanned(user_id=user_id, ban_id=ban_id))
        return replace(member, ban=_ban(user_id, None, ban_id))

    return uow.run(act)


def _set_admins_ban(work: Work, members: MemberRepository, governed: Governed, until: datetime | None) -> None:
    """Let the set of all admins have the ban of an admin, as long as the member is one."""
    if not governed.member.is_admin:
        members.require_role(work, governed.member)
        return
    stored = None if until is None else clock.to_sortable(until)
    members.set_admins(work, governed.admins, {**bans_of(governed.admins), governed.member.id: stored})


def _ban(user_id: str, until: datetime | None, ban_id: str) -> Ban:
    key = ban_key(user_id)
    return Ban(key.pk, key.sk, banned_until=until, ban_id=ban_id)
