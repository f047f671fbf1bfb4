"""A small world in moto, and one successful request of each endpoint in it, made from its example request."""
