"""Inviting guests to a session, and withdrawing invitations."""

from __future__ import annotations

from collections.abc import Sequence

from session.errors import InvitationNotFound, InvitationsClosed, SessionNotFound, TooManyInvitations
from session.event_data import event_data_of
from session.events import InvitationSent, InvitationWithdrawn
from session.invitations.repository import InvitationRepository
from session.invitations.status import OPEN, InvitationStatus, status_of, takes_guests
from session.records import Invitation, Session
from session.repository import SessionRepository
from session.steps import Actor, Step, StepKind
from solo60.events import publish
from solo60.problems import InvalidRequest
from solo60.records import batch_get
from solo60.transaction import Transaction
from solo60.unit_of_work import UnitOfWork, Work

MAX_PENDING = 10
"""Invitations to a session that wait for an answer."""
MAX_SENT = 30
"""Invitations to a session in all: each is a mail to an address that the host has typed."""


class Invitations:
    """Writes invitations: those of a booking in the booking's own transaction."""

    def __init__(self, invitations: InvitationRepository) -> None:
        self._invitations = invitations

    def send(self, transaction: Transaction, session: Session, emails: Sequence[str]) -> None:
        """Invite the first guests of a session that the same transaction writes.

        Parameters
        ----------
        emails
            In lower case, each once, none of them the host's; no more than `MAX_PENDING`.
        """
        session.invitations_sent = len(emails)
        for email in emails:
            announce(transaction, session, self._invitations.add(transaction, session, email))


def announce(transaction: Transaction, session: Session, invitation: Invitation) -> None:
    """Let the address know that it is invited."""
    sent = InvitationSent(**event_data_of(session), invitation_id=invitation.id, email=invitation.email)
    publish(transaction, sent)


def invite(
    uow: UnitOfWork,
    sessions: SessionRepository,
    invitations: InvitationRepository,
    *,
    host_id: str,
    host_email: str,
    session_id: str,
    email: str,
) -> tuple[Invitation, Session]:
    """Invite an address to a session. One that is invited already keeps its invitation, and gets no second mail.

    Parameters
    ----------
    email
        In lower case.

    Raises
    ------
    SessionNotFound
        The host has no such session.
    InvalidRequest
        It is the host's own address.
    InvitationsClosed
        The session has begun, or is cancelled.
    TooManyInvitations
        Too many wait for an answer, or too many were sent.
    """

    def act(work: Work) -> tuple[Invitation, Session]:
        found, invitation = invitations.session_and_invitation(work.read, session_id, email)
        session = _own(found, host_id)
        if email == host_email.lower():
            raise InvalidRequest.of("/email", "This is your own address.")
        if not takes_guests(session):
            raise InvitationsClosed
        if invitation is not None and status_of(invitation, session) in OPEN:
            return invitation, session
        _require_room(session)
        session.invitees = [*session.invitees, email]
        session.invitations_sent = int(session.invitations_sent) + 1
        if invitation is None:
            invitation = invitations.add(work, session, email)
        else:
            invitations.renew(work, invitation)
        _step(work, sessions, session, StepKind.INVITED, invitation)
        announce(work, session, invitation)
        work.count("InvitationsSent")
        return invitation, session

    return uow.run(act)


def withdraw(
    uow: UnitOfWork,
    sessions: SessionRepository,
    invitations: InvitationRepository,
    *,
    host_id: str,
    session_id: str,
    invitation_id: str,
) -> None:
    """Withdraw an invitation; a guest who has accepted loses the place. One that is not open any more stays as it is.

    Raises
    ------
    SessionNotFound
        The host has no such session.
    InvitationNotFound
        The session has no such invitation.
    InvitationsClosed
        The session has begun, or is cancelled.
    """

    def act(work: Work) -> None:
        place = invitations.place(work.read, invitation_id)
        email = "" if place is None else place.email
        found, invitation = invitations.session_and_invitation(work.read, session_id, email)
        session = _own(found, host_id)
        if invitation is None or invitation.id != invitation_id:
            raise InvitationNotFound
        if invitation.status not in OPEN:
            return
        if not takes_guests(session):
            raise InvitationsClosed
        guest_id = release_place(work, invitations, session, invitation)
        invitations.settle(work, invitation, InvitationStatus.WITHDRAWN, None)
        _step(work, sessions, session, StepKind.INVITATION_WITHDRAWN, invitation)
        publish(
            work,
            InvitationWithdrawn(**event_data_of(session), invitation_id=invitation.id, guest_id=guest_id),
        )

    uow.run(act)


def invitations_of(
    invitations: InvitationRepository, host_id: str, session_id: str
) -> list[tuple[Invitation, Session]]:
    """All invitations to a member's own session.

    Raises
    ------
    SessionNotFound
        The member has no such session.
    """
    found, _ = invitations.session_and_invitation(batch_get, session_id, "")
    session = _own(found, host_id)
    return [(invitation, session) for invitation in invitations.of_session(session_id)]


def release_place(
    transaction: Transaction, invitations: InvitationRepository, session: Session, invitation: Invitation
) -> str | None:
    """Take an open invitation off a session, as it was read, and its guest with it.

    Returns
    -------
    str | None
        The guest who had accepted.
    """
    session.invitees = [email for email in session.invitees if email != invitation.email]
    if invitation.status != InvitationStatus.ACCEPTED or invitation.user_id is None:
        return None
    session.guests = [user_id for user_id in session.guests if user_id != invitation.user_id]
    invitations.remove_guest(transaction, session.id, invitation.user_id)
    return invitation.user_id


def _own(session: Session | None, host_id: str) -> Session:
    if session is None or session.user_id != host_id:
        raise SessionNotFound
    return session


def _require_room(session: Session) -> None:
    if len(session.invitees) - len(session.guests) >= MAX_PENDING:
        raise TooManyInvitations(f"{MAX_PENDING} invitations wait for an answer: take one back first.")
    if session.invitations_sent >= MAX_SENT:
        raise TooManyInvitations(f"{MAX_SENT} invitations to a session are the most that can be sent.")


def _step(work: Work, sessions: SessionRepository, session: Session, kind: StepKind, invitation: Invitation) -> None:
    step = Step(kind, Actor.HOST, session.user_id, {"invitation_id": invitation.id})
    sessions.change(work, session, int(session.version), step)
