"""Where an index on a Milvus server is: `milvus://host:19530/collection`, or a milvus-lite file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import StoreError
from index import index_messages

_SCHEMES = {"milvus": "http", "milvus+tls": "https"}
_NAME = re.compile(r"[A-Za-z_]\w{0,200}", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}")


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A collection of a server or of a file. `str` of it is what the user writes, and `parse` reads it."""

    scheme: str
    server: str
    """`host:port`, or the absolute path of a milvus-lite file, which ends in .db."""
    collection: str
    """The name of the collection of rows."""

    @classmethod
    def parse(cls, written: str) -> MilvusAddress:
        """Raises StoreError for anything that is no address."""
        scheme, separator, rest = written.partition("://")
        server, slash, collection = rest.rpartition("/")
        is_file = server.startswith("/") and server.endswith(".db") and scheme == "milvus" and "\0" not in server
        if not separator or not slash or scheme not in _SCHEMES or not _NAME.fullmatch(collection):
            raise StoreError(index_messages.NO_MILVUS_ADDRESS.format(address=ascii(written)[1:-1]))
        if not is_file and not _HOST.fullmatch(server):
            raise StoreError(index_messages.NO_MILVUS_ADDRESS.format(address=ascii(written)[1:-1]))
        return cls(scheme, server, collection)

    @property
    def is_file(self) -> bool:
        """Whether it is a milvus-lite file."""
        return self.server.startswith("/")

    @property
    def collections(self) -> tuple[str, str]:
        """The names of the collections of rows, and of documents and token vectors."""
        return self.collection, f"{self.collection}_documents"

    @property
    def uri(self) -> str:
        """What the client is given."""
        return self.server if self.is_file else f"{_SCHEMES[self.scheme]}://{self.server}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.server}/{self.collection}"


Location = Path | MilvusAddress
"""Where an index is: a folder, or a Milvus collection."""


def location(written: str) -> Location:
    """Return where the index is that an option names. Raises StoreError for a wrong address of a server.

    A folder may have any name; a relative one that begins with `milvus:` is written `./milvus:…`.
    """
    return MilvusAddress.parse(written) if re.match(r"milvus(?:\+\w*)?:", written) else Path(written)
