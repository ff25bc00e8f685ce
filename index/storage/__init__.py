"""The files of an index: segments, documents, parsed documents, and the lock."""
