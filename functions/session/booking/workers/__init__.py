"""Workers on the queues of bookings."""
