"""Makes a member an admin: `make admin STAGE=prod EMAIL=alix@example.com`, the first one of a deployment too.

The person registers in the app first. With `FACTOR=reset` it resets the second factor of an admin who has lost it.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from auth.accounts.repository import AddressRepository
from infra_cdk.catalogue import table_name
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import REGION, STACK_FILE, STAGE, Stack
from infra_cdk.stages import STAGES
from solo60 import settings
from solo60.audit import Auditor
from solo60.problems import Problem
from solo60.records import batch_get
from solo60.unit_of_work import UnitOfWork
from user.administration.repository import MemberRepository
from user.administration.roles import appoint, reset_second_factor
from user.repository import TokenRepository

OPERATOR = "operator"
"""Who did it, in the audit log."""


class NoSuchMember(Exception):
    """Nobody has verified this e-mail address."""


@dataclass(frozen=True)
class Made:
    """What was done.

    Attributes
    ----------
    text
        For the operator.
    """

    user_id: str
    text: str


def make_admin(email: str, *, reset: bool) -> Made:
    """Make the owner of an e-mail address an admin, or reset the second factor of one.

    Raises
    ------
    NoSuchMember
        The address has no owner.
    Problem
        The member is banned, or the second factor to reset is that of somebody who is no admin.
    """
    address = AddressRepository().find(batch_get, email.strip().lower())
    if address is None:
        raise NoSuchMember
    uow = UnitOfWork(auditor=Auditor(OPERATOR, "make_admin"))
    user_id = str(address.user_id)
    if reset:
        reset_second_factor(uow, MemberRepository(), TokenRepository(), user_id)
        return Made(user_id, "sets up a new second factor at the next login")
    if appoint(uow, MemberRepository(), user_id):
        return Made(user_id, "is an admin from the next login on")
    return Made(user_id, "is an admin already: nothing has changed")


def _use(stage: str) -> None:
    """Let this process work on a stage's tables."""
    for domain in ("auth", "user"):
        os.environ[settings.table_variable(domain)] = table_name(stage, domain)
    if stage != STAGE:
        os.environ["AWS_DEFAULT_REGION"] = STAGES[stage].region
        return
    local = {"AWS_ENDPOINT_URL": Stack.read(STACK_FILE).aws, "AWS_DEFAULT_REGION": REGION}
    os.environ.update(local, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")


def main() -> int:
    """Make the admin; returns 1 with one line where that is not possible."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("email")
    parser.add_argument("--stage", default="dev", choices=sorted(STAGES))
    parser.add_argument("--factor", choices=["", "reset"], default="")
    arguments = parser.parse_args()
    if not arguments.email:
        parser.error("name a member: make admin EMAIL=alix@example.com STAGE=dev")
    reset = arguments.factor == "reset"
    try:
        _use(arguments.stage)
        made = make_admin(arguments.email, reset=reset)
    except NoSuchMember:
        print(f"error  {arguments.email}: nobody has verified this address; register in the app first", file=sys.stderr)
    except (Problem, BotoCoreError, ClientError, LocalRunError) as error:
        print(f"error  {error}", file=sys.stderr)
    else:
        print(f"{arguments.email} ({made.user_id}) {made.text}")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
