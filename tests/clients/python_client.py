"""openapi-python-client: generate, check the types of the client and of its play, play."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.clients.tools import PLAYS, run

PLAY = PLAYS / "openapi_python_client.py"


def generate(document: Path, folder: Path) -> Path:
    """The client in `folder`; a warning of the generator, such as a response that it left out, is an error."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yaml"
    config.write_text("post_hooks: []\n")
    run(
        Path(sys.executable).with_name("openapi-python-client"),
        *("generate", "--path", document, "--config", config, "--output-path", folder / "solo60_client"),
        *("--meta", "none", "--overwrite", "--fail-on-warning"),
        cwd=folder,
    )
    return folder / "solo60_client"


def check_types(folder: Path) -> None:
    """Of the whole client, and of the play against it."""
    play = shutil.copy(PLAY, folder / "play.py")
    run(sys.executable, "-m", "mypy", "--strict", "--config-file=", "solo60_client", play, cwd=folder)


def play(folder: Path, env: dict[str, str]) -> None:
    """Play against a running system."""
    run(sys.executable, folder / "play.py", cwd=folder, env={**env, "PYTHONPATH": str(folder)})
