"""Jobs of the payment service."""
