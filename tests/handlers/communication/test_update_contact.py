"""Whom to write to, from events in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from communication.consumers.update_contact import handler
from communication.records import Contact
from communication.repository import ContactRepository
from solo60.records import Read, batch_get
from tests.handlers.communication.conftest import Service

EVENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "registered": ("auth", "UserRegistered", {"first_name": "Robin", "registration": 1}),
    "registered again": (
        "auth",
        "UserRegistered",
        {"first_name": "Remy", "registration": 2, "phone": "+447700900001"},
    ),
    "verified": ("auth", "EmailVerified", {}),
    "renamed": ("user", "ProfileChanged", {"first_name": "Robin", "last_name": "Sample", "profile_version": 1}),
    "renamed again": ("user", "ProfileChanged", {"first_name": "Robin", "last_name": "Ex-W", "profile_version": 2}),
}


def say(service: Service, member: str, word: str) -> None:
    source, name, changes = EVENTS[word]
    data = {
        "user_id": member,
        "email": "robin@example.com",
        "last_name": "Example",
        "date_of_birth": "1990-05-01",
        "phone": None,
        **changes,
    }
    assert service.hear(source, name, data)


def contact(member: str) -> tuple[Any, ...]:
    found = ContactRepository().find(batch_get, member)
    assert found is not None
    return (found.email, found.first_name, found.last_name, found.phone, found.verified)


def test_it_consumes_all_events_with_names_of_members() -> None:
    assert {event.detail_type() for event in handler.declaration.events} == {name for _, name, _ in EVENTS.values()}


def test_a_registration_is_a_contact_in_london(service: Service, member: str) -> None:
    say(service, member, "registered")
    found = ContactRepository().find(batch_get, member)
    assert found is not None
    assert (found.timezone, found.locale) == ("Europe/London", "en-GB")
    assert contact(member) == ("robin@example.com", "Robin", "Example", None, False)


def test_messages_follow_the_time_zone_of_the_profile(service: Service, member: str) -> None:
    say(service, member, "registered")
    data = {"user_id": member, "first_name": "R", "last_name": "E", "phone": None, "profile_version": 2}
    assert service.hear("user", "ProfileChanged", {**data, "timezone": "Europe/Lisbon"})
    found = ContactRepository().find(batch_get, member)
    assert found is not None
    assert found.timezone == "Europe/Lisbon"


@pytest.mark.parametrize("order", list(permutations(["registered", "registered again", "verified"])))
def test_the_highest_registration_counts_in_any_order(service: Service, member: str, order: tuple[str, ...]) -> None:
    for word in order:
        say(service, member, word)
    assert contact(member) == ("robin@example.com", "Remy", "Example", "+447700900001", True)


@pytest.mark.parametrize("order", list(permutations(["registered", "verified", "renamed", "renamed again"])))
def test_the_newest_profile_counts_in_any_order_and_however_often(
    service: Service, member: str, order: tuple[str, ...]
) -> None:
    for word in (*order, *order):
        say(service, member, word)
    assert contact(member) == ("robin@example.com", "Robin", "Ex-W", None, True)


def test_the_same_event_forty_times_is_written_once(service: Service, member: str) -> None:
    for _ in range(40):
        service.register(member)
    found = ContactRepository().find(batch_get, member)
    assert found is not None
    assert found.revision == 1


def test_a_write_in_between_is_not_undone(service: Service, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    say(service, member, "registered")
    find = ContactRepository.find
    raced: list[bool] = []

    def find_then_lose_the_race(self: ContactRepository, read: Read, user_id: str) -> Contact | None:
        found = find(self, read, user_id)
        if not raced:
            raced.append(True)
            say(service, member, "verified")
        return found

    monkeypatch.setattr(ContactRepository, "find", find_then_lose_the_race)
    say(service, member, "renamed")
    assert contact(member) == ("robin@example.com", "Robin", "Sample", None, True)
