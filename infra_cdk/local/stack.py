"""`.local/stack.json`: where everything of a running system is, written when all of it is ready."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra_cdk.local.errors import LocalRunError

REGION = "eu-west-2"
STAGE = "local"
ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".local"
STACK_FILE = HOME / "stack.json"
DEFAULT_PORT = 8060


@dataclass(frozen=True)
class Account:
    """A demo account.

    Attributes
    ----------
    totp_seed
        Of an admin's second factor, in Base32.
    """

    email: str
    password: str
    totp_seed: str | None = None


@dataclass(frozen=True)
class Stack:
    """A running system.

    Attributes
    ----------
    api
        The API's stage; every path of the contract goes behind it.
    docs
        The page to read and try the API.
    aws
        The endpoint of all emulated AWS services.
    inbox
        All sent mail as JSON, newest last; each message lists its attachments.
    stripe
        The Stripe stand-in.
    users
        `admin`, `member`, `member2`.
    process
        The id of the process that runs it; all others of the system descend from it.
    """

    api: str
    docs: str
    aws: str
    inbox: str
    stripe: str
    region: str
    users: dict[str, Account]
    process: int

    def write(self, path: Path) -> None:
        """Put the file in place in one step, so that its presence means that all is ready."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        draft.chmod(0o600)
        draft.replace(path)

    @staticmethod
    def read(path: Path) -> Stack:
        """Read what a run has written.

        Raises
        ------
        LocalRunError
            There is none.
        """
        if not path.exists():
            raise LocalRunError(f"Nothing is running: {path} does not exist. Start it with `make run`.")
        content: dict[str, Any] = json.loads(path.read_text())
        users = {name: Account(**account) for name, account in content.pop("users").items()}
        return Stack(**content, users=users)
