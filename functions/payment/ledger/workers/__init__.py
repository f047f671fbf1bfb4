"""Workers on the queues of the ledger."""
