"""Endpoints for pictures of gyms."""
