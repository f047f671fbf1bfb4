"""The equipment of gyms."""
