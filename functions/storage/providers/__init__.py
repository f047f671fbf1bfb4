"""Providers of file storage, behind one port."""
