"""Providers that carry messages out, behind one seam."""
