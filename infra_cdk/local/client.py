"""A client of the API and of the inbox, as an app and a member's mail reader have them."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import httpx

from infra_cdk.local.errors import LocalRunError

TIMEOUT_SECONDS = 120
"""The first call of a function starts a process, and forty at once start forty."""
MAIL_TIMEOUT_SECONDS = 60
THROTTLED = "too_many_requests"
_THROTTLED_PAUSE_SECONDS = 0.5
_POLL_SECONDS = 0.2
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class UnexpectedAnswer(LocalRunError):
    """The API answered something else than success."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        request = answer.request
        super().__init__(f"{request.method} {request.url} answered {answer.status_code}: {answer.text[:400]}")


class Api:
    """Calls the API; safe to use from many threads.

    Parameters
    ----------
    base
        The address of the stage.
    token
        The id token of the caller; none for an anonymous one.
    """

    def __init__(self, base: str, token: str | None = None, *, client: httpx.Client | None = None) -> None:
        self.base = base
        self._token = token
        self._client = client or httpx.Client(
            timeout=TIMEOUT_SECONDS, trust_env=False, limits=httpx.Limits(max_connections=100)
        )

    def as_caller(self, token: str) -> Api:
        """The same API, called with this id token."""
        return Api(self.base, token, client=self._client)

    def send(
        self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None, **rest: Any
    ) -> httpx.Response:
        """One request, whatever comes back."""
        authorization = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return self._client.request(
            method, self.base + path, json=json, headers={**authorization, **(headers or {})}, **rest
        )

    def call(
        self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None, **rest: Any
    ) -> Any:
        """What a successful request answers; waits while the gateway throttles.

        Raises
        ------
        UnexpectedAnswer
            It was refused.
        """
        while True:
            answer = self.send(method, path, json=json, headers=headers, **rest)
            if answer.status_code == 429 and answer.json().get("code") == THROTTLED:
                time.sleep(_THROTTLED_PAUSE_SECONDS)
                continue
            if not answer.is_success:
                raise UnexpectedAnswer(answer)
            return answer.json() if answer.content else None


@dataclass(frozen=True)
class Mail:
    """A mail as it was sent."""

    to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    html: str
    attachments: tuple[dict[str, str], ...]

    @property
    def code(self) -> str:
        """The six digits in its text."""
        found = _CODE.search(self.text)
        if found is None:
            raise LocalRunError(f"There is no code in the mail '{self.subject}'")
        return found.group()


class Inbox:
    """All mail that was sent."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)

    def to(self, address: str) -> list[Mail]:
        """What was sent to `address`, oldest first."""
        accounts = self._client.get(self._url).raise_for_status().json()["messages"]
        return [
            Mail(
                to=tuple(message["To"]),
                sender=message["Source"],
                subject=message["Subject"],
                text=message["BodyText"] or "",
                html=message["BodyHtml"] or "",
                attachments=tuple(message.get("Attachments", ())),
            )
            for messages in accounts.values()
            for message in messages
            if any(address in recipient for recipient in message["To"])
        ]

    def wait_for(self, address: str, about: str, *, count: int = 1, timeout: float = MAIL_TIMEOUT_SECONDS) -> Mail:
        """The latest mail to `address` whose subject holds `about`, once there are `count` of them.

        Raises
        ------
        LocalRunError
            It did not come in time.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = [mail for mail in self.to(address) if about.lower() in mail.subject.lower()]
            if len(found) >= count:
                return found[-1]
            time.sleep(_POLL_SECONDS)
        subjects = ", ".join(repr(mail.subject) for mail in self.to(address)) or "none"
        raise LocalRunError(f"No mail about '{about}' came to {address} within {timeout:.0f} s; what came: {subjects}")
