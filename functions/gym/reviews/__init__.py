"""Reviews of gyms, as all may read them. They are written through the session service."""
