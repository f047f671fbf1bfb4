"""Paging of lists: `limit`, and an opaque cursor that is signed for its query and its caller."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from solo60 import aws, settings
from solo60.declarations import Provided
from solo60.problems import InvalidCursor

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

T = TypeVar("T")
S = TypeVar("S")

CURSOR_SECRET = "cursor-key"  # noqa: S105 - its name, not its value

Position = Mapping[str, str | int]
"""Where a page ended, as its cursor keeps it."""


@dataclass(frozen=True)
class PageOf(Generic[T]):
    """A page of a list, as repositories and use cases return it.

    Attributes
    ----------
    next_cursor
        Where the next page begins; None on the last page.
    """

    items: list[T]
    next_cursor: str | None = None

    def having(self, items: list[S]) -> PageOf[S]:
        """A page of what was made of these items, with the same cursor."""
        return PageOf(items, self.next_cursor)


class Paging(Provided):
    """The requested page of a list.

    Attributes
    ----------
    limit
        Items per page, 1 to 100.
    position
        The end of the previous page, as that page's `cursor_after` was given it; None on the first page.
    """

    def __init__(self, limit: int, cursor: str | None, scope: dict[str, Any]) -> None:
        self.limit = limit
        self._scope = hashlib.sha256(json.dumps(scope, sort_keys=True).encode()).hexdigest()
        self.position: Position | None = None if cursor is None else self._read(cursor)

    def text(self, name: str) -> str | None:
        """A text of the position; None on the first page.

        Raises
        ------
        InvalidCursor
            The cursor is of an earlier version of the list, whose positions did not have it.
        """
        if self.position is None:
            return None
        found = self.position.get(name)
        if not isinstance(found, str):
            raise InvalidCursor
        return found

    def cursor_after(self, position: Position | None) -> str | None:
        """The cursor of the page after `position`; None if there is none."""
        return None if position is None else str(self._signer().dumps(position))

    def page(self, found: Sequence[T], position_of: Callable[[T], Position]) -> PageOf[T]:
        """The page that begins with what was found.

        Parameters
        ----------
        found
            From the position on, one item more than `limit` if there are more.
        position_of
            Where an item stands, for the cursor.
        """
        items = list(found[: self.limit])
        return PageOf(items, self.cursor_after(position_of(items[-1])) if len(found) > self.limit else None)

    def _read(self, cursor: str) -> Position:
        from itsdangerous import BadData

        try:
            position = self._signer().loads(cursor)
        except BadData:
            raise InvalidCursor from None
        if not isinstance(position, dict) or not all(isinstance(value, str | int) for value in position.values()):
            raise InvalidCursor
        return position

    def _signer(self) -> URLSafeSerializer:
        from itsdangerous import URLSafeSerializer

        key = aws.secret(settings.secret_arn(CURSOR_SECRET))
        return URLSafeSerializer(key, salt=self._scope, signer_kwargs={"digest_method": hashlib.sha256})
