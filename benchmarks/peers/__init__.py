"""Newsdesk beside txtai, Haystack, LlamaIndex and a bare FAISS index, on the same texts."""
