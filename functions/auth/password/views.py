"""Response bodies of passwords."""

from __future__ import annotations

from auth.password.forgetting import Requested
from auth.password.schemas import ResetRequestedView


def requested_view(requested: Requested) -> ResetRequestedView:
    """The same for every e-mail address."""
    return ResetRequestedView(email=requested.email, reset_id=requested.reset_id)
