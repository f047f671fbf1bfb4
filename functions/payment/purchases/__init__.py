"""Purchases of credit packs, from the sale to the settlement of their payments."""
