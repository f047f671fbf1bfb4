"""Endpoints of the auth service."""
