"""The base of repositories: records by key, pages of lists, and lists as a whole.

    class AccountRepository(Repository[Account, [str]]):
        key = staticmethod(account_key)

        def entries(self, user_id: str, paging: Paging) -> PageOf[Entry]:
            query = RecordQuery(Entry, member_partition(user_id), Entry.sk.startswith("ENTRY#"), backwards=True)
            return self.page(paging, query)

A repository reads by key, or one partition in the order of its sort keys. A list is read from its cursor on, so a page
costs the same wherever it is, and no item is missed or repeated because others were added or removed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from solo60.paging import PageOf, Paging, Position
from solo60.problems import InvalidCursor
from solo60.records import Key, RawItem, Read, Record, get_eventual

R = TypeVar("R", bound=Record)
Q = TypeVar("Q", bound=Record)
Ids = ParamSpec("Ids")

CHUNK = 100
"""Records that one call reads where their number is not known."""
MOST_READ = 400
"""Records that a page of a filtered list reads at most."""


@dataclass(frozen=True)
class RecordQuery(Generic[R]):
    """The records of a kind in one partition, in the order of their sort keys.

    Attributes
    ----------
    pk
        The partition key: of the index if there is one, else of the table.
    condition
        On the sort key; None for the whole partition.
    index
        The name of the index, `Entry.by_type.name`; None for the table itself.
    backwards
        The greatest sort key first.
    consistent
        Strong reads. An index has none.
    """

    record: type[R]
    pk: str
    condition: Condition | None = None
    index: str | None = None
    backwards: bool = False
    consistent: bool = False

    def read(self, *, page_size: int, paging: Paging | None = None) -> Iterator[R]:
        """The records, from the position of `paging` on, read in calls of `page_size` records as they are used.

        Raises
        ------
        InvalidCursor
            The position is not of such a query.
        """
        return self.record.query(
            self.pk,
            range_key_condition=self.condition,
            index_name=self.index,
            scan_index_forward=not self.backwards,
            consistent_read=self.consistent,
            page_size=page_size,
            last_evaluated_key=None if paging is None else self._start(paging),
        )

    def position_of(self, record: R) -> Position:
        """Where a record stands in the list."""
        if self.index is None:
            return {"sk": record.sk}
        return {"pk": record.pk, "sk": record.sk, "by": str(getattr(record, f"{self.index}_sk"))}

    def _start(self, paging: Paging) -> RawItem | None:
        if paging.position is None:
            return None
        if self.index is None:
            return {"PK": {"S": self.pk}, "SK": {"S": self._inside(paging.text("sk"))}}
        return {
            "PK": {"S": paging.text("pk")},
            "SK": {"S": paging.text("sk")},
            f"{self.index}_pk": {"S": self.pk},
            f"{self.index}_sk": {"S": self._inside(paging.text("by"))},
        }

    def _inside(self, sort_key: str | None) -> str | None:
        """A sort key to start from. DynamoDB fails a query that starts outside of its condition."""
        if sort_key is not None and self.condition is not None and not _meets(self.condition, sort_key):
            raise InvalidCursor
        return sort_key


def _meets(condition: Condition, sort_key: str) -> bool:
    """Whether a sort key meets a condition on it, as DynamoDB judges it: in the order of code points."""
    _, *operands = condition.values
    bound, *more = (str(operand.value["S"]) for operand in operands)
    if condition.operator == "begins_with":
        return sort_key.startswith(bound)
    if condition.operator == "BETWEEN":
        return bound <= sort_key <= more[0]
    return bool(_COMPARISONS[condition.operator](sort_key, bound))


_COMPARISONS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def changes_of(record: type[Record], values: Mapping[str, object]) -> list[Action]:
    """The actions that set attributes of a record by their names; None removes an attribute."""
    attributes = record.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()
    ]


def unchanged(attribute: Attribute[Any], value: object) -> Condition:
    """The condition that an attribute is as it was read; None where there was none."""
    condition: Condition = attribute.does_not_exist() if value is None else attribute == value
    return condition


class Repository(Generic[R, Ids]):
    """Base of the repositories of an aggregate `R`, which is found by `Ids`.

    Attributes
    ----------
    key
        The key of an aggregate by its ids: `key = staticmethod(account_key)`.
    """

    key: Callable[Ids, Key[R]]

    def find(self, read: Read, *ids: Ids.args, **named: Ids.kwargs) -> R | None:
        """The aggregate with these ids, with a strong read; None if there is none.

        Parameters
        ----------
        read
            `work.read` in a unit of work, `batch_get` outside of one.
        """
        key = self.key(*ids, **named)
        return read(key)[key]

    def find_eventual(self, *ids: Ids.args, **named: Ids.kwargs) -> R | None:
        """The aggregate with these ids as it is or was a moment ago, by an eventual read; None if there is none.

        At half the price, for what all may see and by which nothing is decided: a page of a gym. What a member has just
        changed, what costs credits and what takes time is read with `find`.
        """
        key = self.key(*ids, **named)
        return get_eventual(key)

    def page(
        self,
        paging: Paging,
        query: RecordQuery[Q],
        *,
        keep: Callable[[Q], bool] | None = None,
        carried: Position | None = None,
    ) -> PageOf[Q]:
        """A page of a list.

        Parameters
        ----------
        keep
            Which records belong to the list, where the query cannot tell. It is read on until the page is full, or
            `MOST_READ` records are read: the page is then shorter, and its cursor goes on behind them.
        carried
            What all pages of the list have in common, such as the time of the first one. It is in `paging.position`.

        Raises
        ------
        InvalidCursor
            The cursor is not of this list.
        """
        common = carried or {}
        kept: list[Q] = []
        size = paging.limit + 1 if keep is None else CHUNK
        for number, record in enumerate(query.read(page_size=size, paging=paging), 1):
            if keep is None or keep(record):
                kept.append(record)
            if len(kept) > paging.limit:
                break
            if number == MOST_READ:
                return PageOf(kept, paging.cursor_after({**query.position_of(record), **common}))
        return paging.page(kept, lambda record: {**query.position_of(record), **common})

    def query_all(self, query: RecordQuery[Q]) -> Iterator[Q]:
        """All records of a query, read in chunks as they are used."""
        return query.read(page_size=CHUNK)
