"""`make clients`: every generator and linter on the committed document, its clients played against `make run`.

It prints a line for each, and ends with 1 if one failed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra_cdk.local.errors import LocalRunError
from infra_cdk.local.stack import HOME, STACK_FILE, Stack
from infra_cdk.openapi.published import DOCUMENT
from tests.clients import python_client
from tests.clients.generators import Workshop
from tests.clients.tools import ClientError, parts
from tests.e2e.harness import World

FOLDER = HOME / "clients"


def main() -> int:
    """Run all of them; one that fails does not keep the others from running."""
    try:
        env = parts(World(Stack.read(STACK_FILE)))
    except LocalRunError as error:
        print(error)
        return 1
    workshop = Workshop(FOLDER)

    def openapi_python_client() -> None:
        folder = FOLDER / "openapi-python-client"
        python_client.generate(Path(DOCUMENT), folder)
        python_client.check_types(folder)
        python_client.play(folder, env)

    steps: dict[str, Callable[[], None]] = {
        "redocly and spectral: no finding": workshop.lint,
        "openapi-python-client: generated, type-checked, played": openapi_python_client,
        "openapi-generator python: generated, type-checked, played": lambda: workshop.python(env),
        "openapi-generator typescript-fetch: generated, compiled, played": lambda: workshop.typescript_fetch(env),
        "openapi-generator kotlin: generated, its models compiled": workshop.kotlin,
        "openapi-typescript: generated, compiled, played": lambda: workshop.openapi_typescript(env),
    }
    failed = [name for name, step in steps.items() if not _succeeds(name, step)]
    return 1 if failed else 0


def _succeeds(name: str, step: Callable[[], None]) -> bool:
    started = time.monotonic()
    try:
        step()
    except ClientError as error:
        print(f"failed  {name}\n{error}", flush=True)
        return False
    print(f"done    {name} ({time.monotonic() - started:.0f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
