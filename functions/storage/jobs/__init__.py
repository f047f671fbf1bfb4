"""Jobs of the storage service."""
