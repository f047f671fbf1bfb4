"""Providers of message delivery, behind one port."""
