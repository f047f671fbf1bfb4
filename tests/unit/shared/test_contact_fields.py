"""E-mail addresses, phone numbers and names in requests."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from solo60.fields import EmailAddress, PersonName, PhoneNumber
from solo60.models import RequestModel


class Body(RequestModel):
    email: EmailAddress = "a@example.com"
    phone: PhoneNumber = "+447700900123"
    name: PersonName = "Robin"


def test_an_address_is_trimmed_and_folded() -> None:
    assert Body(email="  Robin.Example+Gym@EXAMPLE.com ").email == "robin.example+gym@example.com"


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "a@b", "a@-b.com", "a b@example.com", "a@exam\nple.com", "a@" + "b" * 300 + ".com"),
        *("a..b@x.example", ".a@x.example", "a.@x.example", ".@x.example", "a@b@x.example", "@x.example"),
        *("x" * 65 + "@x.example", "a@x..example", "a@x.example.", "a@.example"),
        *("ä@x.example", "a@mün chen.example", "a@\u200b.example", "a@ü" + "ü" * 70 + ".example"),
        "=?utf-8?q?bob=40y=2eexample=2c_a?=@x.example",
        "a@" + "ü" * 20 + ("." + "ü" * 20) * 9 + ".example",
    ],
)
def test_what_is_no_address_is_said_in_plain_words(text: str) -> None:
    with pytest.raises(ValidationError, match=r"e-mail address|at most 254"):
        Body(email=text)


@pytest.mark.parametrize(
    "text",
    [
        "x@münchen.example",
        "X@MÜNCHEN.EXAMPLE",
        "x@mu\u0308nchen.example",
        "x@münchen。example",
        "x@xn--mnchen-3ya.example",
    ],
)
def test_a_domain_of_any_script_is_its_punycode(text: str) -> None:
    assert Body(email=text).email == "x@xn--mnchen-3ya.example"


@pytest.mark.parametrize("text", ["a.b.c@x.example", "o'brien@x.example", "a+b=c@x.example", "x" * 64 + "@x.example"])
def test_dots_between_characters_and_symbols_are_taken(text: str) -> None:
    assert Body(email=text).email == text


@pytest.mark.parametrize(
    "text",
    [
        "+447700900123",
        " +44 7700 900123 ",
        "+44 (0)7700 900-123",
        "+4407700900123",
        "00447700900123",
        "+44\u00a07700\u2011900123",
    ],
)
def test_a_phone_number_is_stored_as_e164_however_it_is_written(text: str) -> None:
    assert Body(phone=text).phone == "+447700900123"


@pytest.mark.parametrize("text", ["+390612345678", "+992881234567", "+14155550123", "+2250701234567", "+4930123456"])
def test_digits_that_belong_to_the_number_stay(text: str) -> None:
    assert Body(phone=text).phone == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "07700900123",
        "07700 900123",
        "+0447700900",
        "+44007700900123",
        "+44770090012345678",
        "+447700900",
        "+1",
        "+1415555012",
        "+٤٤٧٧٠٠٩٠٠١٢٣",
        "+44 7700 900123 ext 5",
        "++447700900123",
        "+44\n7700900123",
    ],
)
def test_what_is_no_phone_number_with_a_country_code_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="phone number"):
        Body(phone=text)


@pytest.mark.parametrize(
    "text",
    ["St.John", "St. John", "J.R.R.", "O'Brien", "Jean-Luc", "Ада", "李小龙", "ياسمين", "Łukasz", "D’Angelo", "Al 3rd"],
)
def test_names_of_people_are_accepted(text: str) -> None:
    assert Body(name=f" {text} ").name == text


@pytest.mark.parametrize(
    "text",
    [
        "http://evil.example/login",
        "Win at evil.com",
        "Win at Evil.Com",
        "St.Shop",
        "St.Evil.com",
        "st.evil",
        "evil\u3002com",
        "evil\uff0ecom",
        "a@b",
        "<b>",
        "=?utf-8?q?a?=",
        "\u3164",
        "\u2800",
        "\u3164\u2800",
        "12",
        "...",
        "🏋️",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"must be a name|visible"):
        Body(name=text)
