"""Requests of admins about members."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from solo60 import clock
from solo60.ids import new_id
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork
from tests.conftest import Answer, call
from tests.fakes.aws import fake_aws
from tests.grants_in_use import by_others
from tests.handlers.user.conftest import TABLE, user_registered
from user.administration import roles
from user.administration.endpoints.ban_member import handler as ban_handler
from user.administration.endpoints.change_role import handler as role_handler
from user.administration.endpoints.get_member_account import handler as get_handler
from user.administration.endpoints.list_members import handler as list_handler
from user.administration.endpoints.unban_member import handler as unban_handler
from user.administration.repository import MemberRepository, admins_key

LISTED = list_handler


def joined(first_name: str = "Alix", last_name: str = "Example", email: str | None = None) -> str:
    """The id of a new member."""
    user_id = new_id()
    email = email or f"{user_id}@example.com"
    user_registered(user_id, email=email, first_name=first_name, last_name=last_name)
    return user_id


def new_admin(first_name: str = "Ada", last_name: str = "Admin") -> str:
    """The id of a new member who is an admin."""
    user_id = joined(first_name, last_name)
    roles.appoint(UnitOfWork(), MemberRepository(), user_id)
    return user_id


def as_admin(handler: Any, admin: str, user_id: str, body: Any = None, **more: Any) -> Answer:
    """A request with an admin's token about a member; the recorded role stays as it is."""
    return call(handler, user=admin, admin=True, appointed=False, path={"user_id": user_id}, body=body, **more)


def set_role(admin: str, user_id: str, role: str, **more: Any) -> Answer:
    return as_admin(role_handler, admin, user_id, {"role": role}, **more)


def ban(admin: str, user_id: str, until: datetime | None = None, **more: Any) -> Answer:
    end = None if until is None else clock.to_rfc3339(until)
    return as_admin(ban_handler, admin, user_id, {"reason": "Damaged equipment.", "until": end}, **more)


def unban(admin: str, user_id: str, **more: Any) -> Answer:
    return as_admin(unban_handler, admin, user_id, **more)


def get(admin: str, user_id: str) -> Answer:
    return as_admin(get_handler, admin, user_id)


def audit_lines() -> list[dict[str, Any]]:
    return fake_aws().items(TABLE, "audit_line")


def admins_not_banned() -> set[str]:
    """Who may still appoint others, by the records that decide it."""
    with by_others():
        kept = batch_get(admins_key())[admins_key()]
        members = MemberRepository()
        found = [members.member(batch_get, user_id) for user_id in (kept.banned_until if kept else {})]
    return {member.id for member in found if member is not None and member.is_admin and not member.is_banned}
