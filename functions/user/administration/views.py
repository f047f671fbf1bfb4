"""Response bodies of the administration of members."""

from __future__ import annotations

from typing import Any

from solo60 import roles
from solo60.http.response import Tagged
from solo60.paging import PageOf
from user.administration.details import MemberDetails
from user.administration.repository import Member
from user.administration.schemas import (
    BanView,
    MemberAccountView,
    MemberDetailsView,
    MemberPage,
    MemberStatus,
    MemberSummary,
)
from user.records import BanEntry


def member_page(page: PageOf[Member]) -> MemberPage:
    """A page of members."""
    items = [MemberSummary.model_validate(_summary(member)) for member in page.items]
    return MemberPage(items=items, next_cursor=page.next_cursor)


def member_account_view(member: Member) -> Tagged[MemberAccountView]:
    """A member with role and status; the version of the profile is the `ETag`."""
    view = MemberAccountView.model_validate(_account(member))
    return Tagged(view, view.version)


def member_details_view(details: MemberDetails) -> Tagged[MemberDetailsView]:
    """A member with role, status and bans; the version of the profile is the `ETag`."""
    bans = [_ban(entry) for entry in details.bans]
    view = MemberDetailsView.model_validate({**_account(details.member), "bans": bans})
    return Tagged(view, view.version)


def _summary(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "email": member.profile.email,
        "first_name": member.profile.first_name,
        "last_name": member.profile.last_name,
        "role": roles.ADMIN if member.is_admin else roles.MEMBER,
        "status": MemberStatus.BANNED if member.is_banned else MemberStatus.ACTIVE,
        "banned_until": member.banned_until,
        "created_at": member.profile.created_at,
    }


def _account(member: Member) -> dict[str, Any]:
    profile = member.profile
    return {
        **_summary(member),
        "verified": bool(profile.verified),
        "phone": profile.phone,
        "date_of_birth": profile.date_of_birth,
        "bio": profile.bio,
        "version": profile.version,
    }


def _ban(entry: BanEntry) -> BanView:
    return BanView(
        id=entry.ban_id,
        reason=entry.reason,
        banned_at=entry.banned_at,
        banned_by=entry.banned_by,
        banned_until=entry.banned_until,
        lifted_at=entry.lifted_at,
        lifted_by=entry.lifted_by,
    )
