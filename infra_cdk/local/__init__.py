"""The local run: the deployed system on this machine, on loopback, with Python alone.

`run` starts it, `demo` plays a member's path against it, `seed` fills it.
"""
