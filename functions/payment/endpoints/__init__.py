"""Endpoints of the payment service."""
