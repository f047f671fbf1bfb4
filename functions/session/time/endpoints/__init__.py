"""Endpoints about bookable times."""
