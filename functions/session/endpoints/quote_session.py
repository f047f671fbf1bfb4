"""POST /sessions/quote."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from payment import published as payment
from session.quoting import quote
from session.repository import SessionRepository
from session.schemas import QuoteSessionRequest, QuoteView, RuleFailureView
from solo60.declarations import Access, BanCheck, Idempotency
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller


@endpoint(
    "POST",
    "/sessions/quote",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET}), gym.READ, payment.READ),
    errors=(GymNotFound,),
    ban_check=BanCheck.IN_USE_CASE,
    idempotency=Idempotency.NOT_KEPT,
)
def handler(body: Body[QuoteSessionRequest], caller: Caller, sessions: SessionRepository) -> QuoteView:
    """The price, the refund deadline and all rules that fail.

    Nothing is reserved or changed. A booking reports only the first of the rules that fail.
    """
    found = quote(sessions, caller.id, str(body.gym_id), body.starts_at, body.duration)
    return QuoteView(
        bookable=not found.failures,
        price_credits=found.proposal.price_credits,
        price=found.price,
        refundable_until=found.proposal.refundable_until,
        failures=[RuleFailureView(code=failure.code, detail=failure.detail) for failure in found.failures],
    )
