"""The face of the API: health, discovery, the OpenAPI document, the docs page."""
