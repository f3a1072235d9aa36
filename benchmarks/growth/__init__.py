"""What search costs as a collection grows: see README.md."""
