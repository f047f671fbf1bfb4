"""Endpoints of the gateway."""
