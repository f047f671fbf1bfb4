"""The auth service."""

from solo60.declarations import Domain

DOMAIN = Domain(
    name="auth",
    title="Auth",
    summary="Registration, e-mail verification, login, tokens.",
)
