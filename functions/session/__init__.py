"""Sessions: availability, quotes, bookings, cancellations."""
