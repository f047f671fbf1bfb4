"""The suite of stores over HTTP: S3 by the engine, a folder by its own server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from infra_cdk.local.file_server import HEALTH
from infra_cdk.local.processes import LOOPBACK, Child, free_ports
from infra_cdk.local.stack import ROOT
from infra_cdk.local.upload import post_form
from solo60 import aws, settings
from storage.keys import BUCKET
from storage.providers.folder import SERVER, folder_store
from storage.providers.port import ObjectStore, UploadForm
from storage.providers.s3 import S3Store
from tests.e2e.harness import World
from tests.scenarios.stores import Outside, Shown, StoreSuite

pytestmark = pytest.mark.e2e


@dataclass
class OverHttp:
    """A store whose forms and addresses strangers use."""

    store: ObjectStore
    verifies_addresses: bool = True

    def post(self, form: UploadForm, content: bytes) -> bool:
        return post_form(form.url, form.fields, content).is_success

    def open(self, address: str) -> Shown | None:
        answer = httpx.get(address, trust_env=False)
        if not answer.is_success:
            assert 400 <= answer.status_code < 500
            return None
        headers = answer.headers
        return Shown(answer.content, headers["content-type"], headers["content-disposition"], headers["cache-control"])

    @contextmanager
    def later(self, seconds: int) -> Iterator[None]:
        time.sleep(seconds)
        yield


@pytest.fixture(scope="module")
def signer(world: World) -> Iterator[dict[str, str]]:
    """Somebody whose signatures the engine verifies, as it does those of a function's role."""
    iam, user = world.aws("iam"), {"UserName": f"stores-{uuid4().hex}"}
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.create_user(**user)
    iam.put_user_policy(**user, PolicyName="s3", PolicyDocument=policy)
    key = iam.create_access_key(**user)["AccessKey"]
    yield {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    iam.delete_access_key(**user, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(**user, PolicyName="s3")
    iam.delete_user(**user)


class TestS3(StoreSuite):
    @pytest.fixture
    def outside(self, world: World, signer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
        for name, value in {
            settings.bucket_variable(BUCKET): world.bucket(BUCKET),
            "AWS_ENDPOINT_URL": world.stack.aws,
            "AWS_DEFAULT_REGION": world.stack.region,
            **signer,
        }.items():
            monkeypatch.setenv(name, value)
        aws.session.cache_clear()
        aws.forget()
        yield OverHttp(S3Store())
        aws.session.cache_clear()
        aws.forget()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder, [port] = tmp_path_factory.mktemp("files"), free_ports(1)
    server = Child(
        "The file server",
        ["-m", "infra_cdk.local.file_server", str(port), str(folder)],
        folder / "server.log",
        {**os.environ, "PYTHONPATH": str(ROOT)},
    )
    server.wait_until_answers(f"http://{LOOPBACK}:{port}{HEALTH}")
    yield folder
    server.stop(saving=False)


class TestFolder(StoreSuite):
    @pytest.fixture
    def outside(self, folder: Path) -> Outside:
        return OverHttp(folder_store(folder))

    def test_strangers_get_nothing_else(self, folder: Path, outside: Outside) -> None:
        (folder / "plain").write_text("x")
        base = outside.store.sign_upload("a", content_type="x", size=1, lasts=timedelta(minutes=1)).url
        for path in ("", "plain", SERVER, "../", "%2e%2e/", "..%2f..%2fetc/passwd", "a%00b"):
            assert httpx.get(base + path, trust_env=False).status_code == 403
        assert httpx.post(base, data={"a": "b"}, trust_env=False).status_code == 400
        assert httpx.post(base, files={"file": b"x"}, trust_env=False).status_code == 403
        too_large = httpx.post(base, files={"file": bytes(20 * 1024 * 1024)}, trust_env=False)
        assert too_large.status_code == 413
