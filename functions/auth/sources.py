"""Where anonymous requests come from."""

from __future__ import annotations


def source_of(source_ip: str) -> str:
    """The source of a request: an IPv4 address, or the /64 network of an IPv6 address, which one household has."""
    if ":" not in source_ip:
        return source_ip
    import ipaddress  # Most requests come by IPv4.

    try:
        return str(ipaddress.ip_network((source_ip, 64), strict=False))
    except ValueError:
        return source_ip
