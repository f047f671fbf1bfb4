"""Sessions, and the log of their steps."""

from __future__ import annotations

from datetime import datetime

from payment.published import CreditAccount, account_key
from session.due import set_next_due
from session.keys import booked_partition, cancelled_partition, gym_partition, member_sort_key, session_key, step_key
from session.records import Session
from session.status import SessionStatus
from session.steps import Step
from solo60 import clock
from solo60.records import Read
from solo60.repository import Repository, changes_of, unchanged
from solo60.transaction import Transaction

_FIXED = frozenset({"kind", "id", "user_id", "gym_id", "created_at", "ttl", "pk", "sk"})
"""What no step of a session changes."""


class SessionRepository(Repository[Session, [str]]):
    """Sessions. Whoever writes one says which step of its life that is, and the step is in its log."""

    key = staticmethod(session_key)

    def session_and_account(
        self, read: Read, session_id: str, user_id: str
    ) -> tuple[Session | None, CreditAccount | None]:
        """A session and a member's credit account, in one strong read."""
        session, account = session_key(session_id), account_key(user_id)
        found = read(session, account)
        return found[session], found[account]

    def put(self, transaction: Transaction, session: Session, step: Step) -> None:
        """Add a new session."""
        key = session_key(session.id)
        session.pk, session.sk = key.pk, key.sk
        session.changed_at = session.created_at
        _index(session)
        transaction.put(session)
        self._log(transaction, session, step)

    def change(self, transaction: Transaction, session: Session, version_read: int, step: Step) -> None:
        """Write a session as it is now, with the next version, if its version is still `version_read`."""
        session.version = version_read + 1
        session.changed_at = clock.now()
        _index(session)
        values = {name: session.attribute_values.get(name) for name in Session.get_attributes() if name not in _FIXED}
        transaction.update(session, changes_of(Session, values), condition=Session.version == version_read)
        self._log(transaction, session, step)

    def mark_done(self, transaction: Transaction, session: Session, until: datetime) -> None:
        """Note that what was due to a session until an instant has happened; for its readers nothing has changed."""
        before = session.by_due_sk
        session.due_since = until
        set_next_due(session)
        kind = Session
        due = {"due_since": until, "by_due_pk": session.by_due_pk, "by_due_sk": session.by_due_sk}
        transaction.update(
            session,
            changes_of(kind, due),
            condition=(kind.version == session.version) & unchanged(kind.by_due_sk, before),
        )

    def _log(self, transaction: Transaction, session: Session, step: Step) -> None:
        now = clock.now()
        entry = step_key(session.id, now, int(session.version)).blank()
        entry.at, entry.step, entry.actor, entry.actor_id = now, step.kind, step.actor, step.actor_id
        entry.details = dict(step.details)
        transaction.put(entry)


def state_of(session: Session) -> str:
    """Why a session cannot be changed or cancelled, for a text to its member."""
    if session.status == SessionStatus.CONFIRMED:
        return "The session has begun."
    return f"The session is {session.status}.".replace("_", " ")


def _index(session: Session) -> None:
    set_next_due(session)
    session.by_gym_pk = gym_partition(session.gym_id)
    session.by_gym_sk = member_sort_key(session.starts_at, session.id)
    if session.status == SessionStatus.CANCELLED:
        session.by_member_pk = cancelled_partition(session.user_id)
        session.by_member_sk = member_sort_key(session.starts_at, session.id)
    else:
        session.by_member_pk = booked_partition(session.user_id)
        session.by_member_sk = member_sort_key(session.released_from or session.ends_at, session.id)
