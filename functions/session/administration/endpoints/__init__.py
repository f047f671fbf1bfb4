"""Endpoints for admins, about sessions."""
