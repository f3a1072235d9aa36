"""Keeps the collection up to date: sources → store → index → what the desk answers from."""
