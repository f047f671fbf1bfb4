"""The suite of stores, in this process: S3 by moto, a folder and the console by what their server would do."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from solo60 import clock
from storage.providers.console import ADDRESS, console_store
from storage.providers.folder import SERVER, NotServed, UnsafeKey, folder_store
from storage.providers.port import UploadForm
from storage.providers.registry import StoreRegistry
from storage.providers.s3 import S3Store
from storage.providers.served import TICKET, ServedStore, TicketRefused
from tests.fakes.aws import aws_client
from tests.scenarios.stores import BYTES, Outside, Shown, StoreSuite


class InS3:
    """S3 by moto, which takes whatever is posted: the policy is judged here, as S3 documents it."""

    verifies_addresses = False

    def __init__(self) -> None:
        self.store = S3Store()
        self._seconds = 0

    def post(self, form: UploadForm, content: bytes) -> bool:
        policy = json.loads(base64.b64decode(form.fields["policy"]))
        unnamed = form.fields.keys() - {"policy", "x-amz-signature"}
        for condition in policy["conditions"]:
            if isinstance(condition, list):
                name, least, most = condition
                assert name == "content-length-range"
                if not least <= len(content) <= most:
                    return False
                continue
            [(name, value)] = condition.items()
            if {**form.fields, "bucket": "files"}.get(name) != value:
                return False
            unnamed -= {name}
        if unnamed or clock.from_rfc3339(policy["expiration"]) <= self._now():
            return False
        aws_client("s3").put_object(Bucket="files", Key=form.fields["key"], Body=content)
        return True

    def open(self, address: str) -> Shown | None:
        parts = urlsplit(address)
        query = {name: value for name, [value] in parse_qs(parts.query).items()}
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if signed_at + timedelta(seconds=int(query["X-Amz-Expires"])) <= self._now():
            return None
        s3 = aws_client("s3")
        try:
            content = s3.get_object(Bucket="files", Key=parts.path[1:])["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        return Shown(
            content,
            query["response-content-type"],
            query["response-content-disposition"],
            query["response-cache-control"],
        )

    @contextmanager
    def later(self, seconds: int) -> Iterator[None]:
        self._seconds = seconds
        yield
        self._seconds = 0

    def _now(self) -> datetime:
        # Signing asks the machine's clock.
        return datetime.now(UTC) + timedelta(seconds=self._seconds)


@dataclass
class InProcess:
    """A store that is served by whoever has it."""

    store: ServedStore
    address: str
    verifies_addresses: bool = True

    def post(self, form: UploadForm, content: bytes) -> bool:
        assert form.url == f"{self.address}/"
        try:
            self.store.accept(form.fields, content)
        except TicketRefused:
            return False
        return True

    def open(self, address: str) -> Shown | None:
        place, _, query = address.partition("?")
        try:
            served = self.store.serve(place.removeprefix(f"{self.address}/"), parse_qs(query).get(TICKET, [""])[0])
        except TicketRefused:
            return None
        if served is None:
            return None
        return Shown(served.content, served.content_type, served.disposition, "private, max-age=300")

    def later(self, seconds: int) -> AbstractContextManager[None]:
        return clock.at(clock.now() + timedelta(seconds=seconds))


@pytest.mark.usefixtures("tables")
class TestS3(StoreSuite):
    @pytest.fixture
    def outside(self, tables: None) -> Outside:
        return InS3()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as its server leaves it."""
    (tmp_path / SERVER).write_text(json.dumps({"address": "http://127.0.0.1:1", "secret": "a secret"}))
    return tmp_path


class TestFolder(StoreSuite):
    @pytest.fixture
    def outside(self, folder: Path) -> Outside:
        return InProcess(folder_store(folder), "http://127.0.0.1:1")

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/",
            "../x",
            "files/../../x",
            "/etc/passwd",
            "a//b",
            "a/",
            ".server",
            "a.b",
            "a\x00b",
            "ü",
            "x" * 300,
            "a\n",
        ],
    )
    def test_no_key_leads_out_of_the_folder(self, outside: Outside, folder: Path, key: str) -> None:
        before = sorted(folder.parent.rglob("*"))
        for use in (
            lambda: outside.store.write(key, BYTES, "image/png"),
            lambda: outside.store.read(key, 1),
            lambda: outside.store.size_of(key),
            lambda: outside.store.delete([key]),
        ):
            with pytest.raises(UnsafeKey) as refused:
                use()
            assert not key.strip("/") or key not in str(refused.value)
        assert sorted(folder.parent.rglob("*")) == before

    def test_a_folder_that_nothing_serves_is_no_store(self, tmp_path: Path) -> None:
        with pytest.raises(NotServed):
            folder_store(tmp_path)


class TestConsole(StoreSuite):
    @pytest.fixture
    def outside(self) -> Outside:
        return InProcess(console_store(), ADDRESS)

    def test_the_console_says_keys_and_sizes_and_no_content(self, caplog: pytest.LogCaptureFixture) -> None:
        store = console_store()
        with caplog.at_level("INFO"):
            store.write("files/1", b"secret", "image/png")
            store.delete(["files/1"])
        said = [(record.getMessage(), vars(record)["object"]) for record in caplog.records]
        assert said == [
            ("file written", {"key": "files/1", "size": 6}),
            ("file deleted", {"key": "files/1", "size": None}),
        ]


def test_the_store_is_that_of_the_stage(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name, kind in (("s3", S3Store), ("console", ServedStore), (f"folder:{folder}", ServedStore)):
        monkeypatch.setenv("FILE_STORE", name)
        assert isinstance(StoreRegistry().store, kind)
    for name in ("", "S3", "folder", "folder:", "console:x", "nowhere"):
        monkeypatch.setenv("FILE_STORE", name)
        with pytest.raises(ValueError, match="FILE_STORE"):
            StoreRegistry()
