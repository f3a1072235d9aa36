"""From hits to the pieces of text that answer a question, and how sure that is."""
