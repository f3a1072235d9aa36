"""Measurements: what Newsdesk costs, beside others and as it grows."""
