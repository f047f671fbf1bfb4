"""GET /communications/history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from communication.endpoints.list_messages import handler
from solo60 import aws, clock
from tests.conftest import call
from tests.handlers.communication.conftest import NOW, Service, verification


def write(service: Service, member: str, count: int) -> None:
    for number in range(count):
        with clock.at(NOW + timedelta(seconds=number)):
            service.hear("auth", "VerificationCodeIssued", verification(member, email=f"robin{number}@example.com"))


def test_it_shows_what_was_sent_and_how_it_ended_but_not_what_it_said(service: Service, member: str) -> None:
    write(service, member, 1)
    service.deliver_all()
    answer = call(handler, user=member)
    assert answer.status == 200
    (item,) = answer.json["items"]
    assert item == {
        "id": service.queued()[0],
        "channel": "email",
        "template": "verification",
        "to": "robin0@example.com",
        "subject": "Your SOLO60 verification code",
        "status": "sent",
        "created_at": "2026-03-02T10:00:00Z",
    }
    assert answer.json["next_cursor"] is None
    assert "482913" not in answer.text


def test_pages_are_full_newest_first_and_stay_so_while_more_is_written(service: Service, member: str) -> None:
    write(service, member, 5)
    first = call(handler, user=member, query={"limit": 2})
    with clock.at(NOW + timedelta(minutes=1)):
        service.hear("auth", "VerificationCodeIssued", verification(member, email="late@example.com"))
    second = call(handler, user=member, query={"limit": 2, "cursor": first.json["next_cursor"]})
    third = call(handler, user=member, query={"limit": 2, "cursor": second.json["next_cursor"]})
    pages = [[item["to"] for item in page.json["items"]] for page in (first, second, third)]
    assert pages == [
        ["robin4@example.com", "robin3@example.com"],
        ["robin2@example.com", "robin1@example.com"],
        ["robin0@example.com"],
    ]
    assert third.json["next_cursor"] is None


def test_a_full_last_page_has_no_cursor(service: Service, member: str) -> None:
    write(service, member, 2)
    answer = call(handler, user=member, query={"limit": 2})
    assert len(answer.json["items"]) == 2
    assert answer.json["next_cursor"] is None


def test_a_member_cannot_see_another_member_s_messages_or_use_their_cursor(
    service: Service, member: str, make_member: Callable[[], str]
) -> None:
    write(service, member, 2)
    other = make_member()
    assert call(handler, user=other).json == {"items": [], "next_cursor": None}
    cursor = call(handler, user=member, query={"limit": 1}).json["next_cursor"]
    answer = call(handler, user=other, query={"limit": 1, "cursor": cursor})
    assert (answer.status, answer.code) == (400, "invalid_cursor")


def test_it_is_refused_without_a_token_and_to_a_caller_who_is_not_verified(service: Service, member: str) -> None:
    assert call(handler).status == 401
    assert call(handler, user=member, verified=False).code == "email_not_verified"


def test_a_page_is_one_trip(service: Service, member: str) -> None:
    write(service, member, 3)
    call(handler, user=member, query={"limit": 1})  # the cursor's key is fetched once in a process's life
    trips: list[Any] = []
    aws.client("dynamodb").meta.events.register(
        "before-call.dynamodb.*", lambda **call: trips.append(call["model"].name)
    )
    call(handler, user=member, query={"limit": 2})
    assert trips == ["Query"]
