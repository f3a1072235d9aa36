"""Newsdesk's application: everything that talks to someone."""
