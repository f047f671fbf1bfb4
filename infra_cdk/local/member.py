"""What a member does, over HTTP alone: registers, proves the e-mail, logs in, buys credits."""

from __future__ import annotations

import secrets
import time
from http import HTTPStatus
from typing import Any

from pyotp import TOTP

from infra_cdk.local.client import Api, Inbox, UnexpectedAnswer
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import Account
from infra_cdk.local.stripe_standin import StripeStandin

VERIFICATION_SUBJECT = "code"
"""In the subject of the mail that brings the code, and of no other one."""
BORN = "1990-05-17"
_SETTLED_WITHIN_SECONDS = 60
_POLL_SECONDS = 0.2


def new_password() -> str:
    """One that satisfies the pool's policy and needs no quoting in a shell."""
    return f"Gym7-{secrets.token_urlsafe(12)}"


def register(api: Api, account: Account, first_name: str, last_name: str, **rest: Any) -> Any:
    """Ask for an account; the code comes by mail."""
    return api.call(
        "POST",
        "/auth/register",
        json={
            "email": account.email,
            "password": account.password,
            "first_name": first_name,
            "last_name": last_name,
            "date_of_birth": BORN,
            "accept_terms": True,
            **rest,
        },
    )


def verify(api: Api, inbox: Inbox, email: str, registration_id: str) -> None:
    """Read the code in the latest mail that brought one, and confirm the registration with it."""
    code = inbox.wait_for(email, VERIFICATION_SUBJECT).code
    api.call("POST", "/auth/verify-email", json={"registration_id": registration_id, "code": code})


def log_in(api: Api, account: Account) -> Api:
    """The API as this member calls it. An admin gives the code of the second factor too."""
    answer = api.call("POST", "/auth/login", json={"email": account.email, "password": account.password})
    if account.totp_seed is not None and "challenge" in answer:
        answer = _answered(api, answer["session"], TOTP(account.totp_seed))
    return api.as_caller(answer["id_token"])


def _answered(api: Api, session: str, app: TOTP) -> Any:
    """The tokens for a challenge. A code works once, so the next one is taken where the present one was used."""
    for step in (0, 1, 1):
        code = app.at(int(time.time()), counter_offset=step)
        try:
            return api.call("POST", "/auth/login/totp", json={"session": session, "code": code})
        except UnexpectedAnswer as refused:
            if refused.answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
                raise
        if step:
            time.sleep(app.interval - time.time() % app.interval)
    raise LocalRunError("The codes of the second factor were refused")


def join(api: Api, inbox: Inbox, account: Account, first_name: str, last_name: str) -> Api:
    """All of the above."""
    begun = register(api, account, first_name, last_name)
    verify(api, inbox, account.email, begun["registration_id"])
    return log_in(api, account)


def buy(member: Api, stripe: StripeStandin, package_id: str) -> dict[str, Any]:
    """Buy a pack with a good card; returns the settled purchase.

    Raises
    ------
    LocalRunError
        It did not succeed in time.
    """
    purchase: dict[str, Any] = member.call("POST", "/payments/purchases", json={"package_id": package_id})
    stripe.pay(purchase["stripe_payment_id"])
    deadline = time.monotonic() + _SETTLED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        purchase = member.call("GET", f"/payments/purchases/{purchase['id']}")
        if purchase["status"] != "pending":
            break
        time.sleep(_POLL_SECONDS)
    if purchase["status"] != "succeeded":
        raise LocalRunError(f"The purchase {purchase['id']} is {purchase['status']}")
    return purchase
