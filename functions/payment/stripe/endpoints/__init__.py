"""Endpoints of Stripe."""
