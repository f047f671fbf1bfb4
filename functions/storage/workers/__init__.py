"""Workers of the storage service."""
