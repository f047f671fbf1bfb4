"""Response bodies of invitations."""

from __future__ import annotations

from collections.abc import Sequence

from session.invitations.repository import Received
from session.invitations.schemas import (
    InvitationPage,
    InvitationView,
    InvitedSessionView,
    ReceivedInvitationPage,
    ReceivedInvitationView,
)
from session.invitations.status import status_of
from session.records import Invitation, Session
from solo60.paging import PageOf


def invitation_view(shown: tuple[Invitation, Session]) -> InvitationView:
    """An invitation as the host sees it."""
    invitation, session = shown
    return InvitationView(
        id=invitation.id,
        email=invitation.email,
        status=status_of(invitation, session),
        user_id=invitation.user_id,
        invited_at=invitation.invited_at,
        answered_at=invitation.answered_at,
    )


def invitation_page(shown: Sequence[tuple[Invitation, Session]]) -> InvitationPage:
    """All invitations to a session."""
    return InvitationPage(items=[invitation_view(each) for each in shown], next_cursor=None)


def received_view(received: Received) -> ReceivedInvitationView:
    """An invitation as its address sees it: not who else is invited, nor what the session costs."""
    invitation, session = received.invitation, received.session
    return ReceivedInvitationView(
        id=invitation.id,
        status=status_of(invitation, session),
        host_name=received.host_name,
        invited_at=invitation.invited_at,
        answered_at=invitation.answered_at,
        session=InvitedSessionView(
            id=session.id,
            gym_id=session.gym_id,
            gym_name=session.gym_name,
            gym_address=session.gym_address,
            timezone=session.timezone,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            booking_date=session.booking_date,
            start_time=session.start_time,
            end_time=session.end_time,
            duration=int(session.duration),
        ),
    )


def received_page(page: PageOf[Received]) -> ReceivedInvitationPage:
    """A page of the invitations to a member."""
    return ReceivedInvitationPage(items=[received_view(each) for each in page.items], next_cursor=page.next_cursor)
