"""Where articles contradict each other in the number or the name that a question asks for."""
