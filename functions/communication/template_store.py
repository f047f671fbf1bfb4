"""Templates: the system's own, from files in this package."""

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
    """The category and the variables of a template.

    Attributes
    ----------
    variables
        All are required. Each is one line of text, unless it is in `multiline`.
    secret
        Its variables contain a one-time secret, and are removed when the message is settled.
    too_late
        The reason recorded for a message that is not sent because of `send_before`.
    """

    category: Category
    variables: frozenset[str]
    multiline: frozenset[str] = frozenset()
    secret: bool = False
    too_late: str = "too_late"


@dataclass(frozen=True)
class Template:
    """One version of a template: Jinja sources, and a `notice` if it is also shown in the app."""

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
        {"first_name", "code", "expires_at"},
        secret=True,
        too_late="code_has_expired",
    ),
    "password_reset": _manifest(
        Category.SECURITY, {"first_name", "code", "expires_at"}, secret=True, too_late="code_has_expired"
    ),
    "password_changed": _manifest(Category.SECURITY, {"first_name", "changed_at"}),
    "account_exists": _manifest(Category.SECURITY, {"first_name", "email"}),
    "second_factor_code": _manifest(
        Category.SECURITY, {"first_name", "code", "expires_at"}, secret=True, too_late="code_has_expired"
    ),
    "second_factor_reset": _manifest(Category.SECURITY, {"first_name"}),
    "booking_confirmed": _manifest(Category.BOOKING, _SESSION, too_late=_BEGUN),
    "booking_changed": _manifest(Category.BOOKING, _SESSION, too_late=_BEGUN),
    "booking_cancelled": _manifest(
        Category.BOOKING, _REFUND | {"reason"}, multiline=frozenset({"reason"}), too_late=_BEGUN
    ),
    "session_refunded": _manifest(Category.BOOKING, _REFUND),
    "reminder": _manifest(Category.BOOKING, _SESSION_TIME | {"gym_address", "starts_in"}, too_late=_BEGUN),
    "session_missed": _manifest(Category.BOOKING, _SESSION_TIME | {"suspended_until"}),
    "waiting_list_offer": _manifest(
        Category.BOOKING, _SESSION_TIME | {"price", "offer_expires_at"}, too_late="offer_has_expired"
    ),
    "invitation": _manifest(Category.BOOKING, _SESSION_TIME | {"host_name", "gym_address"}, too_late=_BEGUN),
    "invitation_accepted": _manifest(Category.BOOKING, _SESSION_TIME | {"guest_name"}, too_late=_BEGUN),
    "invitation_declined": _manifest(Category.BOOKING, _SESSION_TIME | {"guest_name"}, too_late=_BEGUN),
    "guest_left": _manifest(Category.BOOKING, _SESSION_TIME | {"guest_name"}, too_late=_BEGUN),
    "session_joined": _manifest(Category.BOOKING, _SESSION_TIME | {"host_name", "gym_address"}, too_late=_BEGUN),
    "session_changed": _manifest(Category.BOOKING, _SESSION_TIME | {"host_name", "gym_address"}, too_late=_BEGUN),
    "session_left": _manifest(Category.BOOKING, _SESSION_TIME | {"reason"}, too_late=_BEGUN),
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
    """Finds templates by name.

    Later, administrators' versions will be looked up here before the system's. No other code depends on the source.
    """

    def current(self, name: str) -> Template:
        """The current version of a template.

        Raises
        ------
        TemplateUnknown
            There is no template of this name.
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
    """The digests of each system template's versions, oldest first. Its version number is their count."""
    versions: dict[str, list[str]] = json.loads((FOLDER / VERSIONS).read_text(encoding="utf-8"))
    return versions


def digest(name: str) -> str:
    """The digest of a system template's current files and layouts."""
    files = [FOLDER / layout for layout in LAYOUTS] + sorted((FOLDER / name).iterdir())
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:16]
