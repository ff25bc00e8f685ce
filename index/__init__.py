"""Index documents and find candidate chunks for a question."""
