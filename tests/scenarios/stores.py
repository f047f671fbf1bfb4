"""What every store of files does: one suite for all of them, by its port and by what strangers can do outside."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import pytest

from solo60.ids import new_id
from storage.names import disposition
from storage.providers.port import ObjectStore, UploadForm

BYTES = bytes(range(256)) * 3
MINUTES = timedelta(minutes=5)
NAMES = (
    "me.jpg",
    "Grüße 😀.png",
    "x" * 300,
    "😀" * 300,
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "C:\\x.png",
    "/",
    "..",
    "a\x00b.png",
    "a\r\nSet-Cookie: x=1",
    '";x="',
    "%2e%2e%2f%00.png",
    "\u202egpj.exe",
)


@dataclass(frozen=True)
class Shown:
    """What a stranger gets at an address."""

    content: bytes
    content_type: str
    disposition: str
    cached: str


class Outside(Protocol):
    """A store, and what strangers reach of it."""

    @property
    def store(self) -> ObjectStore:
        """The store."""

    @property
    def verifies_addresses(self) -> bool:
        """Whether what stands for the other side refuses addresses that were changed."""

    def post(self, form: UploadForm, content: bytes) -> bool:
        """Post a form with a file; whether it was taken."""

    def open(self, address: str) -> Shown | None:
        """What is at an address; None if it is refused or nothing is there."""

    def later(self, seconds: int) -> AbstractContextManager[None]:
        """After some seconds."""


def _key() -> str:
    return f"files/{new_id()}/{new_id()}/original"


class StoreSuite:
    """The suite. A subclass has a fixture `outside`."""

    def test_what_is_written_is_read(self, outside: Outside) -> None:
        key = _key()
        outside.store.write(key, BYTES, "image/png")
        assert outside.store.size_of(key) == len(BYTES)
        assert outside.store.read(key, len(BYTES) + 1) == BYTES
        assert outside.store.read(key, 10) == BYTES[:10]
        outside.store.write(key, b"", "image/png")
        assert (outside.store.size_of(key), outside.store.read(key, 10)) == (0, b"")

    def test_what_is_not_there_is_none(self, outside: Outside) -> None:
        key = _key()
        assert (outside.store.size_of(key), outside.store.read(key, 10)) == (None, b"")
        # A key above others is an object of its own.
        outside.store.write(key, BYTES, "image/png")
        above = key.rsplit("/", 1)[0]
        assert (outside.store.size_of(above), outside.store.read(f"{above}/64", 10)) == (None, b"")

    def test_objects_are_deleted_and_others_stay(self, outside: Outside) -> None:
        keys = [_key() for _ in range(3)]
        for key in keys:
            outside.store.write(key, BYTES, "image/png")
        outside.store.delete([])
        for _ in range(2):
            outside.store.delete([keys[0], keys[1], _key()])
        assert [outside.store.size_of(key) for key in keys] == [None, None, len(BYTES)]

    def test_a_form_puts_one_object(self, outside: Outside) -> None:
        key, form = self._form(outside)
        assert outside.post(form, BYTES)
        assert outside.store.read(key, len(BYTES) + 1) == BYTES

    @pytest.mark.parametrize("content", [b"", BYTES[:-1], BYTES + b"x"], ids=["nothing", "a byte less", "a byte more"])
    def test_a_form_puts_no_other_size(self, outside: Outside, content: bytes) -> None:
        key, form = self._form(outside)
        assert not outside.post(form, content)
        assert outside.store.size_of(key) is None

    def test_a_form_puts_no_other_type(self, outside: Outside) -> None:
        key, form = self._form(outside)
        assert not outside.post(replace(form, fields={**form.fields, "Content-Type": "text/html"}), BYTES)
        without = {name: value for name, value in form.fields.items() if name != "Content-Type"}
        assert not outside.post(replace(form, fields=without), BYTES)
        assert outside.store.size_of(key) is None

    def test_a_form_puts_nowhere_else(self, outside: Outside) -> None:
        key, form = self._form(outside)
        other = _key()
        outside.post(replace(form, fields={**form.fields, "key": other}), BYTES)
        assert outside.store.size_of(other) is None
        assert outside.store.size_of(key) in {None, len(BYTES)}

    def test_a_form_ends(self, outside: Outside) -> None:
        key, form = self._form(outside, timedelta(seconds=1))
        with outside.later(2):
            assert not outside.post(form, BYTES)
        assert outside.store.size_of(key) is None

    def test_an_address_shows_an_object_whatever_it_is_called(self, outside: Outside) -> None:
        key = _key()
        outside.store.write(key, BYTES, "application/octet-stream")
        for name in NAMES:
            header = disposition(name, "image/png").header
            shown = outside.open(self._address(outside, key, header))
            assert shown == Shown(BYTES, "image/png", header, "private, max-age=300"), name

    def test_an_address_ends(self, outside: Outside) -> None:
        key = _key()
        outside.store.write(key, BYTES, "image/png")
        address = self._address(outside, key, lasts=timedelta(seconds=1))
        assert outside.open(address)
        with outside.later(2):
            assert outside.open(address) is None

    def test_an_address_of_nothing_shows_nothing(self, outside: Outside) -> None:
        assert outside.open(self._address(outside, _key())) is None

    def test_an_address_shows_what_it_was_signed_for(self, outside: Outside) -> None:
        if not outside.verifies_addresses:
            pytest.skip("moto verifies no signature; the tests against the whole system do")
        keys = [_key(), _key()]
        for key in keys:
            outside.store.write(key, BYTES, "image/png")
        address = self._address(outside, keys[0])
        for changed in (
            address.replace(keys[0], keys[1]),
            address.replace("image%2Fpng", "text%2Fhtml"),
            address.split("?")[0],
            address[:-2] + "AA",
        ):
            assert changed == address or outside.open(changed) is None

    @staticmethod
    def _form(outside: Outside, lasts: timedelta = MINUTES) -> tuple[str, UploadForm]:
        key = f"pending/{new_id()}"
        return key, outside.store.sign_upload(key, content_type="image/png", size=len(BYTES), lasts=lasts)

    @staticmethod
    def _address(outside: Outside, key: str, header: str = "inline", lasts: timedelta = MINUTES) -> str:
        return outside.store.sign_download(key, content_type="image/png", disposition=header, lasts=lasts)
