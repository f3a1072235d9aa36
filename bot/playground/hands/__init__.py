"""The hands with which tests and pages act on the stand-in, a module for each kind of act."""
