"""E-mail addresses and phone numbers in requests."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from solo60.models import EmailAddress, PhoneNumber, RequestModel


class Body(RequestModel):
    email: EmailAddress = "a@example.com"
    phone: PhoneNumber = "+447700900123"


def test_an_address_is_trimmed_and_folded() -> None:
    assert Body(email="  Robin.Example+Gym@EXAMPLE.com ").email == "robin.example+gym@example.com"


@pytest.mark.parametrize(
    "text", ["", "x", "a@b", "a@-b.com", "a b@example.com", "a@exam\nple.com", "a@" + "b" * 300 + ".com"]
)
def test_what_is_no_address_is_said_in_plain_words(text: str) -> None:
    with pytest.raises(ValidationError, match=r"e-mail address|at most 254"):
        Body(email=text)


@pytest.mark.parametrize(
    "text", ["", "07700900123", "+0447700900", "+44 7700 900123", "+44770090012345678", "+٤٤٧٧٠٠٩٠٠١٢٣"]
)
def test_a_phone_number_is_e164(text: str) -> None:
    with pytest.raises(ValidationError, match="phone number"):
        Body(phone=text)
