"""solo60.http.idempotency: one key, one effect, one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from solo60 import aws, clock, settings
from solo60.http.endpoint import Endpoint
from solo60.http.idempotency import ACQUIRED_FOR, KEPT
from solo60.problems import Conflict, ServiceUnavailable
from tests.conftest import Answer, call
from tests.handlers import probes
from tests.handlers.faults import TRANSACT, lost_answers, lost_requests, watched
from tests.handlers.probes import CHANGE, PLACE, PLACE_IN_STEPS, PLACE_TOO, PLACE_WHOLE

pytestmark = pytest.mark.usefixtures("tables", "without_waiting")

ORDER = {"name": "Zoë", "count": 2}
NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh_calls() -> None:
    probes.calls.made.clear()
    probes.calls.fail = None


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture(autouse=True)
def no_outbox_left() -> Any:
    """The probes' event has no schema: it is nobody's."""
    yield
    client, table = aws.client("dynamodb"), settings.table_name("user")
    for item in client.scan(TableName=table)["Items"]:
        if item["PK"]["S"].startswith("OUTBOX#"):
            client.delete_item(TableName=table, Key={"PK": item["PK"], "SK": item["SK"]})


def _place(user: str, key: str | None, body: Any = None, endpoint: Endpoint = PLACE) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    return call(endpoint, user=user, body=ORDER if body is None else body, headers=headers)


def _kept() -> list[dict[str, Any]]:
    items = aws.client("dynamodb").scan(TableName=settings.table_name("user"))["Items"]
    return [item for item in items if item["PK"]["S"].startswith("IDEMPOTENCY#")]


@pytest.fixture(
    params=[PLACE, PLACE_WHOLE, PLACE_IN_STEPS],
    ids=["with nothing else to write", "with the work", "acquired before the work"],
)
def either(request: pytest.FixtureRequest) -> Endpoint:
    """The ways in which a key is taken and an answer kept."""
    endpoint: Endpoint = request.param
    return endpoint


def test_the_same_key_and_body_replay_the_first_answer(member: str, either: Endpoint) -> None:
    first = _place(member, "k", endpoint=either)
    again = _place(member, "k", endpoint=either)
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/json"
    assert len(probes.calls.made) == 1


def test_without_a_key_every_request_counts(member: str) -> None:
    assert [_place(member, None).json["count"] for _ in range(2)] == [1, 2]
    assert _kept() == []


def test_a_body_that_says_the_same_in_other_bytes_is_the_same(member: str) -> None:
    _place(member, "k")
    again = call(PLACE, user=member, raw_body='{ "count":2,\n "name":"Zo\\u00eb" }', headers={"idempotency-key": "k"})
    assert (again.status, again.headers.get("Idempotent-Replayed")) == (201, "true")


def test_another_body_under_the_key_is_422(member: str, either: Endpoint) -> None:
    _place(member, "k", endpoint=either)
    answer = _place(member, "k", {**ORDER, "count": 3}, endpoint=either)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert len(probes.calls.made) == 1


def test_two_callers_may_use_the_same_key(make_member: Any) -> None:
    one, other = make_member(), make_member()
    assert _place(one, "k").json["by"] == one
    answer = _place(other, "k", {"name": "other", "count": 1})
    assert (answer.status, answer.json["by"]) == (201, other)


def test_two_endpoints_may_be_sent_the_same_key(member: str) -> None:
    assert _place(member, "k").json["count"] == 1
    assert _place(member, "k", endpoint=PLACE_TOO).json["count"] == 2


def test_a_refusal_keeps_no_key(member: str, either: Endpoint) -> None:
    probes.calls.fail = Conflict("not now")
    assert _place(member, "k", endpoint=either).status == 409
    assert _kept() == []
    probes.calls.fail = None
    answer = _place(member, "k", {**ORDER, "count": 3}, endpoint=either)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_a_request_that_is_not_valid_takes_no_key(member: str) -> None:
    with watched(TRANSACT) as wire:
        assert _place(member, "k", {"name": ""}).status == 422
    assert wire.sent == []
    assert _place(member, "k").status == 201


@pytest.mark.parametrize("error", [RuntimeError("a fault"), ServiceUnavailable()])
def test_a_fault_keeps_no_key_either(member: str, error: Exception) -> None:
    probes.calls.fail = error
    assert _place(member, "k").status in {500, 503}
    probes.calls.fail = None
    assert _place(member, "k").status == 201


def test_a_fault_after_the_commit_replays_what_was_committed(member: str) -> None:
    probes.calls.fail = RuntimeError("the function died on its way out")
    assert _place(member, "k", endpoint=PLACE_WHOLE).status == 500
    probes.calls.fail = None
    again = _place(member, "k", endpoint=PLACE_WHOLE)
    assert (again.status, again.headers.get("Idempotent-Replayed")) == (201, "true")
    assert len(probes.calls.made) == 1


class _Nested:
    """Sends the same request again while the first is being worked on."""

    def __init__(self, member: str, body: Any = None, endpoint: Endpoint = PLACE) -> None:
        self.member, self.body, self.endpoint = member, body, endpoint
        self.begun = 0
        self.answer: Answer | None = None

    def append(self, made: Any) -> None:
        self.begun += 1
        if self.begun == 1:
            self.answer = _place(self.member, "k", self.body, self.endpoint)

    def __len__(self) -> int:
        return self.begun

    def clear(self) -> None:
        """Nothing to forget."""


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [(None, 409, "request_in_flight"), ({"name": "b", "count": 1}, 422, "idempotency_key_reused")],
)
def test_a_second_request_while_a_provider_is_being_asked(
    member: str, monkeypatch: pytest.MonkeyPatch, body: Any, status: int, code: str
) -> None:
    nested = _Nested(member, body, PLACE_IN_STEPS)
    monkeypatch.setattr(probes.calls, "made", nested)
    assert _place(member, "k", endpoint=PLACE_IN_STEPS).status == 201
    assert nested.answer is not None
    assert (nested.answer.status, nested.answer.code) == (status, code)
    if status == 409:
        assert int(nested.answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("endpoint", [PLACE, PLACE_WHOLE])
def test_of_two_requests_at_once_both_get_the_answer_of_the_one_that_commits(
    member: str, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    nested = _Nested(member, None, endpoint)
    monkeypatch.setattr(probes.calls, "made", nested)
    other = _place(member, "k", endpoint=endpoint)
    assert nested.answer is not None
    assert (nested.answer.status, "Idempotent-Replayed" in nested.answer.headers) == (201, False)
    assert (other.status, other.text, other.headers["Idempotent-Replayed"]) == (201, nested.answer.text, "true")
    assert len(_kept()) == 1
    assert len(_orders_taken()) == (1 if endpoint is PLACE_WHOLE else 0)


@pytest.mark.parametrize("endpoint", [PLACE, PLACE_WHOLE])
def test_of_two_requests_at_once_that_differ_one_commits(
    member: str, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    nested = _Nested(member, {"name": "b", "count": 1}, endpoint)
    monkeypatch.setattr(probes.calls, "made", nested)
    other = _place(member, "k", endpoint=endpoint)
    assert nested.answer is not None
    assert (nested.answer.status, other.status, other.code) == (201, 422, "idempotency_key_reused")
    assert len(_orders_taken()) == (1 if endpoint is PLACE_WHOLE else 0)


@pytest.mark.parametrize("endpoint", [PLACE, PLACE_WHOLE])
def test_a_refusal_that_the_winner_has_caused_gives_the_answer_of_the_winner(
    member: str, monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint
) -> None:
    """A batch read is no snapshot: the loser may see no key and yet what the winner has taken."""

    class Taken(_Nested):
        def append(self, made: Any) -> None:
            super().append(made)
            if self.answer is not None:
                probes.calls.fail = Conflict("taken")

    taken = Taken(member, None, endpoint)
    monkeypatch.setattr(probes.calls, "made", taken)
    other = _place(member, "k", endpoint=endpoint)
    assert taken.answer is not None
    assert (other.status, other.text, other.headers["Idempotent-Replayed"]) == (201, taken.answer.text, "true")


def test_who_outlives_its_claim_answers_as_the_one_that_took_it(
    member: str, monkeypatch: pytest.MonkeyPatch, either: Endpoint
) -> None:
    class Later(_Nested):
        def append(self, made: Any) -> None:
            with clock.at(NOW + ACQUIRED_FOR):
                super().append(made)

    later = Later(member, endpoint=either)
    monkeypatch.setattr(probes.calls, "made", later)
    with clock.at(NOW):
        late = _place(member, "k", endpoint=either)
    assert later.answer is not None
    assert (later.answer.status, "Idempotent-Replayed" in later.answer.headers) == (201, False)
    assert (late.status, late.text, late.headers["Idempotent-Replayed"]) == (201, later.answer.text, "true")
    assert len(_orders_taken()) == (1 if either is PLACE_WHOLE else 0)


def _orders_taken() -> list[dict[str, Any]]:
    items = aws.client("dynamodb").scan(TableName=settings.table_name("user"))["Items"]
    return [item for item in items if item["PK"]["S"].startswith("OUTBOX#")]


def _dies(member: str, endpoint: Endpoint) -> None:
    """A request whose function ends in the middle of its work."""

    class Death(BaseException):
        """What ends a process does not pass through `except Exception`."""

    probes.calls.fail = Death()  # type: ignore[assignment]
    with pytest.raises(Death):
        _place(member, "k", endpoint=endpoint)
    probes.calls.fail = None


def test_a_key_that_was_acquired_by_a_function_that_died_lapses(member: str) -> None:
    with clock.at(NOW):
        _dies(member, PLACE_IN_STEPS)
        assert _place(member, "k", endpoint=PLACE_IN_STEPS).code == "request_in_flight"
    with clock.at(NOW + ACQUIRED_FOR - timedelta(seconds=1)):
        assert _place(member, "k", endpoint=PLACE_IN_STEPS).code == "request_in_flight"
    with clock.at(NOW + ACQUIRED_FOR):
        answer = _place(member, "k", endpoint=PLACE_IN_STEPS)
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)
        assert _place(member, "k", endpoint=PLACE_IN_STEPS).headers["Idempotent-Replayed"] == "true"


def test_a_function_that_dies_before_its_commit_leaves_nothing_behind(member: str) -> None:
    _dies(member, PLACE)
    assert _kept() == []
    assert _place(member, "k").status == 201


def test_a_key_is_kept_for_24_hours(member: str) -> None:
    with clock.at(NOW):
        _place(member, "k")
    with clock.at(NOW + KEPT - timedelta(seconds=1)):
        assert _place(member, "k").headers["Idempotent-Replayed"] == "true"
    with clock.at(NOW + KEPT):
        answer = _place(member, "k", {**ORDER, "count": 3})
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)
    assert timedelta(hours=24) == KEPT


def test_what_is_kept_is_removed_by_its_time_to_live(member: str) -> None:
    with clock.at(NOW):
        _place(member, "k")
    (item,) = _kept()
    assert int(item["ttl"]["N"]) == clock.epoch_seconds(NOW + KEPT)


def test_neither_the_key_nor_the_request_is_stored(member: str) -> None:
    _place(member, "a-very-recognisable-key", {"name": "a-password", "count": 1})
    (item,) = _kept()
    assert "recognisable" not in str(item)
    assert "a-password" not in str({name: value for name, value in item.items() if name != "body"})


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "\x00"])
def test_a_key_that_is_none_is_422(member: str, key: str) -> None:
    answer = _place(member, key)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert probes.calls.made == []


@pytest.mark.parametrize("key", ["x" * 255, "ключ", "🔑", "a b", "../../etc"])
def test_a_key_may_be_any_printable_text_up_to_255_characters(member: str, key: str) -> None:
    assert _place(member, key).status == 201
    assert _place(member, key).headers["Idempotent-Replayed"] == "true"


def test_a_method_that_is_idempotent_by_itself_keeps_no_key(member: str) -> None:
    path = {"order_id": "01996f3a-8a10-7c22-9d4e-51b0c6a7f201"}
    call(CHANGE, user=member, path=path, body=ORDER, headers={"Idempotency-Key": "k"})
    assert _kept() == []


def test_a_claim_whose_request_was_lost_is_made_all_the_same(member: str) -> None:
    with lost_requests(TRANSACT, times=2):
        assert _place(member, "k").status == 201
    assert len(probes.calls.made) == 1


def test_a_claim_whose_answer_was_lost_is_ours_all_the_same(member: str, either: Endpoint) -> None:
    with lost_answers(TRANSACT, times=1) as wire:
        assert _place(member, "k", endpoint=either).status == 201
    assert len(wire.sent) == (3 if either is PLACE_IN_STEPS else 2)
    assert _place(member, "k", endpoint=either).headers["Idempotent-Replayed"] == "true"
    assert len(probes.calls.made) == 1


@pytest.mark.parametrize(("endpoint", "operations"), [(PLACE, 2), (PLACE_WHOLE, 3)])
def test_a_key_costs_no_trip_of_its_own(member: str, endpoint: Endpoint, operations: int) -> None:
    with watched("BatchGetItem") as read, watched(TRANSACT) as wire:
        _place(member, "k", endpoint=endpoint)
    (committed,) = wire.sent
    assert len(read.sent) == 1
    assert [next(iter(each)) for each in committed["TransactItems"]] == ["Put", "ConditionCheck", "Put"][:operations]


def test_a_key_that_is_acquired_costs_one_trip(member: str) -> None:
    with watched(TRANSACT) as wire:
        _place(member, "k", endpoint=PLACE_IN_STEPS)
    assert [[next(iter(each)) for each in sent["TransactItems"]] for sent in wire.sent] == [
        ["Put", "ConditionCheck"],
        ["Put"],
    ]
