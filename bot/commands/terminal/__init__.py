"""The chat in the terminal: what commands mean, what is kept, and how it is shown."""
