"""Durable sending: what the outbox holds goes out, each once, at the rate there is room for."""
