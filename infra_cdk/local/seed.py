"""Fills a fresh system: credit packs, a dozen gyms, an admin and two members, the way they come about in reality."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

from auth.login.second_factor import KEY_SECRET, new_seed
from infra_cdk import catalogue
from infra_cdk.local import member
from infra_cdk.local.client import Api
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.gyms import GYMS
from infra_cdk.local.packs import PACKS
from infra_cdk.local.processes import clean_environment
from infra_cdk.local.stack import REGION, ROOT, STAGE, Account
from infra_cdk.local.system import System
from infra_cdk.names import Names
from solo60 import settings

_NAMES = {"admin": ("Alix", "Admin"), "member": ("Maya", "Member"), "member2": ("Milo", "Member")}
_MEMBERS_FIRST_PACK = PACKS[2][0]


def seed(system: System, tell: Callable[[str], None]) -> dict[str, Account]:
    """The demo accounts; they and all else are made unless a kept state has them."""
    kept = system.state / "seeded.json"
    if kept.exists():
        return {name: Account(**account) for name, account in json.loads(kept.read_text()).items()}
    users = {name: Account(f"{name}@example.com", member.new_password()) for name in _NAMES}
    users["admin"] = replace(users["admin"], totp_seed=new_seed())
    with ThreadPoolExecutor(4) as pool:
        tell("packs, accounts")
        packs = pool.submit(_put_packs, system)
        callers = dict(
            zip(
                users,
                pool.map(lambda name: member.join(system.api, system.inbox, users[name], *_NAMES[name]), users),
                strict=True,
            )
        )
        packs.result()
        tell("gyms, the first purchase")
        purchase = pool.submit(member.buy, callers["member"], system.stripe, _MEMBERS_FIRST_PACK)
        admin = _make_admin(system, users["admin"])
        first, *others = GYMS
        admin.call("POST", "/admin/gyms", json=first)
        list(pool.map(lambda gym: admin.call("POST", "/admin/gyms", json=gym), others))
        purchase.result()
    kept.write_text(json.dumps({name: asdict(account) for name, account in users.items()}))
    kept.chmod(0o600)
    return users


def _make_admin(system: System, account: Account) -> Api:
    """The first admin is made by an operator: the group is in the tokens, and the recorded role counts."""
    user_id = member.log_in(system.api, account).call("GET", "/auth/me")["id"]
    _run(system, "admins", user_id, str(account.totp_seed), domains=("auth", "user"))
    system.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=system.output("UserPoolId"), Username=account.email, GroupName="admin"
    )
    return member.log_in(system.api, account)


def _put_packs(system: System) -> None:
    _run(system, "packs", domains=("payment",))


def _run(system: System, module: str, *arguments: str, domains: tuple[str, ...]) -> None:
    """Run a module of this package with the tables of domains and the key of second factors in its environment."""
    path = os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/shared/python", "."))
    done = subprocess.run(
        [sys.executable, "-m", f"infra_cdk.local.{module}", *arguments],
        cwd=ROOT,
        env={
            **clean_environment(),
            "PYTHONPATH": path,
            "AWS_ENDPOINT_URL": system.aws_url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": system.secrets.aws_key,
            "AWS_SECRET_ACCESS_KEY": system.secrets.aws_secret,
            settings.secret_variable(KEY_SECRET): Names(STAGE).secret(KEY_SECRET),
            **{settings.table_variable(domain): catalogue.table_name(STAGE, domain) for domain in domains},
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LocalRunError(f"The {module} were not written: {done.stderr.strip().splitlines()[-1]}")
