"""Building the layers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore
import pytest
from botocore.loaders import Loader
from botocore.session import Session

from layers import botocore_data, build


def test_the_requirements_are_plain_whatever_colours_the_environment_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CDK's command line asks its children for colours, and uv refuses to read coloured requirements."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    requirements = build.locked_requirements()
    assert b"\x1b" not in requirements
    assert b"pynamodb==" in requirements
    assert b"boto3==" not in requirements


def test_what_uv_refuses_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        return SimpleNamespace(returncode=2, stdout=b"")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(build.BuildError, match="lock file"):
        build.locked_requirements()


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the layer carries of botocore's data."""
    root, source = tmp_path_factory.mktemp("botocore"), Path(botocore.__file__).parent
    for service in botocore_data.OPERATIONS:
        shutil.copytree(source / "data" / service, root / "data" / service)
    for file in source.glob("data/*.json"):
        shutil.copy(file, root / "data")
    shutil.copytree(source / "docs", root / "docs")
    botocore_data.prune(root)
    return root / "data"


@pytest.mark.parametrize("service", sorted(botocore_data.OPERATIONS))
def test_a_client_can_be_made_of_the_data_that_is_left(service: str, pruned: Path) -> None:
    """For an endpoint of one's own too, as the local run has it."""
    loader = Loader(extra_search_paths=[str(pruned)], include_default_search_paths=False)
    session = Session()
    session.register_component("data_loader", loader)
    made: Any = session.create_client(
        service,
        region_name="eu-west-2",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    assert set(made.meta.service_model.operation_names) == botocore_data.OPERATIONS[service]
    if service == "s3":
        assert "http://127.0.0.1:1" in made.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
        assert made.generate_presigned_post("b", "k")["url"]
