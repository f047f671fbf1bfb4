"""The API itself: health, service list, OpenAPI document, docs page."""
