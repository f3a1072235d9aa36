"""One metric a file; each docstring gives the formula and its source."""
