"""Endpoints for inductions."""
