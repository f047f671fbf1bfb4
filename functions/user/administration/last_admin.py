"""The rule that one admin who is not banned stays."""

from __future__ import annotations

from solo60 import clock
from user.errors import LastAdmin
from user.records import Admins


def bans_of(admins: Admins | None) -> dict[str, str | None]:
    """All admins, each with the end of the last ban as stored text; None without one."""
    return {} if admins is None else dict(admins.banned_until)


def require_another(admins: Admins | None, user_id: str) -> None:
    """Require that another admin than this one is not banned now.

    Raises
    ------
    LastAdmin
        There is none. Whoever changes the admins does so under the condition that they are still as read.
    """
    now = clock.to_sortable(clock.now())
    if not any(until is None or until <= now for other, until in bans_of(admins).items() if other != user_id):
        raise LastAdmin
