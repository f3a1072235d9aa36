"""Alerts at work: compares new articles with the subscriptions and has chats told in time."""
