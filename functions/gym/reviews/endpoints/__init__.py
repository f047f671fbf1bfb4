"""Endpoints about reviews."""
