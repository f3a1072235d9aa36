"""Kills syncs at every step and fills their disk; looks at what is left, and at the next sync."""
