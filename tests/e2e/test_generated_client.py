"""A client that openapi-python-client generates of the document as it is served: its types, and a member's path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import python_client
from tests.clients.tools import parts
from tests.e2e.harness import World

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def client(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated client."""
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_bytes(world.api.send("GET", "/openapi.json").content)
    python_client.generate(document, folder)
    return folder


def test_its_types_are_complete(client: Path) -> None:
    python_client.check_types(client)


def test_it_books_is_refused_with_alternatives_and_cancels(world: World, client: Path) -> None:
    python_client.play(client, parts(world))
