"""The two OpenAPI documents of the API, both derived from the declarations in `functions/`.

`public_document` is for people and generators (3.1, with schemas, headers and errors); `gateway_document` is for API
Gateway (3.0.1, only routes and integrations). `python -m infra_cdk.openapi` writes the published files; a test fails if
they differ from the declarations.
"""

from __future__ import annotations

from infra_cdk.openapi.gateway import gateway_document
from infra_cdk.openapi.public import public_document
from infra_cdk.openapi.refusals import GatewayRefusal, gateway_refusals

__all__ = ["GatewayRefusal", "gateway_document", "gateway_refusals", "public_document"]
