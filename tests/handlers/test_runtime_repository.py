"""solo60.repository: records by key, pages that hold while the list changes, lists as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from solo60 import repository
from solo60.paging import PageOf, Paging
from solo60.problems import InvalidCursor
from solo60.records import Key, Record, RecordIndex, batch_get
from solo60.repository import RecordQuery, Repository, changes_of
from solo60.transaction import Transaction
from tests.handlers.faults import watched

pytestmark = pytest.mark.usefixtures("tables")
SCOPE: dict[str, Any] = {"route": "GET /notes"}


class BySubject(RecordIndex[Record], name="by_type"):
    """Under the name of an index that payment's table has."""


class Paper(Record):
    """A record of these tests, in payment's table."""

    class Meta:
        table_name = "unset"
        domain: ClassVar[str] = "payment"

    kind = DiscriminatorAttribute()


class Note(Paper, discriminator="test_note"):
    """A record with an index."""

    number = NumberAttribute()
    text = UnicodeAttribute(null=True)
    by_type_pk = UnicodeAttribute(null=True)
    by_type_sk = UnicodeAttribute(null=True)
    by_type = BySubject()


class Sketch(Paper, discriminator="test_sketch"):
    """Another kind with the same index, and in the same partition."""

    number = NumberAttribute()
    by_type_pk = UnicodeAttribute(null=True)
    by_type_sk = UnicodeAttribute(null=True)
    by_type = BySubject()


def note_key(book: str, number: int) -> Key[Note]:
    """The key of a note in a book."""
    return Key(Note, f"BOOK#{book}", f"NOTE#{number:03d}")


class NoteRepository(Repository[Note, [str, int]]):
    """Notes by book and number."""

    key = staticmethod(note_key)


NOTES = NoteRepository()


def write(*numbers: int, book: str = "a", subject: str = "x") -> None:
    """Write notes; in the index they are in reverse order."""
    for number in numbers:
        key = note_key(book, number)
        Note(key.pk, key.sk, number=number, by_type_pk=subject, by_type_sk=f"{999 - number}").save()


def in_table(**options: Any) -> RecordQuery[Note]:
    return RecordQuery(Note, "BOOK#a", **options)


def in_index(**options: Any) -> RecordQuery[Note]:
    return RecordQuery(Note, "x", index=Note.by_type.name, **options)


def page(query: RecordQuery[Note], limit: int, cursor: str | None = None, **options: Any) -> PageOf[Note]:
    return NOTES.page(Paging(limit, cursor, SCOPE), query, **options)


def numbers(found: PageOf[Note]) -> list[int]:
    return [int(note.number) for note in found.items]


def all_pages(query: RecordQuery[Note], limit: int, between: Callable[[], None] | None = None) -> list[list[int]]:
    """The numbers on each page."""
    pages, cursor = [], None
    while True:
        found = page(query, limit, cursor)
        pages.append(numbers(found))
        if found.next_cursor is None:
            return pages
        cursor = found.next_cursor
        if between is not None:
            between()


def test_an_aggregate_is_found_by_its_ids_with_a_strong_read() -> None:
    write(1)
    with watched("BatchGetItem") as wire:
        found = NOTES.find(batch_get, "a", 1)
    assert found is not None
    assert found.number == 1
    assert all(request["ConsistentRead"] for request in wire.sent[0]["RequestItems"].values())
    assert NOTES.find(batch_get, "a", 2) is None


def test_an_eventual_read_is_one_cheap_call() -> None:
    write(1)
    with watched("*") as wire:
        found = NOTES.find_eventual("a", 1)
    assert found is not None
    assert found.number == 1
    assert [request["Key"] for request in wire.sent] == [{"PK": {"S": "BOOK#a"}, "SK": {"S": "NOTE#001"}}]
    assert not wire.sent[0].get("ConsistentRead")
    assert NOTES.find_eventual("a", 2) is None


@pytest.mark.parametrize("query", [in_table, in_index], ids=["table", "index"])
@pytest.mark.parametrize("backwards", [False, True])
def test_pages_give_the_whole_list_in_order_each_with_one_call(query: Any, backwards: bool) -> None:
    write(*range(7))
    expected = list(range(7))
    if backwards != (query is in_index):
        expected.reverse()
    with watched("Query") as wire:
        assert all_pages(query(backwards=backwards), 3) == [expected[:3], expected[3:6], expected[6:]]
    assert len(wire.sent) == 3


@pytest.mark.parametrize("query", [in_table, in_index], ids=["table", "index"])
def test_a_list_that_ends_with_its_page_has_no_next_one(query: Any) -> None:
    write(*range(3))
    with watched("Query") as wire:
        found = page(query(), 3)
    assert (len(found.items), found.next_cursor) == (3, None)
    assert len(wire.sent) == 1
    assert page(RecordQuery(Note, "BOOK#none"), 3) == PageOf([])


@pytest.mark.parametrize("query", [in_table, in_index], ids=["table", "index"])
def test_pages_neither_repeat_nor_lose_while_others_write_and_the_last_one_read_is_removed(query: Any) -> None:
    write(*range(10, 20))
    expected = [int(note.number) for note in NOTES.query_all(query())]
    last_of_page = iter(expected[2::3])

    def change() -> None:
        note_key("a", next(last_of_page)).blank().delete()
        write(5, 25)

    found = [number for numbers in all_pages(query(), 3, change) for number in numbers]
    assert [number for number in found if number in expected] == expected
    assert len(found) == len(set(found))


