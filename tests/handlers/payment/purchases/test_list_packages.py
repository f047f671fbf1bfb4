"""GET /payments/packages."""

from __future__ import annotations

from collections.abc import Callable

from payment.purchases.endpoints.list_packages import handler
from payment.purchases.repository import PackageRepository
from solo60.ids import new_id
from solo60.models import Money
from tests.conftest import call


def put(credits: int, *, active: bool = True, package_id: str | None = None) -> str:
    package_id = package_id or new_id()
    price = Money(amount=credits * 95, currency="GBP")
    PackageRepository().put(package_id, name=f"{credits} credits", credits=credits, price=price, active=active)
    return package_id


def test_packs_on_sale_the_smallest_first(tables: None) -> None:
    large, small = put(50), put(5)
    put(20, active=False)
    answer = call(handler)
    assert answer.status == 200
    assert answer.json == {
        "items": [
            {"id": small, "name": "5 credits", "credits": 5, "price": {"amount": 475, "currency": "GBP"}},
            {"id": large, "name": "50 credits", "credits": 50, "price": {"amount": 4750, "currency": "GBP"}},
        ],
        "next_cursor": None,
    }


def test_a_pack_is_withdrawn_and_put_back(tables: None) -> None:
    pack = put(5)
    put(5, active=False, package_id=pack)
    assert call(handler).json["items"] == []
    put(8, package_id=pack)
    assert [item["credits"] for item in call(handler).json["items"]] == [8]


def test_pages_neither_repeat_nor_lose_a_pack(tables: None) -> None:
    packs = [put(credits) for credits in (1, 5, 5, 10, 20)]
    seen, cursor = [], None
    while True:
        page = call(handler, query={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 2
    assert sorted(seen) == sorted(packs)


def test_a_list_is_one_trip_and_its_cursor_its_own(tables: None, trips: Callable[[], list[str]]) -> None:
    put(5)
    put(6)
    cursor = call(handler, query={"limit": 1}).json["next_cursor"]
    assert trips().count("Query") == 1
    answer = call(handler, query={"limit": 1, "cursor": cursor[:-2]})
    assert (answer.status, answer.code) == (400, "invalid_cursor")
