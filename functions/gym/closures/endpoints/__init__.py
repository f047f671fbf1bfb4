"""Endpoints about closures."""
