"""Where templates come from: the system's own, which stand in files beside this module."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from communication.errors import TemplateUnknown
from communication.statuses import Category

FOLDER = Path(__file__).parent / "templates"
VERSIONS = "versions.json"
LAYOUTS = ("layout.html", "layout.txt", "parts.html")


@dataclass(frozen=True)
class Manifest:
    """What a template is for and what it is filled with.

    Attributes
    ----------
    variables
        All of them have to be given; each is one line of text, unless it is `multiline`.
    secret
        Its variables hold a one-time secret: they are forgotten when the message has ended.
    too_late
        Why a message past its `send_before` is not sent.
    """

    category: Category
    variables: frozenset[str]
    multiline: frozenset[str] = frozenset()
    secret: bool = False
    too_late: str = "too_late"


@dataclass(frozen=True)
class Template:
    """One version of a template: Jinja sources, and a `notice` where it is shown in the app too."""

    name: str
    version: int
    manifest: Manifest
    subject: str
    text: str
    html: str
    notice: str | None


_SESSION_TIME = {"first_name", "gym_name", "date", "time"}
_SESSION = _SESSION_TIME | {"gym_address", "duration", "price", "refundable_until"}
_REFUND = _SESSION_TIME | {"refund"}
_BEGUN = "session_has_begun"


def _manifest(
    category: Category,
    variables: set[str],
    *,
    multiline: frozenset[str] = frozenset(),
    secret: bool = False,
    too_late: str = "too_late",
) -> Manifest:
    return Manifest(category, frozenset(variables), multiline, secret, too_late)


SYSTEM: dict[str, Manifest] = {
    "verification": _manifest(
        Category.SECURITY,
        {"first_name", "code", "expires_at", "earlier_registrations"},
        secret=True,
        too_late="code_has_expired",
    ),
    "password_reset": _manifest(
        Category.SECURITY, {"first_name", "code", "expires_at"}, secret=True, too_late="code_has_expired"
    ),
    "account_exists": _manifest(Category.SECURITY, {"first_name", "email"}),
    "booking_confirmed": _manifest(Category.BOOKING, _SESSION, too_late=_BEGUN),
    "booking_changed": _manifest(Category.BOOKING, _SESSION, too_late=_BEGUN),
    "booking_cancelled": _manifest(Category.BOOKING, _REFUND, too_late=_BEGUN),
    "session_refunded": _manifest(Category.BOOKING, _REFUND),
    "reminder": _manifest(Category.BOOKING, _SESSION_TIME | {"gym_address", "starts_in"}, too_late=_BEGUN),
    "waiting_list_offer": _manifest(
        Category.BOOKING, _SESSION_TIME | {"price", "offer_expires_at"}, too_late="offer_has_expired"
    ),
    "invitation": _manifest(Category.SOCIAL, _SESSION_TIME | {"host_name", "gym_address"}, too_late=_BEGUN),
    "receipt": _manifest(Category.PAYMENT, {"first_name", "package_name", "credits", "price", "date", "purchase_id"}),
    "renewal": _manifest(Category.PAYMENT, {"first_name", "plan_name", "credits", "price", "period_end"}),
    "payment_failed": _manifest(Category.PAYMENT, {"first_name", "package_name", "price", "reason"}),
    "support_reply": _manifest(
        Category.SECURITY, {"first_name", "problem_title", "author", "reply"}, multiline=frozenset({"reply"})
    ),
    "export_ready": _manifest(Category.SECURITY, {"first_name", "download_url", "expires_at"}, secret=True),
}
"""The templates that the product itself needs."""


class Templates:
    """Finds a template by its name.

    Administrators' own versions will be looked up here, before the system's; nothing else knows where one comes from.
    """

    def current(self, name: str) -> Template:
        """The version in force.

        Raises
        ------
        TemplateUnknown
            There is none of this name.
        """
        return _system(name)


@cache
def _system(name: str) -> Template:
    manifest = SYSTEM.get(name)
    if manifest is None:
        raise TemplateUnknown(f"There is no template {name!r}.")
    notice = FOLDER / name / "notice.txt"
    return Template(
        name=name,
        version=len(recorded_versions()[name]),
        manifest=manifest,
        subject=_read(name, "subject.txt"),
        text=_read(name, "text.txt"),
        html=_read(name, "body.html"),
        notice=notice.read_text(encoding="utf-8") if notice.exists() else None,
    )


def _read(name: str, part: str) -> str:
    return (FOLDER / name / part).read_text(encoding="utf-8")


@cache
def recorded_versions() -> dict[str, list[str]]:
    """The digests of each system template's versions, the oldest first: its version is how many there are."""
    versions: dict[str, list[str]] = json.loads((FOLDER / VERSIONS).read_text(encoding="utf-8"))
    return versions


def digest(name: str) -> str:
    """What a system template's files and its layouts come to now."""
    files = [FOLDER / layout for layout in LAYOUTS] + sorted((FOLDER / name).iterdir())
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]
