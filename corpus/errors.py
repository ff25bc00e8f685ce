"""The errors that this project raises on purpose.

QAError
├── SourceError          a file cannot be read as a text, or its edition file does not fit it
├── StoreError           something is wrong with an index folder
│   ├── IndexNotFound    there is no index there
│   ├── IndexStale       it was built from another text, by another model or in another format
│   ├── IndexCorrupt     a file of it is missing, truncated or altered
│   └── IndexUnreachable its server does not answer
├── EmbedderError        a model cannot be found, built or run
├── NotKnown             there is no document, section or passage of this name or id
├── BadRequest           what is asked for cannot be done as it was given
└── SettingsError        a setting in the environment or the settings file cannot be used

The first sentence of a message says what is wrong, the second what to do. `str()` of an error is English and begins
with the file or folder that it is about; the page shows `message` beside the file's name.
"""

from corpus.message import Message


class QAError(Exception):
    """Base class of the errors of this project, and of nothing else."""

    def __init__(self, message: Message, where: object = "") -> None:
        """`where` is the file or folder that the error is about; empty where there is none."""
        super().__init__(message, where)  # so that it can be pickled
        self.message = message
        self.where = str(where)

    def __str__(self) -> str:
        return f"{self.where}: {self.message.en}" if self.where else self.message.en


class SourceError(QAError):
    """A source file or its edition cannot be used."""

    def __init__(self, message: Message, where: object) -> None:
        super().__init__(message, where)


class StoreError(QAError):
    """An index folder cannot be used."""


class IndexNotFound(StoreError):
    """There is no index in the folder."""


class IndexStale(StoreError):
    """The index is whole, but does not belong to the text, model or format at hand."""


class IndexCorrupt(StoreError):
    """The index folder is damaged."""


class IndexUnreachable(StoreError):
    """The server of the index does not answer. What was asked can be asked again once it does."""


class EmbedderError(QAError):
    """An embedding model cannot be found, built or run."""


class NotKnown(QAError):
    """There is nothing of the name or id that was given."""


class BadRequest(QAError):
    """What is asked for cannot be done as it was given: it is empty, too much at a time, or no choice that there is."""


class SettingsError(QAError):
    """A setting in the environment or the settings file cannot be used."""
