"""GET /payments/purchases/{purchase_id}."""

from __future__ import annotations

from collections.abc import Callable

from payment.purchases.endpoints.get_purchase import handler
from solo60.ids import new_id
from tests.handlers.payment.conftest import Shop


def test_a_purchase_reads_as_it_was_answered(shop: Shop, member: str, trips: Callable[[], list[str]]) -> None:
    begun = shop.buy(member)
    trips()
    answer = shop.call(handler, user=member, path={"purchase_id": begun.json["id"]})
    assert (answer.status, answer.json) == (200, begun.json)
    assert trips() == ["BatchGetItem"]


def test_a_purchase_keeps_the_pack_as_it_was(shop: Shop, member: str) -> None:
    begun = shop.buy(member).json
    shop.put_on_sale(credits=12, amount=9900)
    assert shop.purchase(member, begun["id"]) == begun
    assert shop.buy(member).json["credits"] == 12


def test_a_paid_purchase_shows_no_client_secret(shop: Shop, member: str) -> None:
    paid = shop.purchase(member, shop.bought(member))
    assert (paid["status"], paid["client_secret"]) == ("succeeded", None)


def test_a_purchase_is_its_members_alone(shop: Shop, member: str, make_member: Callable[[], str]) -> None:
    purchase_id = shop.buy(member).json["id"]
    for user, wanted in ((make_member(), purchase_id), (member, new_id())):
        answer = shop.call(handler, user=user, path={"purchase_id": wanted})
        assert (answer.status, answer.code) == (404, "purchase_not_found")
    assert shop.call(handler, user=member, path={"purchase_id": "one"}).status == 422
