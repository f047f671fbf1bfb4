"""Endpoints that show sessions."""
