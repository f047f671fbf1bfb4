"""Turns events into messages."""

from __future__ import annotations

from auth.events import (
    PasswordChanged,
    PasswordResetCodeIssued,
    RegistrationRepeated,
    SecondFactorCodeIssued,
    VerificationCodeIssued,
)
from communication.composition import Composer
from payment.events import CreditsPurchased, PaymentFailed
from session.events import (
    InvitationAccepted,
    InvitationDeclined,
    InvitationSent,
    InvitationWithdrawn,
    SessionBooked,
    SessionCancelled,
    SessionExtended,
    SessionMissed,
    SessionMoved,
    SessionRefunded,
    SessionReminderDue,
)
from solo60.consumers import consumer
from solo60.events import Envelope
from solo60.grants import Do, TableGrant
from solo60.unit_of_work import UnitOfWork
from user.events import SecondFactorReset
from user.published import READ_PROFILE

Source = (
    VerificationCodeIssued
    | RegistrationRepeated
    | SecondFactorCodeIssued
    | SecondFactorReset
    | PasswordResetCodeIssued
    | PasswordChanged
    | SessionBooked
    | SessionMoved
    | SessionExtended
    | SessionCancelled
    | SessionRefunded
    | InvitationSent
    | InvitationAccepted
    | InvitationDeclined
    | InvitationWithdrawn
    | SessionReminderDue
    | SessionMissed
    | CreditsPurchased
    | PaymentFailed
)


@consumer(
    VerificationCodeIssued,
    RegistrationRepeated,
    SecondFactorCodeIssued,
    SecondFactorReset,
    PasswordResetCodeIssued,
    PasswordChanged,
    SessionBooked,
    SessionMoved,
    SessionExtended,
    SessionCancelled,
    SessionRefunded,
    InvitationSent,
    InvitationAccepted,
    InvitationDeclined,
    InvitationWithdrawn,
    SessionReminderDue,
    SessionMissed,
    CreditsPurchased,
    PaymentFailed,
    grants=(TableGrant("communication", {Do.BATCH_GET, Do.PUT}), READ_PROFILE),
)
def handler(envelope: Envelope[Source], uow: UnitOfWork, composer: Composer) -> None:
    """Queue the mails and in-app notifications about an event."""
    composer.compose(
        uow,
        envelope.data,
        user_id=envelope.data.user_id,
        event_id=envelope.event_id,
        occurred_at=envelope.occurred_at,
    )
