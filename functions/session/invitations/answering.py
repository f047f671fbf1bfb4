"""Answers to invitations, by the member whose verified e-mail address is invited."""

from __future__ import annotations

from gym.published import require_unchanged
from session.errors import InvitationClosed, InvitationNotFound, SessionFull
from session.event_data import event_data_of
from session.events import InvitationAccepted, InvitationDeclined
from session.invitations.repository import InvitationFacts, InvitationRepository, Received
from session.invitations.sending import release_place
from session.invitations.status import InvitationStatus, status_of, takes_guests
from session.repository import SessionRepository
from session.steps import Actor, Step, StepKind
from solo60 import clock
from solo60.events import publish
from solo60.paging import PageOf, Paging
from solo60.records import Read, batch_get
from solo60.unit_of_work import UnitOfWork, Work


def accept(
    uow: UnitOfWork,
    sessions: SessionRepository,
    invitations: InvitationRepository,
    *,
    user_id: str,
    email: str,
    invitation_id: str,
) -> Received:
    """Take a place at a session, if one is left. An invitation that is accepted already is returned unchanged.

    The places are counted by the gym's capacity at this moment, in the transaction that takes one.

    Raises
    ------
    InvitationNotFound
        There is none with this id for this address.
    InvitationClosed
        It was declined or withdrawn, or the session has begun or is cancelled.
    SessionFull
        All places are taken; the invitation stays pending.
    """

    def act(work: Work) -> Received:
        facts = _facts_for(invitations, work.read, invitation_id, email)
        received, session, invitation = facts.received, facts.received.session, facts.received.invitation
        status = status_of(invitation, session)
        if status is InvitationStatus.ACCEPTED:
            return received
        if status is not InvitationStatus.PENDING or not takes_guests(session):
            raise InvitationClosed(_why_closed(status))
        if 1 + len(session.guests) >= facts.gym.capacity:
            raise SessionFull
        session.guests = [*session.guests, user_id]
        invitations.settle(work, invitation, InvitationStatus.ACCEPTED, user_id)
        invitations.add_guest(work, invitation, user_id)
        _step(work, sessions, received, StepKind.GUEST_JOINED, user_id)
        require_unchanged(work, facts.gym)
        work.count("InvitationsAccepted")
        accepted = InvitationAccepted(**event_data_of(session), invitation_id=invitation.id, guest_id=user_id)
        publish(work, accepted)
        return received

    return uow.run(act)


def decline(
    uow: UnitOfWork,
    sessions: SessionRepository,
    invitations: InvitationRepository,
    *,
    user_id: str,
    email: str,
    invitation_id: str,
) -> Received:
    """Decline an invitation, or give back the place that was accepted. One that is declined is returned unchanged.

    Raises
    ------
    InvitationNotFound
        There is none with this id for this address.
    InvitationClosed
        It was withdrawn, or the session has begun or is cancelled.
    """

    def act(work: Work) -> Received:
        facts = _facts_for(invitations, work.read, invitation_id, email)
        received, session, invitation = facts.received, facts.received.session, facts.received.invitation
        status = status_of(invitation, session)
        if status is InvitationStatus.DECLINED:
            return received
        if not takes_guests(session) or status is InvitationStatus.WITHDRAWN:
            raise InvitationClosed(_why_closed(status))
        left = release_place(work, invitations, session, invitation) is not None
        invitations.settle(work, invitation, InvitationStatus.DECLINED, user_id)
        kind = StepKind.GUEST_LEFT if left else StepKind.INVITATION_DECLINED
        _step(work, sessions, received, kind, user_id)
        declined = InvitationDeclined(
            **event_data_of(session), invitation_id=invitation.id, guest_id=user_id, left=left
        )
        publish(work, declined)
        return received

    return uow.run(act)


def invitations_to(invitations: InvitationRepository, email: str, paging: Paging) -> PageOf[Received]:
    """A page of the invitations to an address, pending and accepted, to sessions that are still to come or going on."""
    page = invitations.to_address(email.lower(), paging)
    received = invitations.received(batch_get, page.items)
    return page.having([each for each in received if _is_to_come(each)])


def _is_to_come(received: Received) -> bool:
    session = received.session
    status = status_of(received.invitation, session)
    return status is InvitationStatus.PENDING or (status is InvitationStatus.ACCEPTED and session.ends_at > clock.now())


def _facts_for(invitations: InvitationRepository, read: Read, invitation_id: str, email: str) -> InvitationFacts:
    place = invitations.place(read, invitation_id)
    if place is None or place.email != email.lower():
        raise InvitationNotFound
    facts = invitations.facts(read, place)
    if facts is None or facts.received.invitation.id != invitation_id:
        raise InvitationNotFound
    return facts


def _why_closed(status: InvitationStatus) -> str:
    if status in {InvitationStatus.PENDING, InvitationStatus.ACCEPTED, InvitationStatus.EXPIRED}:
        return "The session has begun."
    return f"The invitation was {status.value}."


def _step(work: Work, sessions: SessionRepository, received: Received, kind: StepKind, user_id: str) -> None:
    step = Step(kind, Actor.GUEST, user_id, {"invitation_id": received.invitation.id})
    sessions.change(work, received.session, int(received.session.version), step)
