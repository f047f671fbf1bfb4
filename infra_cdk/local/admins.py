"""Records accounts as admins through user's own code, as a process with AWS and the table in its environment."""

from __future__ import annotations

import sys

from solo60.unit_of_work import UnitOfWork
from user.administration.repository import MemberRepository
from user.administration.roles import appoint


def main(user_ids: list[str]) -> None:
    """Appoint each of the accounts."""
    for user_id in user_ids:
        appoint(UnitOfWork(), MemberRepository(), user_id)


if __name__ == "__main__":
    main(sys.argv[1:])
