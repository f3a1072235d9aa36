"""Newsdesk's library: articles in, cited replies out. No Telegram, no network, no SQL."""
