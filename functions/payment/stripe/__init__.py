"""Stripe: the adapter to its API, and its webhook."""
