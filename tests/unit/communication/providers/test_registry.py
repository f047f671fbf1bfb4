"""Which providers are asked, and the one that only logs."""

from __future__ import annotations

import pytest

from communication.providers.console import ConsoleEmail
from communication.providers.registry import EmailProviderRegistry
from solo60.settings import MissingSetting
from tests.unit.communication.providers.test_mime import ICS, email


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("ses", ["ses"]),
        ("ses,console", ["ses", "console"]),
        (" console , ses ", ["console", "ses"]),
        ("ses,ses", ["ses"]),
    ],
)
def test_they_stand_in_the_order_of_the_setting(
    monkeypatch: pytest.MonkeyPatch, setting: str, names: list[str]
) -> None:
    monkeypatch.setenv("EMAIL_PROVIDERS", setting)
    assert [provider.name for provider in EmailProviderRegistry().in_order] == names


@pytest.mark.parametrize("setting", ["", "  ,", "pigeon", "ses,pigeon"])
def test_a_setting_that_names_none_or_an_unknown_one_is_refused(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("EMAIL_PROVIDERS", setting)
    with pytest.raises(ValueError, match="EMAIL_PROVIDERS"):
        EmailProviderRegistry()


def test_the_setting_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_PROVIDERS", raising=False)
    with pytest.raises(MissingSetting):
        EmailProviderRegistry()


def test_the_console_logs_who_had_which_mail_but_no_body(caplog: pytest.LogCaptureFixture) -> None:
    provider_message_id = ConsoleEmail().send(
        email(text="The code is 482913", html="<b>482913</b>", attachments=(ICS,))
    )
    (record,) = caplog.records
    assert vars(record)["mail"] == {
        "message": "0197a000-0000-7000-8000-000000000001",
        "provider_message": provider_message_id,
        "to": "robin@example.com",
        "subject": "Booked",
        "template": "booking_confirmed",
        "attachments": ["session.ics"],
    }
    assert "482913" not in str(vars(record))
