"""Invitations, and the guests who have accepted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gym.published import GymProfile, gym_key, profile_of
from session.invitations.status import OPEN, InvitationStatus
from session.keys import (
    INVITATIONS,
    guest_key,
    guest_partition,
    invitation_key,
    invitation_place_key,
    invitee_partition,
    member_sort_key,
    session_key,
)
from session.records import Invitation, InvitationPlace, Session
from solo60 import clock
from solo60.ids import new_id
from solo60.paging import PageOf, Paging
from solo60.records import Read
from solo60.repository import RecordQuery, Repository, changes_of
from solo60.transaction import Transaction
from user.published import profile_key

LISTED = timedelta(days=400)
"""How long an invitation is listed for its address: longer than any gym can be booked ahead."""


@dataclass(frozen=True)
class Received:
    """An invitation with what its address may know of it.

    Attributes
    ----------
    host_name
        The first name of the host; None if the host has no profile.
    """

    invitation: Invitation
    session: Session
    host_name: str | None


@dataclass(frozen=True)
class InvitationFacts:
    """All data that decides about an answer to an invitation, from strong reads."""

    received: Received
    gym: GymProfile


class InvitationRepository(Repository[Invitation, [str, str]]):
    """Invitations, by session and e-mail address: an address has one invitation to a session."""

    key = staticmethod(invitation_key)

    def session_and_invitation(
        self, read: Read, session_id: str, email: str
    ) -> tuple[Session | None, Invitation | None]:
        """A session, and the invitation of an address to it, in one strong read."""
        session, invitation = session_key(session_id), invitation_key(session_id, email)
        found = read(session, invitation)
        return found[session], found[invitation]

    def place(self, read: Read, invitation_id: str) -> InvitationPlace | None:
        """Where the invitation with an id is."""
        key = invitation_place_key(invitation_id)
        return read(key)[key]

    def facts(self, read: Read, place: InvitationPlace) -> InvitationFacts | None:
        """All data that decides about an answer, in one strong read."""
        session, invitation = session_key(place.session_id), invitation_key(place.session_id, place.email)
        gym, host = gym_key(place.gym_id), profile_key(place.host_id)
        found = read(session, invitation, gym, host)
        there = found[session], found[invitation], found[gym]
        if there[0] is None or there[1] is None or there[2] is None:
            return None
        profile = found[host]
        received = Received(there[1], there[0], None if profile is None else profile.first_name)
        return InvitationFacts(received, profile_of(there[2]))

    def add(self, transaction: Transaction, session: Session, email: str) -> Invitation:
        """Add a pending invitation, and where it is."""
        invitation = invitation_key(session.id, email).blank()
        invitation.id, invitation.session_id, invitation.host_id = new_id(), session.id, session.user_id
        invitation.email = email
        _make_pending(invitation)
        place = invitation_place_key(invitation.id).blank()
        place.session_id, place.gym_id, place.host_id, place.email = session.id, session.gym_id, session.user_id, email
        transaction.put(invitation)
        transaction.put(place)
        return invitation

    def renew(self, transaction: Transaction, invitation: Invitation) -> None:
        """Let an invitation that was declined or withdrawn be pending again."""
        before = str(invitation.status)
        _make_pending(invitation)
        self._write(transaction, invitation, before)

    def settle(
        self, transaction: Transaction, invitation: Invitation, status: InvitationStatus, user_id: str | None
    ) -> None:
        """Note an answer, or that the invitation is withdrawn.

        Parameters
        ----------
        user_id
            The member who has answered; None keeps who has answered before.
        """
        before = str(invitation.status)
        invitation.status = status.value
        if user_id is not None:
            invitation.user_id, invitation.answered_at = user_id, clock.now()
        if status not in OPEN:
            invitation.by_invitee_pk = invitation.by_invitee_sk = None
        self._write(transaction, invitation, before)

    def _write(self, transaction: Transaction, invitation: Invitation, before: str) -> None:
        names = ("status", "user_id", "invited_at", "answered_at", "by_invitee_pk", "by_invitee_sk")
        values = {name: getattr(invitation, name) for name in names}
        transaction.update(invitation, changes_of(Invitation, values), condition=Invitation.status == before)

    def add_guest(self, transaction: Transaction, invitation: Invitation, user_id: str) -> None:
        """Add the guest who has accepted an invitation."""
        guest = guest_key(invitation.session_id, user_id).blank()
        guest.user_id, guest.session_id, guest.invitation_id = user_id, invitation.session_id, invitation.id
        guest.by_member_pk = guest_partition(user_id)
        guest.by_member_sk = member_sort_key(clock.now(), invitation.session_id)
        transaction.put(guest)

    def remove_guest(self, transaction: Transaction, session_id: str, user_id: str) -> None:
        """Remove a guest who has given up the place, or lost it."""
        transaction.delete(guest_key(session_id, user_id).blank())

    def of_session(self, session_id: str) -> list[Invitation]:
        """All invitations to a session, the first one first. Their number is bounded."""
        first = session_key(session_id)
        query = RecordQuery(Invitation, first.pk, Invitation.sk.startswith(INVITATIONS), consistent=True)
        return sorted(self.query_all(query), key=lambda invitation: (invitation.invited_at, invitation.id))

    def to_address(self, email: str, paging: Paging) -> PageOf[Invitation]:
        """A page of the invitations to an address that are pending or accepted, the newest first."""
        since = Invitation.by_invitee_sk >= clock.to_sortable(clock.now() - LISTED)
        query = RecordQuery(
            Invitation, invitee_partition(email), since, index=Invitation.by_invitee.name, backwards=True
        )
        return self.page(paging, query)

    def received(self, read: Read, invitations: Sequence[Invitation]) -> list[Received]:
        """Invitations with their sessions and hosts as they are now, in one strong read."""
        if not invitations:
            return []
        sessions = [session_key(invitation.session_id) for invitation in invitations]
        hosts = [profile_key(invitation.host_id) for invitation in invitations]
        found = read(*sessions, *hosts)
        rows = zip(invitations, found.all(sessions), found.all(hosts), strict=True)
        return [
            Received(invitation, session, None if host is None else host.first_name)
            for invitation, session, host in rows
            if session is not None
        ]


def _make_pending(invitation: Invitation) -> None:
    now = clock.now()
    invitation.status, invitation.invited_at = InvitationStatus.PENDING.value, now
    invitation.user_id = invitation.answered_at = None
    invitation.by_invitee_pk = invitee_partition(invitation.email)
    invitation.by_invitee_sk = f"{clock.to_sortable(now)}#{invitation.id}"
