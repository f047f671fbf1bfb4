"""The pictures of gyms."""
