"""Request and response bodies of Stripe's webhook."""

from __future__ import annotations

from typing import Literal

from solo60.models import ResponseModel


class ReceivedView(ResponseModel):
    """A webhook event was accepted."""

    received: Literal[True] = True
