"""Everything this project raises on purpose.

QAError
├── SourceError          a file cannot be read as a text, or its edition file does not fit it
├── StoreError           something is wrong with an index folder
│   ├── IndexNotFound    there is no index there
│   ├── IndexStale       it was built from another text, by another model or in another format
│   └── IndexCorrupt     a file of it is missing, truncated or altered
└── EmbedderError        a model cannot be found, built or run

Each message is one sentence that says what and where, and a second one that says what to do next. `str()` of it is
English and names the file; `chinese` says the same where the page shows it, beside the file's name.
"""


class QAError(Exception):
    """Root of the tree: whoever catches this catches all of ours and nothing else."""

    def __init__(self, english: str, chinese: str = "") -> None:
        """`chinese` is empty where only a terminal hears of it."""
        super().__init__(english, chinese)
        self.chinese = chinese

    def __str__(self) -> str:
        return str(self.args[0])


class SourceError(QAError):
    """A source file or its edition cannot be used."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english, chinese)


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
