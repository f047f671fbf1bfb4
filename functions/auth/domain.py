"""The auth service."""

from solo60.domains import Domain

DOMAIN = Domain(
    name="auth",
    title="Auth",
    summary="Registration, e-mail verification, login, tokens.",
)
