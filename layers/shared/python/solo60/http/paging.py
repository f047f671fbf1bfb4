"""Paging of lists: `limit`, and an opaque cursor that is signed for its query and its caller."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from solo60 import aws, settings
from solo60.declarations import Provided
from solo60.problems import InvalidCursor

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

CURSOR_SECRET = "cursor-key"  # noqa: S105 - its name, not its value


class Paging(Provided):
    """The requested page of a list.

    Attributes
    ----------
    limit
        Items per page, 1 to 100.
    position
        The end of the previous page, as the handler set it; None on the first page.
    """

    def __init__(self, limit: int, cursor: str | None, scope: dict[str, Any]) -> None:
        self.limit = limit
        self._scope = hashlib.sha256(json.dumps(scope, sort_keys=True).encode()).hexdigest()
        self.position: dict[str, Any] | None = None if cursor is None else self._read(cursor)

    def cursor_after(self, position: dict[str, Any] | None) -> str | None:
        """The cursor of the page after `position`; None if there is none."""
        return None if position is None else str(self._signer().dumps(position))

    def _read(self, cursor: str) -> dict[str, Any]:
        from itsdangerous import BadData

        try:
            position = self._signer().loads(cursor)
        except BadData:
            raise InvalidCursor from None
        if not isinstance(position, dict):
            raise InvalidCursor
        return position

    def _signer(self) -> URLSafeSerializer:
        from itsdangerous import URLSafeSerializer

        key = aws.secret(settings.secret_arn(CURSOR_SECRET))
        return URLSafeSerializer(key, salt=self._scope, signer_kwargs={"digest_method": hashlib.sha256})