def test_a_condition_on_the_sort_key_holds_on_every_page() -> None:
    write(*range(9))
    query = in_table(condition=Note.sk.between("NOTE#002", "NOTE#007"))
    assert all_pages(query, 4) == [[2, 3, 4, 5], [6, 7]]


def test_reads_are_strong_where_the_query_says_so() -> None:
    write(1)
    for consistent in (True, False):
        with watched("Query") as wire:
            page(in_table(consistent=consistent), 3)
        assert wire.sent[0].get("ConsistentRead", False) == consistent


def test_other_kinds_in_the_partition_do_not_shorten_a_page() -> None:
    write(*range(0, 10, 2))
    for number in range(1, 10, 2):
        key = note_key("a", number)
        Sketch(key.pk, key.sk, number=number, by_type_pk="x", by_type_sk=f"{999 - number}").save()
    assert all_pages(in_table(), 2) == [[0, 2], [4, 6], [8]]
    assert all_pages(in_index(), 2) == [[8, 6], [4, 2], [0]]


def test_what_is_read_through_an_index_are_records_of_the_class_that_it_was_taken_from() -> None:
    write(1)
    Sketch("SKETCH#1", "SKETCH", number=2, by_type_pk="x", by_type_sk="1").save()
    assert [type(record) for record in Note.by_type.query("x")] == [Note]
    assert [type(record) for record in Sketch.by_type.query("x")] == [Sketch]


def test_a_filtered_page_is_filled_from_what_follows() -> None:
    write(*range(20))
    found = page(in_table(), 4, keep=lambda note: int(note.number) % 3 == 0)
    assert numbers(found) == [0, 3, 6, 9]
    found = page(in_table(), 4, found.next_cursor, keep=lambda note: int(note.number) % 3 == 0)
    assert (numbers(found), found.next_cursor) == ([12, 15, 18], None)


def test_a_filtered_page_reads_no_more_than_its_share_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "MOST_READ", 8)
    monkeypatch.setattr(repository, "CHUNK", 4)
    write(*range(20))
    pages, cursor = [], None
    for _ in range(10):
        with watched("Query") as wire:
            found = page(in_table(), 2, cursor, keep=lambda note: int(note.number) in {1, 18, 19})
        assert len(wire.sent) <= 2
        pages.append(numbers(found))
        cursor = found.next_cursor
        if cursor is None:
            break
    assert pages == [[1], [], [18, 19]]


def test_what_pages_have_in_common_goes_from_cursor_to_cursor() -> None:
    write(*range(5))
    first = page(in_table(), 2, carried={"as_of": "noon"})
    paging = Paging(2, first.next_cursor, SCOPE)
    assert paging.text("as_of") == "noon"
    assert numbers(NOTES.page(paging, in_table())) == [2, 3]
    assert Paging(2, None, SCOPE).text("as_of") is None


@pytest.mark.parametrize("position", [{}, {"after": "1"}, {"sk": 7}, {"sk": "NOTE#001", "pk": "BOOK#a"}])
def test_a_cursor_of_an_earlier_version_of_the_list_is_refused(position: dict[str, Any]) -> None:
    cursor = Paging(2, None, SCOPE).cursor_after(position)
    with pytest.raises(InvalidCursor):
        page(in_index(), 2, cursor)


@pytest.mark.parametrize(
    ("condition", "inside", "outside"),
    [
        (Note.sk == "NOTE#002", "NOTE#002", "NOTE#001"),
        (Note.sk < "NOTE#002", "NOTE#001", "NOTE#002"),
        (Note.sk <= "NOTE#002", "NOTE#002", "NOTE#003"),
        (Note.sk > "NOTE#002", "NOTE#003", "NOTE#002"),
        (Note.sk >= "NOTE#002", "NOTE#002", "NOTE#001"),
        (Note.sk.between("NOTE#001", "NOTE#002"), "NOTE#001", "NOTE#003"),
        (Note.sk.startswith("NOTE#"), "NOTE#000", "NOTF"),
    ],
)
def test_a_page_starts_inside_of_its_condition(condition: Condition, inside: str, outside: str) -> None:
    """DynamoDB fails such a query, moto answers it."""
    query = RecordQuery(Note, "BOOK#a", condition)
    page(query, 2, Paging(2, None, SCOPE).cursor_after({"sk": inside}))
    with pytest.raises(InvalidCursor):
        page(query, 2, Paging(2, None, SCOPE).cursor_after({"sk": outside}))


def test_a_position_holds_texts_and_numbers_only() -> None:
    nested: Any = {"sk": {"S": "NOTE#001"}}
    with pytest.raises(InvalidCursor):
        Paging(2, Paging(2, None, SCOPE).cursor_after(nested), SCOPE)


def test_a_list_is_read_as_a_whole_in_chunks_as_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "CHUNK", 4)
    write(*range(10))
    with watched("Query") as wire:
        rest = NOTES.query_all(in_table())
        assert [int(next(rest).number) for _ in range(4)] == [0, 1, 2, 3]
        assert len(wire.sent) == 1
        assert [int(note.number) for note in rest] == [4, 5, 6, 7, 8, 9]
    assert len(wire.sent) == 3


def test_attributes_are_set_and_removed_by_their_names() -> None:
    write(1)
    transaction = Transaction()
    transaction.update(note_key("a", 1).blank(), changes_of(Note, {"number": 5, "by_type_pk": None}))
    transaction.commit()
    found = NOTES.find(batch_get, "a", 1)
    assert found is not None
    assert (found.number, found.by_type_sk) == (5, "998")
    assert found.by_type_pk is None
