"""The audit log: each write of an admin endpoint leaves one line, in the same transaction.

A use case says what it changes, and the runtime adds who, by which operation and when::

    work.record_change("gym", gym_id, differences(before, after))

A use case that serves members too says it in any case; only an admin's write leaves a line. Values that are personal
data stay out of the log, which outlives them: `HIDDEN` stands in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from solo60 import clock, correlation
from solo60.events import TableBound, in_table_of
from solo60.failures import LoggableError
from solo60.grants import Do, TableGrant
from solo60.ids import new_id
from solo60.records import InstantAttribute
from solo60.transaction import Transaction

DOMAIN = "user"
"""Whose table holds the log: it knows who the admins are."""
GRANT = TableGrant(DOMAIN, {Do.PUT})
HIDDEN = "(hidden)"


class AuditLine(TableBound):
    """One write of an admin.

    Attributes
    ----------
    actor_id
        The admin's user id.
    operation
        The operation id of the endpoint: `ban_user`.
    object_kind, object_id
        What was changed: `gym`, and its id.
    changes
        By the name of a field: its new value, or the values before and after.
    """

    line_id = UnicodeAttribute()
    actor_id = UnicodeAttribute()
    operation = UnicodeAttribute()
    object_kind = UnicodeAttribute()
    object_id = UnicodeAttribute()
    changes = JSONAttribute()
    correlation_id = UnicodeAttribute()
    at = InstantAttribute()


@dataclass(frozen=True)
class Change:
    """What a use case has changed of one object."""

    kind: str
    id: str
    fields: Mapping[str, Any]


class NotAudited(LoggableError):
    """A use case writes for an admin and does not say what it changes."""


@dataclass(frozen=True)
class Auditor:
    """Writes the line of an admin's request.

    Attributes
    ----------
    actor_id
        The admin.
    operation
        The operation id of the endpoint.
    """

    actor_id: str
    operation: str

    def add_to(self, transaction: Transaction, change: Change | None) -> None:
        """Add the line to the transaction of the change.

        Raises
        ------
        NotAudited
            The use case has to be mended; nothing is committed.
        """
        if change is None:
            raise NotAudited(f"{self.operation} writes without `record_change`")
        now, line_id = clock.now(), new_id()
        transaction.put(
            in_table_of(DOMAIN, AuditLine)(
                pk=f"AUDIT#{now:%Y-%m-%d}",
                sk=f"{clock.to_sortable(now)}#{line_id}",
                kind="audit_line",
                line_id=line_id,
                actor_id=self.actor_id,
                operation=self.operation,
                object_kind=change.kind,
                object_id=change.id,
                changes=dict(change.fields),
                correlation_id=correlation.current(),
                at=now,
            )
        )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ, each with its values `before` and `after`."""
    return {
        name: {"before": before.get(name), "after": value} for name, value in after.items() if before.get(name) != value
    }
