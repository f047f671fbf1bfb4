"""Credits: packages, purchases, the ledger, Stripe."""
