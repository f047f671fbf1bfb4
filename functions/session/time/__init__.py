"""Which times can be booked at a gym: availability, and alternatives to a start that cannot be booked."""
