"""Credits of members: the account with its lots, the ledger, expiry."""
