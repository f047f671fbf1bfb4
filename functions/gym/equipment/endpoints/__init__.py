"""Endpoints for equipment."""
