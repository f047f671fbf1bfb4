"""Makes an account an admin with a known second factor, as a process with AWS, tables and key in its environment."""

from __future__ import annotations

import sys

from auth.login.second_factor import SecondFactorRepository, enroll
from solo60.unit_of_work import UnitOfWork
from user.administration.repository import MemberRepository
from user.administration.roles import appoint


def main(user_id: str, seed: str) -> None:
    """Appoint the account and give it a second factor with this seed."""
    appoint(UnitOfWork(), MemberRepository(), user_id)
    enroll(UnitOfWork(), SecondFactorRepository(), user_id, seed)


if __name__ == "__main__":
    main(*sys.argv[1:])
