"""Response bodies of the gateway service."""

from __future__ import annotations

from pydantic import Field

from solo60.declarations import Access
from solo60.models import Instant, ResponseModel


class HealthView(ResponseModel):
    """The health of the API."""

    status: str = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])
    time: Instant


class EndpointSummary(ResponseModel):
    """One endpoint of a service."""

    method: str = Field(examples=["POST"])
    path: str = Field(examples=["/sessions/book"])
    access: Access = Field(
        description="Who may call: `public`, `member`, `admin`, or a `provider` that signs its requests."
    )
    summary: str


class ServiceSummary(ResponseModel):
    """One service and its endpoints."""

    name: str = Field(examples=["session"])
    title: str
    summary: str
    base_path: str = Field(description="The prefix of its paths, except for administration.", examples=["/sessions"])
    endpoints: list[EndpointSummary]


class ServiceListView(ResponseModel):
    """All services."""

    items: list[ServiceSummary]
