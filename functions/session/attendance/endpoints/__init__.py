"""Endpoints about attendance."""
