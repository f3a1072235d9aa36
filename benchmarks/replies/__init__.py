"""Replies a second and how long each takes, through the real bot over loopback HTTP."""
