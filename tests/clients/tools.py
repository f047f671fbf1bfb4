"""What every generator's run has in common: the parts that its client plays, and the programs that are called."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.e2e.harness import World

PLAYS = Path(__file__).parent / "plays"


class ClientError(Exception):
    """A generator, a compiler or a client failed; what it printed is the message."""


def parts(world: World) -> dict[str, str]:
    """Two members with credits and a gym of their own, as the environment of a play."""
    member, rival = world.new_members(2, credits=30)
    # A second gym, so that alternatives may be nearby too.
    gym, _ = world.new_gym(), world.new_gym()
    return {
        "SOLO60_API": world.api.base,
        "SOLO60_GYM": str(gym["id"]),
        "SOLO60_MEMBER_EMAIL": member.account.email,
        "SOLO60_MEMBER_PASSWORD": member.account.password,
        "SOLO60_RIVAL_EMAIL": rival.account.email,
        "SOLO60_RIVAL_PASSWORD": rival.account.password,
        "NO_PROXY": "*",
    }


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None, timeout: int = 300) -> str:
    """The output of a program.

    Raises
    ------
    ClientError
        It did not end with 0.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    output = done.stdout + done.stderr
    if done.returncode:
        raise ClientError(f"{' '.join(map(str, command))}\n{output[-4000:]}")
    return output
