"""solo60.unit_of_work: one read, one transaction, again from the start while others interfere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from solo60 import bans, clock, observability
from solo60.bans import Ban, BanGuard, ban_key
from solo60.ids import new_id
from solo60.problems import AccountBanned, Conflict, ServiceUnavailable
from solo60.records import Found, Key, Record, batch_get
from solo60.retry import ConditionFailed
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work
from tests.fakes.unit_of_work import FakeUnitOfWork
from tests.handlers.faults import TRANSACT, watched

pytestmark = pytest.mark.usefixtures("tables")


class Counter(Record):
    """A record of these tests."""

    class Meta:
        table_name = "unset"
        domain = "user"

    kind = UnicodeAttribute(default="counter")
    count = NumberAttribute(default=0)  # type: ignore[assignment]


KEY = Key(Counter, "COUNTER#1", "COUNTER")


class Recorder:
    """A guard that notes what it is asked."""

    def __init__(self, *, lasting: bool = False, refusal: Exception | None = None) -> None:
        self.lasting, self.refusal = lasting, refusal
        self.judged = 0
        self.kept: object = None
        self.released = False

    def keys_to_read(self) -> Sequence[Key[Counter]]:
        return (Key(Counter, "GUARD", "GUARD"),)

    def judge(self, found: Found) -> None:
        self.judged += 1
        if self.refusal is not None:
            raise self.refusal

    def add_to(self, transaction: Transaction) -> None:
        transaction.put(Counter("GUARD", "GUARD"), condition=Counter.count.does_not_exist() | (Counter.count == 0))

    def store_response(self, result: object) -> None:
        self.kept = result

    def release(self) -> None:
        self.released = True


def _count_up(work: Work) -> int:
    counter = work.read(KEY)[KEY]
    if counter is None:
        work.put(Counter(KEY.pk, KEY.sk, count=1))
        return 1
    work.update(KEY.blank(), [Counter.count.add(1)], condition=Counter.count == counter.count)
    return int(counter.count) + 1


def _guard(user_id: str) -> BanGuard:
    return BanGuard(user_id, issued_at=clock.now())


def _stored() -> Counter | None:
    return batch_get(KEY)[KEY]


def test_what_is_read_and_what_is_written_take_two_trips_guards_included() -> None:
    with watched("BatchGetItem") as reads, watched(TRANSACT) as writes:
        assert UnitOfWork([_guard(new_id()), Recorder(lasting=True)]).run(_count_up) == 1
    assert (len(reads.sent), len(writes.sent)) == (1, 1)
    assert [next(iter(operation)) for operation in writes.sent[0]["TransactItems"]] == ["ConditionCheck", "Put", "Put"]


def test_a_change_by_others_begins_the_work_again_from_its_read() -> None:
    interfered: list[int] = []

    def act(work: Work) -> int:
        result = _count_up(work)
        if len(interfered) < 3:
            interfered.append(UnitOfWork().run(_count_up))
        return result

    assert UnitOfWork().run(act) == 4
    stored = _stored()
    assert stored is not None
    assert stored.count == 4


def test_changes_that_do_not_end_are_a_503_after_the_deadline() -> None:
    uow = FakeUnitOfWork(failures=[ConditionFailed()] * 10_000)
    with pytest.raises(ServiceUnavailable) as raised:
        uow.run(_count_up)
    assert raised.value.headers["Retry-After"] == "1"
    assert len(uow.reads) > 2
    assert uow.committed == []


def test_a_refusal_is_not_repeated_and_changes_nothing() -> None:
    calls = []

    def refuse(work: Work) -> None:
        calls.append(_count_up(work))
        raise Conflict

    with pytest.raises(Conflict):
        UnitOfWork().run(refuse)
    assert len(calls) == 1
    assert _stored() is None


def test_a_guard_judges_before_the_use_case_decides() -> None:
    guard, decided = Recorder(refusal=Conflict()), []

    def act(work: Work) -> None:
        work.read(KEY)
        decided.append(True)

    with pytest.raises(Conflict):
        UnitOfWork([guard]).run(act)
    assert decided == []


def test_a_guard_judges_once_an_attempt_and_also_where_nothing_is_read_or_written() -> None:
    guard = Recorder()

    def read_twice(work: Work) -> None:
        work.read(KEY)
        work.read(KEY)

    UnitOfWork([guard]).run(read_twice)
    assert guard.judged == 1
    UnitOfWork([guard]).run(lambda work: None)
    assert guard.judged == 2


def test_nothing_to_write_and_no_lasting_guard_commits_nothing() -> None:
    uow = FakeUnitOfWork(guards=[Recorder()])
    uow.run(lambda work: None)
    assert uow.committed == []
    uow = FakeUnitOfWork(guards=[Recorder(lasting=True)])
    uow.run(lambda work: None)
    assert uow.committed == [[("Put", "GUARD", "GUARD")]]


def test_a_ban_between_the_read_and_the_commit_refuses() -> None:
    user = new_id()

    def act(work: Work) -> None:
        _count_up(work)
        key = ban_key(user)
        Ban(key.pk, key.sk, banned_until=clock.now().replace(year=9999)).save()

    with pytest.raises(AccountBanned):
        UnitOfWork([_guard(user)]).run(act)
    assert _stored() is None


def test_a_ban_refuses_a_use_case_that_neither_reads_nor_writes() -> None:
    user = new_id()
    key = ban_key(user)
    Ban(key.pk, key.sk, banned_until=clock.now().replace(year=9999)).save()
    with pytest.raises(AccountBanned):
        UnitOfWork([_guard(user)]).run(lambda work: None)
    assert bans.is_banned(batch_get(key)[key])


def test_the_answer_of_the_committed_attempt_is_kept() -> None:
    answer = Recorder(lasting=True)
    uow = FakeUnitOfWork(answer=answer, failures=[ConditionFailed()])
    attempts: list[int] = []

    def act(work: Work) -> int:
        attempts.append(1)
        return len(attempts)

    assert uow.run(act) == 2
    assert answer.kept == 2
    uow.close("something else")
    assert answer.kept == 2


def test_what_has_begun_is_finished_without_the_guards() -> None:
    guard, answer = Recorder(), Recorder(lasting=True)
    uow = FakeUnitOfWork(guards=[guard], answer=answer)
    uow.begin(_count_up)
    guard.refusal = Conflict()
    uow.step(lambda work: work.put(Counter("STEP", "STEP")))
    assert answer.kept is None
    assert uow.run(lambda work: "done") == "done"
    assert guard.judged == 1
    assert answer.kept == "done"
    assert [[place[1] for place in places] for places in uow.committed] == [
        ["GUARD", "GUARD", "COUNTER#1"],
        ["STEP"],
        ["GUARD"],
    ]


@pytest.mark.parametrize("begun", [False, True])
def test_a_refusal_gives_up_a_key_that_was_acquired_and_looks_at_one_that_was_not(begun: bool) -> None:
    answer = Recorder(lasting=True)
    uow = FakeUnitOfWork(answer=answer)
    if begun:
        uow.begin(_count_up)
    judged = answer.judged
    uow.refuse()
    assert answer.released == begun
    assert answer.judged - judged == (0 if begun else 1)


def test_what_is_counted_has_happened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics inside an attempt counted its repetitions, and those behind it counted what was not done."""
    counted: list[tuple[str, float]] = []
    monkeypatch.setattr(observability, "count", lambda name, value: counted.append((name, value)))

    def act(work: Work, *, refused: bool = False, does: bool = True) -> None:
        if does:
            work.put(Counter("COUNTER#1", "COUNTER"))
        work.count("Done")
        work.count("Amount", 7)
        if refused:
            raise Conflict

    uow = FakeUnitOfWork(failures=[ConditionFailed(), ConditionFailed()])
    uow.run(act)
    assert counted == [("Done", 1), ("Amount", 7)]
    uow.begin(act)
    uow.step(act)
    assert len(counted) == 6
    with pytest.raises(Conflict):
        uow.run(lambda work: act(work, refused=True))
    with pytest.raises(ServiceUnavailable):
        FakeUnitOfWork(failures=[ConditionFailed()] * 1000, seconds=0.01).run(act)
    uow.run(lambda work: act(work, does=False))  # nothing was written
    assert len(counted) == 6


def test_two_operations_on_one_item_are_a_fault_of_the_use_case() -> None:
    def act(work: Work) -> Any:
        work.put(Counter(KEY.pk, KEY.sk))
        work.update(KEY.blank(), [Counter.count.add(1)])

    with pytest.raises(ValueError, match="two operations"):
        UnitOfWork().run(act)
