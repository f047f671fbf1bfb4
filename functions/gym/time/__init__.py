"""A gym's time: its slots and who holds them, its prices, and the rules about when it can be booked."""
