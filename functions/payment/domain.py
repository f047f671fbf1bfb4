"""The payment service."""

from solo60.domains import Domain, Index, Queue, Secret

DOMAIN = Domain(
    name="payment",
    title="Payments",
    summary="Credit packs, purchases, the credit ledger, Stripe.",
    indexes=(Index("by_due"), Index("by_type")),
    queues=(Queue("payment-credits-due"), Queue("payment-purchases-due"), Queue("payment-stripe-events")),
    secrets=(
        Secret("stripe-api-key", "Stripe's API key"),
        Secret("stripe-webhook-secret", "Signs the calls of Stripe's webhook"),
    ),
)
