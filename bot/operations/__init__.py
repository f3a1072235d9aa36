"""Running Newsdesk: logs, health, diagnosis."""
