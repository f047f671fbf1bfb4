"""solo60.relay and the outbox: what leaves, what the stream tries again, what is set aside."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from solo60 import settings
from solo60.events import MAX_EVENT_BYTES, Event, EventTooLarge, publish
from solo60.failures import FunctionFailed
from solo60.inbox import InboxMark
from solo60.records import batch_get
from solo60.relay import Relay
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work
from tests.conftest import LambdaContext
from tests.contracts.event_contracts import sample

pytestmark = pytest.mark.usefixtures("tables")


class BellRung(Event):
    """An event of these tests."""

    SOURCE: ClassVar[str] = "user"
    text: str


class Bus:
    """EventBridge: refuses some entries, with a code for each, and requests of more than 256 kB; and SQS beside it."""

    def __init__(self, *throttled: int, **codes: str) -> None:
        self.codes = {**dict.fromkeys(map(str, throttled), "ThrottlingException"), **codes}
        self.requests: list[list[int]] = []
        self.accepted: list[int] = []
        self.entries: list[dict[str, Any]] = []
        self.dead: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        details = [json.loads(entry["Detail"]) for entry in Entries]
        numbers = [detail["number"] for detail in details]
        self.requests.append(numbers)
        assert len(Entries) <= 10
        if sum(len(entry[part].encode()) for entry in Entries for part in ("Source", "DetailType", "Detail")) > 2**18:
            raise ClientError({"Error": {"Code": "ValidationException"}}, "PutEvents")
        self.entries += Entries
        self.accepted += [number for number in numbers if str(number) not in self.codes]
        return {
            "Entries": [
                {"ErrorCode": self.codes[str(number)]} if str(number) in self.codes else {"EventId": str(number)}
                for number in numbers
            ]
        }

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - AWS's own names
        assert QueueUrl == "https://queue/relay-dead"
        self.dead.append(json.loads(MessageBody))

    @property
    def set_aside(self) -> list[int]:
        """The events in the dead-letter queue, by number."""
        return [int(record["dynamodb"]["SequenceNumber"]) - 100 for dead in self.dead for record in dead["Records"]]


Stream = Callable[..., dict[str, Any]]


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Stream:
    """Makes a batch of outbox items, as the table's stream brings them, each with so many bytes of text."""
    monkeypatch.setenv(settings.EVENT_BUS, "bus")
    monkeypatch.setenv(settings.queue_variable("user-relay-dead"), "https://queue/relay-dead")
    (record,) = sample("dynamodb_stream_outbox")["Records"]

    def batch(*sizes: int) -> dict[str, Any]:
        records = []
        for number, size in enumerate(sizes):
            copy = json.loads(json.dumps(record))
            copy["dynamodb"]["SequenceNumber"] = f"{100 + number}"
            # Two bytes each: EventBridge counts bytes, not characters.
            detail = json.dumps({"number": number, "text": "\u00e9" * (size // 2)}, ensure_ascii=False)
            copy["dynamodb"]["NewImage"]["detail"]["S"] = detail
            records.append(copy)
        return {"Records": records}

    return batch


def _relay(monkeypatch: pytest.MonkeyPatch, bus: Bus, stream: dict[str, Any]) -> list[str]:
    monkeypatch.setattr("solo60.relay.aws", SimpleNamespace(client=lambda service: bus))
    return _failures(Relay("user")(stream, LambdaContext()))


def _failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_relay_publishes_a_batch_in_the_order_of_the_stream(
    monkeypatch: pytest.MonkeyPatch, stream: Stream
) -> None:
    bus = Bus()
    assert _relay(monkeypatch, bus, stream(0, 0, 0)) == []
    assert bus.requests == [[0, 1, 2]]
    assert {entry["EventBusName"] for entry in bus.entries} == {"bus"}


@pytest.mark.parametrize(("refused", "reported"), [((0,), "100"), ((1,), "101"), ((2,), "102"), ((1, 2), "101")])
def test_from_the_first_entry_that_the_bus_refused_the_stream_tries_again(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, refused: tuple[int, ...], reported: str
) -> None:
    bus = Bus(*refused)
    assert _relay(monkeypatch, bus, stream(0, 0, 0)) == [reported]
    assert bus.set_aside == []


@pytest.mark.parametrize(
    ("sizes", "requests"),
    [
        ([60_000] * 10, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
        ([10] * 12, [list(range(10)), [10, 11]]),
        ([200_000, 10, 200_000, 10], [[0, 1], [2, 3]]),
    ],
)
def test_the_relay_splits_what_one_request_cannot_take(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, sizes: list[int], requests: list[list[int]]
) -> None:
    """Together they were refused as a whole, again and again."""
    bus = Bus()
    assert _relay(monkeypatch, bus, stream(*sizes)) == []
    assert bus.requests == requests


@pytest.mark.parametrize("poison", range(10))
def test_an_event_that_the_bus_never_accepts_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, poison: int
) -> None:
    sizes = [10] * 10
    sizes[poison] = 300_000
    bus = Bus()
    assert _relay(monkeypatch, bus, stream(*sizes)) == []
    assert bus.accepted == [number for number in range(10) if number != poison]
    assert bus.set_aside == [poison]


@pytest.mark.parametrize("code", ["InvalidArgument", "MalformedDetail", "RedactionFailure"])
def test_an_invalid_entry_is_set_aside_and_the_others_leave(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, code: str
) -> None:
    bus = Bus(**{"1": code})
    assert _relay(monkeypatch, bus, stream(0, 0, 0)) == []
    assert (bus.accepted, bus.set_aside) == ([0, 2], [1])


@pytest.mark.parametrize(
    "code",
    ["InternalFailure", "AccessDeniedException", "NotAuthorizedForSourceException", "InvalidAccountIdException"],
)
def test_what_an_operator_can_mend_is_tried_again(monkeypatch: pytest.MonkeyPatch, stream: Stream, code: str) -> None:
    bus = Bus(**{"1": code})
    assert _relay(monkeypatch, bus, stream(0, 0, 0)) == ["101"]
    assert bus.set_aside == []


def test_what_the_stream_will_bring_again_is_not_set_aside_yet(monkeypatch: pytest.MonkeyPatch, stream: Stream) -> None:
    bus = Bus(1, **{"0": "InvalidArgument", "2": "InvalidArgument"})
    assert _relay(monkeypatch, bus, stream(0, 0, 0)) == ["101"]
    assert bus.set_aside == [0]


def test_an_event_that_is_redriven_and_still_invalid_stays_where_it_was(
    monkeypatch: pytest.MonkeyPatch, stream: Stream
) -> None:
    """Set aside again, it would come back for ever."""
    bus = Bus(**{"0": "InvalidArgument"})
    assert _relay(monkeypatch, bus, stream(0)) == []
    (message,) = bus.dead
    assert _relay(monkeypatch, bus, message) == ["100"]
    assert len(bus.dead) == 1
    accepting = Bus()
    assert _relay(monkeypatch, accepting, message) == []
    assert accepting.accepted == [0]


@pytest.mark.parametrize("missing", ["source", "detail_type", "detail"])
@pytest.mark.parametrize("count", [1, 3])
def test_an_incomplete_outbox_item_is_set_aside(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, missing: str, count: int
) -> None:
    batch = stream(*[0] * count)
    del batch["Records"][0]["dynamodb"]["NewImage"][missing]
    bus = Bus()
    assert _relay(monkeypatch, bus, batch) == []
    assert (bus.accepted, bus.set_aside) == (list(range(1, count)), [0])


@pytest.mark.parametrize("detail", [{"S": ["a list"]}, {"N": "1"}, {"NULL": True}])
def test_an_outbox_item_whose_detail_is_no_text_is_set_aside(
    monkeypatch: pytest.MonkeyPatch, stream: Stream, detail: dict[str, Any]
) -> None:
    batch = stream(0, 0)
    batch["Records"][0]["dynamodb"]["NewImage"]["detail"] = detail
    bus = Bus()
    assert _relay(monkeypatch, bus, batch) == []
    assert (bus.accepted, bus.set_aside) == ([1], [0])


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalException"])
def test_a_refused_request_fails_the_batch(monkeypatch: pytest.MonkeyPatch, stream: Stream, code: str) -> None:
    bus = Bus()
    error = ClientError({"Error": {"Code": code}}, "PutEvents")
    monkeypatch.setattr(bus, "put_events", lambda **_: (_ for _ in ()).throw(error))
    with pytest.raises(FunctionFailed, match=f"PutEvents {code}"):
        _relay(monkeypatch, bus, stream(0, 0))
    assert bus.set_aside == []


def test_a_bus_that_does_not_answer_fails_the_batch(monkeypatch: pytest.MonkeyPatch, stream: Stream) -> None:
    bus = Bus()
    monkeypatch.setattr(bus, "put_events", lambda **_: (_ for _ in ()).throw(ConnectionError()))
    with pytest.raises(FunctionFailed, match="ConnectionError"):
        _relay(monkeypatch, bus, stream(0, 0))


@pytest.mark.parametrize("text", ["a" * 65_536, "\u00e9" * 32_768])
def test_an_event_that_is_too_large_is_refused_before_anything_is_lost(text: str) -> None:
    """It would be stored and never leave, behind an effect that has happened."""
    mark = InboxMark("user", "c", "too-large")
    uow = UnitOfWork((mark,))

    def act(work: Work) -> None:
        publish(work, BellRung(text=text))

    with pytest.raises(EventTooLarge, match=r"BellRung has 65\d{3} bytes, and an event may have 65536"):
        uow.run(act)
    [key] = mark.keys_to_read()
    assert batch_get(key)[key] is None


def test_an_event_of_the_largest_size_is_stored() -> None:
    transaction = Transaction()
    publish(transaction, BellRung(text=""))
    ((_, kwargs, _),) = transaction._operations
    empty = len(kwargs["Item"]["detail"]["S"])
    publish(Transaction(), BellRung(text="a" * (MAX_EVENT_BYTES - empty)))
    with pytest.raises(EventTooLarge):
        publish(Transaction(), BellRung(text="a" * (MAX_EVENT_BYTES - empty + 1)))
