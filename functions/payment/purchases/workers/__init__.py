"""Workers on the queues of purchases."""
