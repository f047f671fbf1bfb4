"""The auth service."""

from solo60.domains import Domain, Index, Queue, Secret

DOMAIN = Domain(
    name="auth",
    title="Auth",
    summary="Registration, e-mail verification, login, tokens.",
    indexes=(Index("by_due"),),
    queues=(Queue("auth-registrations-due"),),
    secrets=(Secret("second-factor-key", "Masks the seeds of second factors", generated=True),),
)
