"""Endpoints of the session service."""
