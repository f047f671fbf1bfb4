"""Login: passwords, locks, tokens."""
