"""POST /sessions/quote."""

from __future__ import annotations

from gym import published as gym
from gym.published import GymNotFound
from payment import published as payment
from session.booking.quoting import Quote, quote
from session.booking.repository import BookingRepository
from session.booking.schemas import QuoteSessionRequest
from session.booking.views import quote_view
from solo60.declarations import Access, BanCheck, Idempotency
from solo60.grants import Do, TableGrant
from solo60.http.endpoint import endpoint
from solo60.http.request import Body, Caller
from solo60.unit_of_work import UnitOfWork


@endpoint(
    "POST",
    "/sessions/quote",
    access=Access.MEMBER,
    grants=(TableGrant("session", {Do.BATCH_GET}), gym.READ, payment.READ),
    errors=(GymNotFound,),
    ban_check=BanCheck.IN_USE_CASE,
    idempotency=Idempotency.NOT_KEPT,
    view=quote_view,
)
def handler(body: Body[QuoteSessionRequest], caller: Caller, uow: UnitOfWork, bookings: BookingRepository) -> Quote:
    """The price, the refund deadline and all rules that fail.

    Nothing is reserved or changed, so there is no `Idempotency-Key`: a replay would show prices that have changed. A
    booking reports only the first of the rules that fail.
    """
    return quote(uow, bookings, caller.id, str(body.gym_id), starts_at=body.starts_at, duration=body.duration)
