"""Endpoints that write reviews."""
