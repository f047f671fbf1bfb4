"""What the gateway's endpoints answer."""

from __future__ import annotations

from pydantic import Field

from solo60.models import Instant, ResponseModel


class Health(ResponseModel):
    """Liveness."""

    status: str = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])
    time: Instant
