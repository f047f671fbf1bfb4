"""solo60.paging: a cursor is opaque, tamper-evident, and bound to its list, its query and its reader."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from solo60.paging import Paging
from tests.conftest import Answer, call
from tests.fakes.aws import CURSOR_KEY
from tests.handlers.probes import LIST, LIST_OPENLY, LIST_TOO

pytestmark = pytest.mark.usefixtures("tables")


def _list(user: str, cursor: str | None = None, **query: Any) -> Answer:
    return call(LIST, user=user, query={**query, **({"cursor": cursor} if cursor is not None else {})})


def _cursor(user: str, **query: Any) -> str:
    return str(_list(user, **query).json["next_cursor"])


def _refused(answer: Answer) -> bool:
    return (answer.status, answer.code) == (400, "invalid_cursor")


def test_a_cursor_goes_on_where_the_page_ended(member: str) -> None:
    first = _list(member, limit=3)
    second = _list(member, first.json["next_cursor"], limit=3)
    assert [item["count"] for item in first.json["items"] + second.json["items"]] == [0, 1, 2, 3, 4, 5]


def test_the_limit_may_change_from_page_to_page(member: str) -> None:
    cursor = _cursor(member, limit=3)
    assert [item["count"] for item in _list(member, cursor, limit=2).json["items"]] == [3, 4]


@pytest.mark.parametrize("forged", ["", "x", "null", "e30", "e30.x", "{}", "%00", "a" * 5000, "éé", "."])
def test_what_we_never_gave_is_400(member: str, forged: str) -> None:
    assert _refused(_list(member, forged))


def test_a_cursor_nested_beyond_reason_is_400_even_with_our_signature(member: str) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 20_000).rstrip(b"=")
    assert _refused(_list(member, nested.decode()))
    scope = Paging(20, None, {"path": "/probes", "query": {}, "route": "GET /probes", "caller": member})
    assert scope.cursor_after({"after": 19}) == _cursor(member)
    signer = URLSafeSerializer(CURSOR_KEY, salt=scope._scope, signer_kwargs={"digest_method": hashlib.sha256})
    assert _refused(_list(member, signer.make_signer().sign(nested).decode()))


def test_a_changed_cursor_is_400_whichever_letter_it_is(member: str) -> None:
    cursor = _cursor(member)
    payload, signature = cursor.split(".")
    assert _refused(_list(member, base64.urlsafe_b64encode(b'{"after":0}').decode().rstrip("=") + "." + signature))
    assert _refused(_list(member, payload))
    for index in range(len(payload)):
        changed = cursor[:index] + ("A" if cursor[index] != "A" else "B") + cursor[index + 1 :]
        assert _refused(_list(member, changed))


def test_a_cursor_of_another_query_is_400(member: str) -> None:
    cursor = _cursor(member, city="London")
    assert _list(member, cursor, city="London").status == 200
    assert _refused(_list(member, cursor, city="Leeds"))
    assert _refused(_list(member, cursor))
    assert _refused(_list(member, cursor, city="London", tags="a"))


def test_a_cursor_of_another_reader_is_400(make_member: Any) -> None:
    one, other = make_member(), make_member()
    assert _refused(_list(other, _cursor(one)))


def test_a_cursor_of_another_list_is_400(member: str) -> None:
    cursor = _cursor(member)
    assert _refused(call(LIST_TOO, user=member, query={"cursor": cursor}))
    assert _refused(call(LIST_OPENLY, query={"cursor": cursor}))


def test_a_cursor_given_twice_is_422(member: str) -> None:
    cursor = _cursor(member)
    assert call(LIST, user=member, query={"cursor": [cursor, cursor]}).status == 422


def test_anybodys_list_has_cursors_for_anybody() -> None:
    cursor = call(LIST_OPENLY).json["next_cursor"]
    assert call(LIST_OPENLY, query={"cursor": cursor}).status == 200


def test_a_cursor_can_stand_in_an_address_as_it_is(member: str) -> None:
    assert set(_cursor(member)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
