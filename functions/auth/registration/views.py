"""Response bodies of registration."""

from __future__ import annotations

from auth.registration.registering import Begun
from auth.registration.schemas import CodeResentView, RegistrationView


def registration_view(begun: Begun) -> RegistrationView:
    """The same for every e-mail address."""
    return RegistrationView(email=begun.email, registration_id=begun.registration_id)


def resent_view(registration_id: str) -> CodeResentView:
    """The same for every id."""
    return CodeResentView(registration_id=registration_id)
