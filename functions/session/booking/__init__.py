"""Quotes, bookings and cancellations, and the refund of a late cancellation whose time is booked again."""
