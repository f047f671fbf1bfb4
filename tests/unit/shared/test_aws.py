"""solo60.aws: secrets that are rotated."""

from __future__ import annotations

from typing import Any

import pytest

from solo60 import aws


class Vault:
    """A Secrets Manager whose secret changes."""

    def __init__(self) -> None:
        self.value, self.asked = "one", 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        self.asked += 1
        return {"SecretString": self.value}


def test_a_rotated_secret_is_known_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    vault, now = Vault(), [1_000_000.0]
    aws.forget()
    monkeypatch.setattr(aws, "client", lambda service: vault)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    assert [aws.secret("arn"), aws.secret("arn")] == ["one", "one"]
    assert vault.asked == 1
    vault.value = "two"
    now[0] += aws.SECRET_KEPT_SECONDS
    assert aws.secret("arn") == "two"
