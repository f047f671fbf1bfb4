"""Workers on the queues of the communication service."""
