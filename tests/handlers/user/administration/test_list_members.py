"""GET /admin/users."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from solo60 import aws, clock
from tests.conftest import Answer, call
from tests.handlers.user.administration.governing import LISTED, ban, joined, new_admin, set_role, unban
from user.endpoints.change_profile import handler as change

pytestmark = pytest.mark.usefixtures("tables")


def search(admin: str, **query: Any) -> Answer:
    return call(LISTED, user=admin, admin=True, appointed=False, query=query)


def found(admin: str, **query: Any) -> list[str]:
    """The ids of all pages."""
    ids: list[str] = []
    while True:
        page = search(admin, **query).json
        ids += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return ids
        query["cursor"] = page["next_cursor"]


def test_a_name_is_found_by_the_beginnings_of_its_words_in_any_order() -> None:
    admin = new_admin()
    zoe, obrien, john = joined("Zoë Ann", "Łódzka"), joined("Annabel", "O’Brien"), joined("St.John", "Annan")
    for name in ("zoe", "ZOË", "lodz", "Łódź", "zoe ann", "lodzka zoe", "ann zo", "Łódzka, Zoë Ann"):
        assert found(admin, name=name) == [zoe], name
    assert found(admin, name="obrien") == found(admin, name="O'Brien") == found(admin, name="annabel") == [obrien]
    assert set(found(admin, name="ann")) == {zoe, obrien, john}
    assert found(admin, name="john") == [john]
    assert found(admin, name="xavier") == []
    # Two words that begin so are one member.
    assert len(found(admin, name="an", limit=1)) == 3


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [("Ana Bea Cal Dan Eva Fay Gus Hal Ian Jo", "Kern"), ("Ana", "Bel Cor Dun Ek Fur Gil Hav Ib Kern")],
)
def test_of_a_name_of_many_words_the_last_name_is_found(first_name: str, last_name: str) -> None:
    admin = new_admin()
    member = joined(first_name, last_name)
    assert member in found(admin, name="ana")
    assert member in found(admin, name=last_name.split(maxsplit=1)[0])


def test_an_address_is_found_by_its_beginning() -> None:
    admin = new_admin()
    one, two = joined(email="robin.a@example.com"), joined(email="robin.b@example.com")
    made: list[str] = []
    aws.client("dynamodb").meta.events.register("before-call.dynamodb", lambda model, **_: made.append(model.name))
    assert found(admin, email="Robin.") == [one, two]
    assert made == ["BatchGetItem", "Query", "BatchGetItem"]
    assert found(admin, email="robin.a@example.com") == [one]
    assert found(admin, email="obin") == []


def test_status_and_role_follow_at_once_and_by_the_clock() -> None:
    admin, member, other = new_admin(), joined(), joined()
    end = clock.now() + timedelta(days=1)
    ban(admin, member, end)
    ban(admin, other)
    assert found(admin, status="banned") == [member, other]
    assert found(admin, status="active") == [admin]
    unban(admin, other)
    assert found(admin, status="banned") == [member]
    with clock.at(end):
        assert found(admin, status="banned") == []
        assert set(found(admin, status="active")) == {admin, member, other}
    set_role(admin, other, "admin")
    assert set(found(admin, role="admin")) == {admin, other}
    assert found(admin, role="member") == [member]
    assert found(admin, role="admin", status="banned") == []


def test_the_pages_of_who_is_banned_go_on_behind_a_ban_that_has_ended() -> None:
    admin, now = new_admin(), clock.now()
    banned = [joined() for _ in range(4)]
    for hours, member in enumerate(banned, 1):
        ban(admin, member, now + timedelta(hours=hours))
    with clock.at(now):
        page = search(admin, status="banned", limit=1).json
    assert [item["id"] for item in page["items"]] == banned[:1]
    with clock.at(now + timedelta(hours=2)):
        assert found(admin, status="banned", limit=1, cursor=page["next_cursor"]) == banned[2:]


def test_all_that_is_asked_has_to_hold() -> None:
    admin = new_admin("Robin", "Admin")
    robin, banned = joined("Robin", "Brown", "rb@example.com"), joined("Robin", "Black", "bl@example.com")
    ban(admin, banned)
    assert set(found(admin, name="robin")) == {admin, robin, banned}
    assert found(admin, name="robin", status="banned") == [banned]
    assert found(admin, name="robin", role="admin") == [admin]
    assert found(admin, name="robin b", email="rb") == [robin]


def test_a_changed_name_is_found_by_the_new_one_alone() -> None:
    admin, member = new_admin(), joined("Robin", "Brown")
    call(change, user=member, body={"first_name": "Casey"})
    assert found(admin, name="robin") == []
    assert found(admin, name="casey br") == found(admin, name="brown") == [member]
    call(change, user=member, body={"first_name": "Brown", "last_name": "Casey"})
    assert found(admin, name="casey br") == found(admin, name="brown") == [member]


def test_pages_are_full_and_neither_repeat_nor_lose() -> None:
    admin = new_admin("Zed", "Last")
    members = [joined(f"Robin{number}", "Brown", f"r{number:02d}@example.com") for number in range(12)]
    for member in members[:9]:
        ban(admin, member)
    assert found(admin, email="r", limit=5) == members
    page = search(admin, email="r", status="active", limit=2).json
    assert ([item["id"] for item in page["items"]], page["next_cursor"] is None) == (members[9:11], False)
    rest = search(admin, email="r", status="active", limit=2, cursor=page["next_cursor"]).json
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == (members[11:], None)
    assert sorted(found(admin, status="banned", limit=4)) == sorted(members[:9])
    assert sorted(found(admin, limit=3)) == sorted([*members, admin])


def test_what_is_not_valid_is_refused() -> None:
    admin, member = new_admin(), joined()
    assert search(admin, name="!!!").status == 422
    assert search(admin, status="gone").status == 422
    assert search(admin, role="owner").status == 422
    assert search(admin, cursor="x").code == "invalid_cursor"
    assert search(member).code == "forbidden"


def test_a_summary_says_role_and_status() -> None:
    admin = new_admin("Ada", "Admin")
    [item] = search(admin, name="ada").json["items"]
    assert (item["first_name"], item["role"], item["status"]) == ("Ada", "admin", "active")
    assert set(item) == {
        *("id", "email", "first_name", "last_name", "role", "status", "banned_until", "created_at"),
    }
