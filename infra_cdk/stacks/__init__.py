"""The stacks: platform, identity, events, one per service, gateway, operations."""
