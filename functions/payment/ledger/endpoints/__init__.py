"""Endpoints of the ledger."""
