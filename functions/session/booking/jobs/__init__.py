"""Jobs about bookings."""
