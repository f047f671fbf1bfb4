"""Lets MiniStack's list of sent mail show attachments, which it drops: an ASGI wrapper that reads along."""

from __future__ import annotations

import base64
import email
import email.policy
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SEND_PATH = "/v2/email/outbound-emails"
LIST_PATH = "/_ministack/ses/messages"


class InboxWithAttachments:
    """Adds `Attachments: [{FileName, ContentType, Content}]` to each message of the list; text is decoded."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._attachments: dict[str, list[dict[str, str]]] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass everything on; read what is sent, add to what is listed."""
        if scope["type"] == "http" and scope["path"] == SEND_PATH and scope["method"] == "POST":
            body = await _whole_body(receive)
            answer = _Answer()
            await self._app(scope, _replayed(body, receive), answer)
            message_id = answer.json().get("MessageId")
            if message_id:
                self._attachments[message_id] = _attachments_of(json.loads(body))
            await answer.pass_on(send)
        elif scope["type"] == "http" and scope["path"] == LIST_PATH and scope["method"] == "GET":
            answer = _Answer()
            await self._app(scope, receive, answer)
            listed = answer.json()
            for messages in listed.get("messages", {}).values():
                for message in messages:
                    message["Attachments"] = self._attachments.get(message["MessageId"], [])
            answer.body = json.dumps(listed).encode()
            await answer.pass_on(send)
        else:
            await self._app(scope, receive, send)


class _Answer:
    """An answer, held back."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def json(self) -> dict[str, Any]:
        try:
            content = json.loads(self.body)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    async def pass_on(self, send: Send) -> None:
        headers = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(self.body)).encode()))
        await send({**self.start, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def _whole_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _attachments_of(request: dict[str, Any]) -> list[dict[str, str]]:
    content = request.get("Content", {})
    if "Raw" in content:
        return _attachments_of_mime(base64.b64decode(content["Raw"]["Data"]))
    return [
        {
            "FileName": attachment["FileName"],
            "ContentType": attachment.get("ContentType", "application/octet-stream"),
            "Content": base64.b64decode(attachment["RawContent"]).decode("utf-8", "replace"),
        }
        for attachment in content.get("Simple", {}).get("Attachments", [])
    ]


def _attachments_of_mime(raw: bytes) -> list[dict[str, str]]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    found = []
    for part in message.walk():
        if part.is_multipart() or (part.get_content_type() in {"text/plain", "text/html"} and not part.get_filename()):
            continue
        payload = part.get_payload(decode=True)
        found.append(
            {
                "FileName": part.get_filename() or "",
                "ContentType": part["Content-Type"],
                "Content": payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "",
            }
        )
    return found
