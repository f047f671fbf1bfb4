"""Endpoints that quote, book and cancel."""
