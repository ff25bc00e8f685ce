"""The files of an index: segments, documents, what the parser found, and who may write."""
