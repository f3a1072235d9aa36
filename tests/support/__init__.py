"""What several test files share: articles, embedders, and a look inside an index."""
