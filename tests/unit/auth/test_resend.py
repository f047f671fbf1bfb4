"""auth.verification.resend: decided by what is read, and decided again when that has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.identity import Account, CognitoIdentityProvider
from auth.records import PENDING, VERIFIED, Registration
from auth.repository import RegistrationRepository
from auth.verification import RESENT_AT_MOST_EVERY, resend
from solo60 import clock
from solo60.retry import ConditionFailed
from tests.fakes.unit_of_work import FakeUnitOfWork

pytestmark = pytest.mark.usefixtures("tables")

EMAIL = "alix@example.com"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Lookups(CognitoIdentityProvider):
    """A user pool that only counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, email: str) -> Account | None:
        self.asked.append(email)
        return None


def _waiting(**changes: Any) -> Registration:
    return Registration(
        f"EMAIL#{EMAIL}",
        "REGISTRATION",
        **{
            "kind": "registration",
            "email": EMAIL,
            "user_id": "u",
            "state": PENDING,
            "registration": 1,
            "code_hash": b"hash",
            "code_sent_at": NOW - RESENT_AT_MOST_EVERY,
            **changes,
        },
    )


def _resend(uow: FakeUnitOfWork) -> list[str]:
    identity = Lookups()
    with clock.at(NOW):
        assert resend(uow, RegistrationRepository(), identity, EMAIL) == EMAIL
    return identity.asked


def test_a_registration_that_waits_gets_a_code_and_its_mail_in_one_transaction() -> None:
    uow = FakeUnitOfWork(_waiting())
    assert _resend(uow) == []
    [committed] = uow.committed
    assert [(verb, sort_key) for verb, _, sort_key in committed] == [("Update", "REGISTRATION"), ("Put", "EVENT")]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": VERIFIED},
        {"code_hash": None},
        {"code_sent_at": NOW - RESENT_AT_MOST_EVERY + timedelta(seconds=1)},
        {"codes_sent": 10, "codes_counted_until": NOW + timedelta(minutes=1)},
    ],
    ids=["verified", "without a code", "a moment ago", "ten this hour"],
)
def test_any_other_gets_none_and_the_user_pool_is_asked_instead(changes: dict[str, object]) -> None:
    uow = FakeUnitOfWork(_waiting(**changes))
    assert _resend(uow) == [EMAIL]
    assert uow.committed == []


def test_a_registration_that_has_changed_is_read_again() -> None:
    uow = FakeUnitOfWork(_waiting(), failures=[ConditionFailed(), ConditionFailed()])
    _resend(uow)
    assert uow.reads == [["REGISTRATION"]] * 3
    assert len(uow.committed) == 1
