"""Workers on the queues of the payment service."""
