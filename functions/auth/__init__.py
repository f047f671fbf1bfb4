"""Accounts: registration, verification, login, tokens."""
