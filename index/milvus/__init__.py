"""An index on a Milvus server, or in a milvus-lite file: the second implementation of `index/backend.py`."""
