"""Replies as JSON, as text in a terminal, as a file."""
