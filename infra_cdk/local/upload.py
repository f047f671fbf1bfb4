"""What an app does with a file: sign its upload, post the form, complete it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from infra_cdk.local.client import TIMEOUT_SECONDS, Api
from infra_cdk.local.errors import LocalRunError


def post_form(url: str, fields: Mapping[str, str], content: bytes) -> httpx.Response:
    """Post a signed form: its fields in their order, then the file."""
    parts = [*((name, (None, value.encode())) for name, value in fields.items()), ("file", ("file", content))]
    return httpx.post(url, files=parts, trust_env=False, timeout=TIMEOUT_SECONDS)


def send_file(member: Api, content: bytes, **file: Any) -> str:
    """Sign the upload of a file and put its bytes; returns its id.

    Parameters
    ----------
    file
        `purpose`, `name` and `content_type`.

    Raises
    ------
    LocalRunError
        The form was refused.
    """
    signed = member.call("POST", "/storage/uploads", json={"size": len(content), **file})
    answer = post_form(signed["url"], signed["fields"], content)
    if not answer.is_success:
        raise LocalRunError(f"The form was answered {answer.status_code}: {answer.text[:400]}")
    return str(signed["file_id"])


def upload(member: Api, content: bytes, **file: Any) -> dict[str, Any]:
    """`send_file`, and complete the upload; returns the active file."""
    path = f"/storage/uploads/{send_file(member, content, **file)}/complete"
    active: dict[str, Any] = member.call("POST", path)
    return active
