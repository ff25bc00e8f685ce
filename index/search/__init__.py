"""Search: dense vectors, BM25, and token vectors."""
