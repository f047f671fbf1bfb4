"""Workers on the queues of attendance."""
