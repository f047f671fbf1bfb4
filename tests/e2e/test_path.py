"""A member's whole path: from registering to the credits that come back, with the exact mails on the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from infra_cdk.local import demo, member
from infra_cdk.local.client import THROTTLED
from infra_cdk.local.stack import Account
from tests.e2e.harness import PACK_BY_CREDITS, World, eventually

pytestmark = pytest.mark.e2e


def test_the_whole_path(world: World) -> None:
    account = Account(f"path-{uuid4().hex[:8]}@example.com", member.new_password())
    answer = member.register(world.api, account, "Pat", "Walker", phone="+447700900123")
    registration = answer["registration_id"]
    assert answer == {"email": account.email, "status": "verification_sent", "registration_id": registration}
    mail = world.inbox.wait_for(account.email, "verification code")
    unverified = world.api.send("POST", "/auth/login", json={"email": account.email, "password": account.password})
    assert (unverified.status_code, unverified.json()["code"]) == (403, "email_not_verified")
    assert unverified.json()["registration_id"] == registration

    assert mail.subject == "Your SOLO60 verification code"
    assert "Pat" in mail.text
    assert mail.code in mail.html
    wrong = f"{(int(mail.code) + 1) % 1_000_000:06d}"
    refused = world.api.send("POST", "/auth/verify-email", json={"registration_id": registration, "code": wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_code")
    member.verify(world.api, world.inbox, account.email, registration)

    tokens = world.api.call("POST", "/auth/login", json={"email": account.email, "password": account.password})
    assert tokens["token_type"] == "Bearer"
    me = world.api.as_caller(tokens["id_token"])
    who = me.call("GET", "/auth/me")
    assert (who["email"], who["role"], who["verified"]) == (account.email, "member", True)
    profile = me.call("GET", "/users/me")
    assert (profile["first_name"], profile["last_name"], profile["phone"]) == ("Pat", "Walker", "+447700900123")

    purchase = member.buy(me, world.stripe, PACK_BY_CREDITS[30])
    assert purchase["price"] == {"amount": 2850, "currency": "GBP"}
    receipt = world.inbox.wait_for(account.email, "receipt")
    assert receipt.subject == "Receipt: Regular, £28.50"

    gym = world.new_gym()
    near = me.call("GET", "/gyms", params={"lat": gym["latitude"], "lon": gym["longitude"], "radius_km": 1})["items"]
    assert gym["id"] in {found["id"] for found in near}
    start = world.starts(gym)[40]
    quote = me.call("POST", "/sessions/quote", json={"gym_id": gym["id"], "starts_at": start, "duration": 60})
    assert (quote["bookable"], quote["price_credits"], quote["failures"]) == (True, 10, [])

    session = me.call("POST", "/sessions/book", json={"gym_id": gym["id"], "starts_at": start, "duration": 60})
    assert session["status"] == "confirmed"
    assert session["starts_at"] == start
    assert sum(pot["amount"] for pot in session["pots"]) == session["price_credits"] == 10
    assert me.call("GET", "/payments/credits")["total"] == 20
    assert start not in world.starts(gym)
    assert [mine["id"] for mine in me.call("GET", "/sessions")["items"]] == [session["id"]]

    booked = world.inbox.wait_for(account.email, "booked")
    assert booked.subject.startswith(f"Booked: {gym['name']}, ")
    event = _calendar_entry(booked.attachments, "REQUEST")
    assert event["ATTENDEE"] == f"mailto:{account.email}"
    assert event["UID"].startswith(session["id"])
    assert event.decoded("DTSTART") == datetime.fromisoformat(start)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=60)
    assert gym["name"] in event["SUMMARY"]
    assert event["STATUS"] == "CONFIRMED"

    cancelled = me.call("POST", f"/sessions/{session['id']}/cancel")
    assert (cancelled["status"], cancelled["refunded_credits"]) == ("cancelled", 10)
    assert me.call("GET", "/payments/credits")["total"] == 30
    assert start in world.starts(gym)
    withdrawn = _calendar_entry(world.inbox.wait_for(account.email, "cancelled").attachments, "CANCEL")
    assert (withdrawn["UID"], withdrawn["STATUS"]) == (event["UID"], "CANCELLED")
    assert withdrawn["SEQUENCE"] > event["SEQUENCE"]

    ledger = me.call("GET", "/payments/transactions")["items"]
    assert [(entry["type"], entry["amount"]) for entry in ledger] == [
        ("refund", 10),
        ("booking", -10),
        ("purchase", 30),
    ]
    assert {entry["reference"] for entry in ledger[:2]} == {session["id"]}
    history = eventually(
        lambda: me.call("GET", "/communications/history")["items"],
        lambda items: sum(item["channel"] == "email" and item["status"] == "sent" for item in items) >= 4,
    )
    assert {"verification", "receipt", "booking_confirmed", "booking_cancelled"} <= {
        item["template"] for item in history
    }

    me.call("POST", "/auth/logout", json={"refresh_token": tokens["refresh_token"]})
    again = world.api.send("POST", "/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 401


def _calendar_entry(parts: Sequence[dict[str, str]], method: str) -> Any:
    """The one event of a mail's invitation and of its file, whose properties may be of any type."""
    invitation, file = parts
    assert invitation["ContentType"] == f'text/calendar; charset="utf-8"; method="{method}"'
    assert (file["FileName"], file["Content"]) == ("session.ics", invitation["Content"])
    calendar = Calendar.from_ical(invitation["Content"])
    assert calendar["METHOD"] == method
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_demo_plays(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    demo.play(world.stack)
    assert "see the credits back" in capsys.readouterr().out


def test_a_taken_address_gets_the_same_response_and_its_owner_is_informed(world: World) -> None:
    someone = world.new_member()
    again = Account(someone.account.email, member.new_password())
    answer = member.register(world.api, again, "Not", "Them")
    assert (answer["email"], answer["status"]) == (someone.account.email, "verification_sent")
    eventually(lambda: world.inbox.to(someone.account.email), lambda mails: len(mails) == 2)
    assert member.log_in(world.api, someone.account).call("GET", "/auth/me")["email"] == someone.account.email


def test_five_wrong_passwords_lock_the_address_temporarily(world: World) -> None:
    someone = world.new_member()
    wrong = {"email": someone.account.email, "password": "Wrong-pass-1"}
    answers: list[httpx.Response] = []
    while len(answers) < 6:
        answer = world.api.send("POST", "/auth/login", json=wrong)
        if answer.json()["code"] != THROTTLED:
            answers.append(answer)
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    right = {"email": someone.account.email, "password": someone.account.password}
    assert world.api.send("POST", "/auth/login", json=right).status_code == 429
