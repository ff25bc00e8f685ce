"""Everything this project raises on purpose.

QAError
├── SourceError          a file cannot be read as a text, or its edition file does not fit it
├── StoreError           something is wrong with an index folder
│   ├── IndexNotFound    there is no index there
│   ├── IndexStale       it was built from another text, by another model or in another format
│   └── IndexCorrupt     a file of it is missing, truncated or altered
└── EmbedderError        a model cannot be found, built or run

Each message is one sentence that says what and where, and a second one that says what to do next.
"""


class QAError(Exception):
    """Root of the tree: whoever catches this catches all of ours and nothing else."""


class SourceError(QAError):
    """A source file or its edition cannot be used."""


class StoreError(QAError):
    """An index folder cannot be used."""


class IndexNotFound(StoreError):
    """There is no index in the folder."""


class IndexStale(StoreError):
    """The index is whole, but does not belong to the text, model or format at hand."""


class IndexCorrupt(StoreError):
    """The index folder is damaged."""


class EmbedderError(QAError):
    """An embedding model cannot be found, built or run."""
