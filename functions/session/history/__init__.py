"""The sessions of a member, past and to come."""
