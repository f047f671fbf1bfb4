"""`make demo`: a member's whole path over HTTP against the running system, one line a step; fails loudly."""

from __future__ import annotations

import io
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image
from rich.markup import escape

from communication.formatting import money
from infra_cdk.local import member
from infra_cdk.local.client import Api, Inbox
from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.screen import console
from infra_cdk.local.stack import STACK_FILE, Account, Stack
from infra_cdk.local.stripe_standin import StripeStandin
from infra_cdk.local.system import prepare_environment
from infra_cdk.local.upload import upload
from solo60.models import Money

SOHO = {"lat": 51.5137, "lon": -0.1366}
MINUTES = 60
_ANY_STANDIN_KEY = "sk_test_demo"
_LONGEST_WAIT_SECONDS = 60
_POLL_SECONDS = 0.5


def _say(step: str, came_back: str) -> None:
    console.print(f"[green]ok[/green]  [bold]{step:<34}[/bold] {escape(came_back)}")


def _expect(holds: bool, said: str) -> None:
    if not holds:
        raise LocalRunError(said)


def _first_start(api: Api, gyms: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A gym, and a start there that is far enough away to be cancelled free."""
    now = datetime.now(UTC)
    for day in (now + timedelta(days=2), now + timedelta(days=3)):
        for gym in gyms:
            starts = api.call(
                "GET",
                "/sessions/availability",
                params={"gym_id": gym["id"], "date": day.date().isoformat(), "duration": MINUTES},
            )["items"]
            if starts:
                return gym, starts[len(starts) // 2]
    raise LocalRunError("No gym nearby has a free hour in the coming days")


def play(stack: Stack) -> None:
    """Play the path.

    Raises
    ------
    LocalRunError
        A step did not do what it must.
    """
    anonymous, inbox = Api(stack.api), Inbox(stack.inbox)
    account = Account(f"demo-{uuid4().hex[:8]}@example.com", member.new_password())

    stranger = Account(account.email, member.new_password())
    theirs = member.register(anonymous, stranger, "Eve", "Stranger")["registration_id"]
    stolen = inbox.wait_for(account.email, member.VERIFICATION_SUBJECT).code

    answer = member.register(anonymous, account, "Dana", "Demo")
    _say("register", f"{answer['status']} to {answer['email']}")

    mail = inbox.wait_for(account.email, member.VERIFICATION_SUBJECT, count=2)
    _say("read the verification mail", f"'{mail.subject}', code {mail.code}")

    member.verify(anonymous, inbox, account.email, answer["registration_id"])
    me = member.log_in(anonymous, account)
    who = me.call("GET", "/auth/me")
    _say("verify and log in", f"{who['role']} {who['id']}")

    late = anonymous.send("POST", "/auth/verify-email", json={"registration_id": theirs, "code": stolen})
    login = anonymous.send("POST", "/auth/login", json={"email": stranger.email, "password": stranger.password})
    refusals = late.json()["code"], login.json()["code"]
    _expect(refusals == ("invalid_code", "email_not_verified"), f"The stranger is answered {refusals}")
    _say("a stranger registered it first", f"and gets nowhere: {', '.join(refusals)}")

    file = upload(me, _picture(), purpose="avatar", name="me.png", content_type="image/png")
    address = me.call("PUT", "/users/me/avatar", json={"file_id": file["id"]})["avatar_url"]
    shown = httpx.get(address, trust_env=False)
    kind = shown.headers["Content-Type"]
    _expect((shown.status_code, kind) == (200, "image/webp"), f"The avatar is answered {shown.status_code}, {kind}")
    _say("upload an avatar and look at it", f"{file['width']} x {file['height']} PNG, shown as {kind}")

    pack = anonymous.call("GET", "/payments/packages")["items"][1]
    purchase = member.buy(me, StripeStandin(stack.stripe, _ANY_STANDIN_KEY), pack["id"])
    bought = me.call("GET", "/payments/credits")["total"]
    _expect(bought == pack["credits"], f"{bought} credits after buying {pack['credits']}")
    _say("buy credits with a card", f"{pack['name']}: {bought} credits, {money(Money(**purchase['price']))}")

    gyms = anonymous.call("GET", "/gyms", params={**SOHO, "radius_km": 10})["items"]
    _expect(bool(gyms), "No gym within 10 km of Soho")
    gym, start = _first_start(anonymous, [gym for gym in gyms if not gym.get("requires_induction")])
    _say("find a gym near Soho", f"{len(gyms)} found; {gym['name']}, {gym['distance_km']} km away")

    session = me.call(
        "POST",
        "/sessions/book",
        json={"gym_id": gym["id"], "starts_at": start["starts_at"], "duration": MINUTES, "invitees": []},
        headers={"Idempotency-Key": str(uuid4())},
    )
    left = me.call("GET", "/payments/credits")["total"]
    _expect(left == bought - session["price_credits"], f"{left} credits left of {bought}")
    _say("book an hour", f"{session['status']} {session['starts_at']}, {session['price_credits']} credits, {left} left")

    confirmation = inbox.wait_for(account.email, "booked")
    calendar = next((item for item in confirmation.attachments if item["FileName"].endswith(".ics")), {"Content": ""})
    _expect("BEGIN:VEVENT" in calendar["Content"], "The confirmation has no calendar entry")
    _say("read the confirmation mail", f"'{confirmation.subject}' with {calendar['FileName']}")

    _take_along(stack, me, session["id"])
    _move(me, inbox, account.email, gym, session)

    _cancel(me, session["id"], bought)

    _ban(stack, me, who["id"], gym, start)


def _cancel(me: Api, session_id: str, bought: int) -> None:
    """The session is cancelled in time, and all credits are back."""
    cancelled = me.call("POST", f"/sessions/{session_id}/cancel")
    _expect(cancelled["status"] == "cancelled", f"The session is {cancelled['status']}")
    _say("cancel", f"{cancelled['status']}, {cancelled['refunded_credits']} credits returned")
    total = me.call("GET", "/payments/credits")["total"]
    _expect(total == bought, f"{total} credits after cancelling, {bought} before booking")
    _say("see the credits back", f"{total} credits")


def _take_along(stack: Stack, me: Api, session_id: str) -> None:
    """Another member is invited, accepts, and sees the session."""
    guest_account = stack.users["member2"]
    guest = member.log_in(Api(stack.api), guest_account)
    invitation = me.call("POST", f"/sessions/{session_id}/invitations", json={"email": guest_account.email})
    guest.call("POST", f"/sessions/invitations/{invitation['id']}/accept")
    seen = guest.call("GET", f"/sessions/{session_id}")
    [said] = me.call("GET", f"/sessions/{session_id}/invitations")["items"]
    _expect(said["status"] == "accepted", f"The invitation is {said['status']}")
    _say("invite a guest, who accepts", f"{said['status']}; the guest sees {seen['gym_name']}, {seen['start_time']}")


def _move(me: Api, inbox: Inbox, email: str, gym: dict[str, Any], session: dict[str, Any]) -> None:
    """The session is moved to another start of the day, and the mail says so."""
    query = {"gym_id": gym["id"], "date": session["booking_date"], "duration": MINUTES}
    others = [each["starts_at"] for each in me.call("GET", "/sessions/availability", params=query)["items"]]
    _expect(bool(others), "The gym has no other free hour that day")
    moved = me.call("POST", f"/sessions/{session['id']}/reschedule", json={"starts_at": others[0]})
    _expect(moved["starts_at"] == others[0], f"The session starts at {moved['starts_at']}")
    mail = inbox.wait_for(email, "Changed")
    _say("move it", f"{session['start_time']} to {moved['start_time']}, '{mail.subject}'")


def _picture() -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").resize((400, 400)).save(target, "PNG")
    return target.getvalue()


def _ban(stack: Stack, me: Api, user_id: str, gym: dict[str, Any], start: dict[str, Any]) -> None:
    """An admin bans the member, who has booked: the session is cancelled, and the credits are back."""
    before = me.call("GET", "/payments/credits")["total"]
    body = {"gym_id": gym["id"], "starts_at": start["starts_at"], "duration": MINUTES}
    me.call("POST", "/sessions/book", json=body, headers={"Idempotency-Key": str(uuid4())})
    admin = member.log_in(Api(stack.api), stack.users["admin"])
    role = admin.call("GET", "/auth/me")["role"]
    _say("an admin signs in with a code", role)
    banned = admin.call("POST", f"/admin/users/{user_id}/ban", json={"reason": "A demonstration."})
    refused = me.send("POST", "/sessions/book", json=body)
    _expect(refused.status_code == 403, f"A banned member's booking is answered {refused.status_code}")
    _wait_for_credits(me, before)
    _say("an admin bans the member", f"{banned['status']}; the session is cancelled, {before} credits are back")
    lifted = admin.call("POST", f"/admin/users/{user_id}/unban")
    _say("and lifts the ban", lifted["status"])


def _wait_for_credits(me: Api, total: int) -> None:
    ends_at = time.monotonic() + _LONGEST_WAIT_SECONDS
    while (present := me.call("GET", "/payments/credits")["total"]) != total:
        _expect(time.monotonic() < ends_at, f"{present} credits after the ban, {total} before booking")
        time.sleep(_POLL_SECONDS)


def main() -> int:
    """Play it against the system of `.local/stack.json`; returns 1 when a step fails."""
    prepare_environment()
    try:
        play(Stack.read(Path(os.environ.get("SOLO60_STACK", STACK_FILE))))
    except LocalRunError as error:
        console.print(f"[red]failed[/red]  {escape(str(error))}")
        return 1
    except httpx.TransportError as error:
        console.print(f"[red]failed[/red]  The system does not answer ({error}): is `make run` running?")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
