"""Invitations for tests: a host with a session, and what host and guests do."""

from __future__ import annotations

from typing import Any

from infra_cdk.catalogue import table_name
from session.history.endpoints.get_session import handler as get_endpoint
from session.invitations.endpoints.accept_invitation import handler as accept_endpoint
from session.invitations.endpoints.decline_invitation import handler as decline_endpoint
from session.invitations.endpoints.invite_guest import handler as invite_endpoint
from session.invitations.endpoints.list_invitations import handler as list_endpoint
from session.invitations.endpoints.list_received_invitations import handler as received_endpoint
from session.invitations.endpoints.withdraw_invitation import handler as withdraw_endpoint
from solo60.ids import new_id
from tests.conftest import Answer, call
from tests.fakes.aws import fake_aws
from tests.handlers.session.world import START, add_gym, book, member_with

Headers = dict[str, str]


def hosted(capacity: int = 3, **gym: Any) -> tuple[str, str]:
    """A host, and the id of a session at a gym for so many people."""
    host = member_with(100)
    return host, session_at(host, add_gym(capacity=capacity, **gym))


def session_at(host: str, gym_id: str, **body: Any) -> str:
    """The id of a session that a host has booked."""
    answer = book(host, gym_id, START, **body)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def invite(host: str, session_id: str, email: str, *, key: str | None = None) -> Answer:
    """Call POST /sessions/{session_id}/invitations."""
    headers = {"Idempotency-Key": key} if key else None
    return call(invite_endpoint, user=host, path={"session_id": session_id}, body={"email": email}, headers=headers)


def invited(host: str, session_id: str, email: str) -> str:
    """The id of a new invitation."""
    answer = invite(host, session_id, email)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def accept(user: str, email: str, invitation_id: str, *, key: str | None = None) -> Answer:
    """Call POST /sessions/invitations/{invitation_id}/accept."""
    headers = {"Idempotency-Key": key} if key else None
    return call(accept_endpoint, user=user, email=email, path={"invitation_id": invitation_id}, headers=headers)


def decline(user: str, email: str, invitation_id: str) -> Answer:
    """Call POST /sessions/invitations/{invitation_id}/decline."""
    return call(decline_endpoint, user=user, email=email, path={"invitation_id": invitation_id})


def withdraw(host: str, session_id: str, invitation_id: str) -> Answer:
    """Call DELETE /sessions/{session_id}/invitations/{invitation_id}."""
    return call(withdraw_endpoint, user=host, path={"session_id": session_id, "invitation_id": invitation_id})


def said(host: str, session_id: str) -> dict[str, str]:
    """What each address has said, as the host sees it."""
    answer = call(list_endpoint, user=host, path={"session_id": session_id})
    assert answer.status == 200, answer.text
    return {item["email"]: item["status"] for item in answer.json["items"]}


def received(email: str, user: str | None = None, **query: Any) -> list[dict[str, Any]]:
    """The items of GET /sessions/invitations."""
    answer = call(received_endpoint, user=user or new_id(), email=email, query=query)
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def joined(host: str, session_id: str, email: str) -> str:
    """The user id of a guest who has accepted."""
    user = new_id()
    answer = accept(user, email, invited(host, session_id, email))
    assert answer.status == 200, answer.text
    return user


def sees(user: str, email: str, session_id: str) -> bool:
    """Whether somebody may see a session."""
    return call(get_endpoint, user=user, email=email, path={"session_id": session_id}).status == 200


def guests_in_table(session_id: str) -> set[str]:
    """The user ids in the guest records of a session."""
    records = fake_aws().items(table_name("test", "session"), "guest")
    return {item["user_id"]["S"] for item in records if item["session_id"]["S"] == session_id}
