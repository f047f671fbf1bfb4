"""Endpoints of login."""
