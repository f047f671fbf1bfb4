"""Fields of people and places: one type each, so that every service accepts and stores the same."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from solo60 import clock
from solo60.models import AnyDate, Line

MAX_NAME_LENGTH = 60
MAX_PHONE_INPUT_LENGTH = 40

_NOT_IN_NAMES = re.compile(r"[<>@/\\{}\[\]|=?:;#%$&*^~]")
_DOTTED = re.compile(r"(\w*)[.\u3002](\w{2,})")
_BEFORE_A_DOT = {"dr", "mr", "mrs", "ms", "st", "sta", "ste"}
"""Abbreviations that people write without a space behind the dot: `St.John`."""
_TOP_LEVEL_DOMAIN = re.compile(
    "academy|agency|app|art|biz|blog|cafe|center|chat|city|cloud|club|com|company|dev|digital|email|expert|fit|fitness"
    "|fun|guru|gym|health|help|info|life|link|live|ltd|media|mobi|money|movie|name|net|news|one|online|org|page|pro|run"
    "|shop|site|social|solutions|space|store|studio|support|team|tech|today|top|training|vip|watch|website|work|works"
    "|world|xyz|yoga|zone",
    re.IGNORECASE,
)
"""The most frequent ones: a word that ends so is a web address, whatever stands before the dot."""


def _name(text: str) -> str:
    # Anybody can cause a mail with this name to any address: it must not contain what mail programs turn into a link.
    plain = unicodedata.normalize("NFKC", text)
    if _NOT_IN_NAMES.search(plain) or any(_is_address(*found) for found in _DOTTED.findall(plain)):
        raise ValueError("This must be a name, without web addresses or symbols such as @, / and <.")
    if not any(character.isalpha() for character in plain):
        raise ValueError("This must be a name, with letters.")
    return text


def _is_address(before: str, after: str) -> bool:
    abbreviation = before.lower() in _BEFORE_A_DOT and len(after) > 2 and after.istitle()
    return not abbreviation or _TOP_LEVEL_DOMAIN.fullmatch(after) is not None


PersonName = Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH), AfterValidator(_name)]
"""A first or last name, in any script."""

_COUNTRY_CODE = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2}")
_ZERO_BELONGS_TO_THE_NUMBER = {"39", "225", "241", "242", "378", "379"}
"""Italy, Ivory Coast, Gabon, Congo, San Marino and the Vatican: elsewhere a 0 behind the country code is only dialled
inside the country."""
_NATIONAL_LENGTHS = {"1": (10, 10), "44": (9, 10)}
_SHORTEST, _LONGEST = 7, 15
"""Digits of a number with its country code, as E.164 has it."""
_WRITTEN = re.compile(r"(?:\+|00)[1-9][0-9 ()./\u00a0\u2010-\u2013-]*")
_BETWEEN_DIGITS = re.compile(r"[^0-9]")


def _phone(text: str) -> str:
    number = _e164(text)
    if number is None:
        raise ValueError("This must be a phone number with its country code, such as +447700900123.")
    return number


def _e164(text: str) -> str | None:
    if not _WRITTEN.fullmatch(text):
        return None
    digits = _BETWEEN_DIGITS.sub("", text)
    if not text.startswith("+"):
        digits = digits.removeprefix("00")
    found = _COUNTRY_CODE.match(digits)
    if found is None:
        return None
    code = found.group()
    national = digits[len(code) :]
    if code not in _ZERO_BELONGS_TO_THE_NUMBER:
        national = national.removeprefix("0")
        if national.startswith("0"):
            return None
    shortest, longest = _NATIONAL_LENGTHS.get(code, (_SHORTEST - len(code), _LONGEST - len(code)))
    return f"+{code}{national}" if shortest <= len(national) <= longest else None


PhoneNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_PHONE_INPUT_LENGTH),
    AfterValidator(_phone),
    WithJsonSchema({"type": "string", "maxLength": MAX_PHONE_INPUT_LENGTH, "examples": ["+447700900123"]}),
]
"""A phone number with its country code, stored as E.164. Spaces, hyphens, brackets, `00` for `+` and the 0 that is
dialled inside the country are accepted, and not stored."""

MINIMUM_AGE = 18
MAXIMUM_AGE = 120


def age_on(day: date, born: date) -> int:
    """The age in whole years on `day`. For births on 29 February it rises on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _adult(born: date) -> date:
    age = age_on(clock.now().date(), born)
    if not 0 <= age <= MAXIMUM_AGE:
        raise ValueError("This must be a date of birth.")
    if age < MINIMUM_AGE:
        raise ValueError(f"Members are {MINIMUM_AGE} or over.")
    return born


DateOfBirth = Annotated[
    AnyDate,
    AfterValidator(_adult),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "description": f"Members are {MINIMUM_AGE} or over.",
            "examples": ["1990-05-17"],
        }
    ),
]
"""The date of birth of somebody who may be a member."""


def _known_zone(name: str) -> str:
    try:
        # Only zones of places: `posix/...` and `Factory` load too, but are no wall clock.
        if name != "UTC" and (("/" not in name) or name.split("/", 1)[0] in {"posix", "right"}):
            raise ValueError
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("This must be the name of an IANA time zone, such as Europe/London.") from None
    return name


TimeZone = Annotated[str, Field(max_length=64, examples=["Europe/London"]), AfterValidator(_known_zone)]
"""The name of an IANA time zone."""

EXAMPLE_EMAIL = "robin@example.com"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL_PART = rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*"
_EMAIL = rf"{_LOCAL_PART}@{_LABEL}(?:\.{_LABEL})+"
MAX_EMAIL_LENGTH = 254


def is_email_address(text: str) -> bool:
    """Whether a text is an address that mail servers take without quotes, and that every reader takes as it stands."""
    # Mail programs decode `=?utf-8?q?...?=` before the `@` too, into other and further addresses.
    return re.fullmatch(_EMAIL, text) is not None and "=?" not in text


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if at and not domain.isascii():
        text = f"{local}@{_punycode(domain)}"
    if not is_email_address(text):
        raise ValueError("This must be an e-mail address.")
    if len(text) > MAX_EMAIL_LENGTH:
        raise ValueError(f"This must have at most {MAX_EMAIL_LENGTH} characters.")
    return text.lower()


def _punycode(domain: str) -> str:
    """The form of a domain with letters of any script that is used in DNS and in mail: `xn--mnchen-3ya.example`."""
    import idna  # Most addresses do not need its tables.

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


EmailAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_EMAIL_LENGTH, "examples": [EXAMPLE_EMAIL]}),
]
"""An e-mail address that mail servers take without quotes: a dot in the domain, dots only between other characters.

It is folded to lower case, and its domain to punycode, so that an address is the same wherever it is compared.
"""
