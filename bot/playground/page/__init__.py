"""The chat page: the stand-in's people, chats and calls in a browser."""
