"""The adapter to Stripe. Nothing else imports the SDK.

All idempotency keys for Stripe are made from our ids, so a repeated call never creates a second customer, payment or
charge. A payment is created first and confirmed in a second call, so repeating the creation can never charge.
"""

from __future__ import annotations

from typing import Any

import stripe

from payment.errors import InvalidSignature
from payment.records import Purchase
from payment.stripe.payment_intent import PaymentError, PaymentIntent
from solo60 import aws, clock, observability, settings
from solo60.grants import SecretGrant, SettingGrant
from solo60.problems import ServiceUnavailable

API_KEY = "stripe-api-key"
WEBHOOK_SECRET = "stripe-webhook-secret"  # noqa: S105 - its name, not its value
BASE_SETTING = "STRIPE_API_BASE"
GRANTS = (SecretGrant(API_KEY), SettingGrant(BASE_SETTING))
SIGNATURE = SecretGrant(WEBHOOK_SECRET)

CONNECT_TIMEOUT_SECONDS = 2.0
READ_TIMEOUT_SECONDS = 3.0
NETWORK_RETRIES = 2
TOLERANCE_SECONDS = 300


class StripeUnavailable(ServiceUnavailable):
    """Stripe did not respond, or its response was not understood. It is not known whether it acted."""


class Declined(Exception):
    """Stripe or the card's bank declined the payment."""

    def __init__(self, error: PaymentError, payment_id: str) -> None:
        self.reason, self.failure_id, self.payment_id = error.reason, error.id, payment_id
        super().__init__(self.reason)


class UnusablePaymentMethod(Exception):
    """The payment method does not exist or belongs to another member."""


class NotPossible(Exception):
    """The state of the payment does not allow the operation."""


class StripeGateway:
    """Customers, payments and webhook signatures."""

    def __init__(self, http_client: stripe.HTTPClient | None = None) -> None:
        self._http_client = http_client
        self._made: tuple[str, stripe.StripeClient] | None = None

    @property
    def _client(self) -> stripe.StripeClient:
        """The client with the API key of now: the gateway outlives a rotation of the key."""
        api_key = aws.secret(settings.secret_arn(API_KEY))
        if self._made is None or self._made[0] != api_key:
            self._made = api_key, self._make_client(api_key)
        return self._made[1]

    def _make_client(self, api_key: str) -> stripe.StripeClient:
        base = settings.read(BASE_SETTING, "")
        return stripe.StripeClient(
            api_key,
            base_addresses={"api": base} if base else None,
            http_client=self._http_client
            or stripe.RequestsClient(timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)),
            max_network_retries=NETWORK_RETRIES,
        )

    def customer(self, user_id: str) -> str:
        """The id of the member's customer at Stripe, created by the first call.

        Raises
        ------
        StripeUnavailable
            Stripe does not respond.
        """
        try:
            made = self._client.v1.customers.create(
                {"metadata": {"user_id": user_id}}, {"idempotency_key": f"customer-{user_id}"}
            )
        except stripe.StripeError as error:
            raise _unavailable(error) from error
        return str(made.id)

    def payment(self, purchase: Purchase, customer_id: str) -> PaymentIntent:
        """The payment of a purchase, created by the first call. Later calls return the first response.

        Raises
        ------
        UnusablePaymentMethod
            Stripe does not accept the purchase's payment method from this member.
        StripeUnavailable
            Stripe does not respond.
        """
        wanted: Any = {
            "amount": purchase.price_amount,
            "currency": purchase.price_currency.lower(),
            "customer": customer_id,
            "metadata": {"purchase_id": purchase.id, "user_id": purchase.user_id},
            "payment_method_types": ["card"],
        }
        if purchase.payment_method_id is not None:
            wanted["payment_method"] = purchase.payment_method_id
        try:
            made = self._client.v1.payment_intents.create(wanted, {"idempotency_key": f"purchase-{purchase.id}"})
        except stripe.InvalidRequestError as error:
            if purchase.payment_method_id is not None and error.param in {None, "payment_method"}:
                raise UnusablePaymentMethod from error
            raise _unavailable(error) from error
        except stripe.StripeError as error:
            raise _unavailable(error) from error
        return _read(made)

    def confirm(self, purchase: Purchase, payment_id: str) -> PaymentIntent:
        """Charge the payment method of the payment.

        Raises
        ------
        Declined
            The charge was declined.
        NotPossible
            The payment was confirmed before or cancelled.
        StripeUnavailable
            Stripe does not respond; it may have charged.
        """
        try:
            answer = self._client.v1.payment_intents.confirm(
                payment_id, {}, {"idempotency_key": f"confirm-{purchase.id}"}
            )
        except stripe.CardError as error:
            declined = PaymentError.model_validate(error.error.to_dict() if error.error else {})
            raise Declined(declined, payment_id) from error
        except stripe.InvalidRequestError as error:
            raise NotPossible from error
        except stripe.StripeError as error:
            raise _unavailable(error) from error
        return _read(answer)

    def find(self, payment_id: str, *, retries: int = NETWORK_RETRIES) -> PaymentIntent:
        """The current state of a payment.

        Parameters
        ----------
        retries
            How often a request without an answer is repeated.

        Raises
        ------
        StripeUnavailable
            Stripe does not respond.
        """
        try:
            return _read(self._client.v1.payment_intents.retrieve(payment_id, {}, {"max_network_retries": retries}))
        except stripe.StripeError as error:
            raise _unavailable(error) from error

    def cancel(self, purchase: Purchase, payment_id: str) -> PaymentIntent:
        """Cancel a payment, so that it can never be paid.

        Raises
        ------
        NotPossible
            It has been paid, is being paid, or was cancelled.
        StripeUnavailable
            Stripe does not respond.
        """
        try:
            answer = self._client.v1.payment_intents.cancel(
                payment_id, {}, {"idempotency_key": f"cancel-{purchase.id}"}
            )
        except stripe.InvalidRequestError as error:
            raise NotPossible from error
        except stripe.StripeError as error:
            raise _unavailable(error) from error
        return _read(answer)

    def require_signature(self, body: bytes, header: str | None) -> None:
        """Refuse a webhook call without a signature by Stripe from the last or next 300 seconds.

        Raises
        ------
        InvalidSignature
            The reason is not reported.
        """
        secret = aws.secret(settings.secret_arn(WEBHOOK_SECRET))
        try:
            # Time is checked here: the SDK's tolerance does not bound the future.
            stripe.WebhookSignature.verify_header(body, header or "", secret, None)
            signed_at = int(next(item[2:] for item in (header or "").split(",") if item.startswith("t=")))
        except (stripe.SignatureVerificationError, TypeError, ValueError) as error:
            # TypeError: a signature that is not ASCII. ValueError: a body that is not UTF-8, a time that is no number.
            raise InvalidSignature from error
        if abs(clock.epoch_seconds(clock.now()) - signed_at) > TOLERANCE_SECONDS:
            raise InvalidSignature


def _read(answer: Any) -> PaymentIntent:
    return PaymentIntent.model_validate(answer.to_dict())


def _unavailable(error: stripe.StripeError) -> StripeUnavailable:
    observability.logger().error(
        "stripe failed", extra={"kind": type(error).__name__, "status": error.http_status, "code": error.code}
    )
    return StripeUnavailable("The payment provider does not respond. Repeat with the same Idempotency-Key.")
