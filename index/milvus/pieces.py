"""Bytes in a Milvus collection: cut into pieces of text, because a field holds 65,535 bytes of text and none of bytes.

base64 takes 4/3 of the bytes. docs/scaling.md has what else was tried: arrays of numbers and JSON.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.index_settings import MILVUS
from index.milvus.milvus_client import MilvusConnection, Record

LOOKED_UP = ("kind", "owner")
FIELDS = ("pk", *LOOKED_UP, "data")
"""`kind`: what it is a piece of. `owner`: the document with which it is deleted."""
_PLAIN, _PACKED = "=", "z"


@dataclass(frozen=True, slots=True)
class Value:
    """Some bytes under a name."""

    name: str
    kind: str
    owner: str
    data: bytes
    is_packed: bool = True
    """Whether it is worth compressing."""

    def rows(self) -> Iterator[Record]:
        """Yield its pieces as rows. The first names their number."""
        data = zlib.compress(self.data, 1) if self.is_packed else self.data
        cuts = range(0, max(len(data), 1), MILVUS.piece)
        for number, start in enumerate(cuts):
            head = f"{len(cuts)}{_PACKED if self.is_packed else _PLAIN}:" if not number else ":"
            text = head + base64.b64encode(data[start : start + MILVUS.piece]).decode("ascii")
            yield {
                "pk": f"{self.name}/{number}", "kind": self.kind, "owner": self.owner, "data": text, "none": [0.0, 0.0],
            }  # fmt: skip


class Pieces:
    """The collection of pieces."""

    def __init__(self, connection: MilvusConnection, collection: str) -> None:
        self._connection = connection
        self.collection = collection

    def put(self, values: Iterable[Value]) -> None:
        """Write values, in place of those of the same names. Raises StoreError."""
        for rows in in_batches(row for value in values for row in value.rows()):
            self._connection.put(self.collection, rows)

    def read(self, names: Sequence[str], counts: Mapping[str, int] | None = None) -> dict[str, bytes]:
        """Return the values that are there and whole, by name. `counts`: the number of pieces, where it is known."""
        known = counts or {}
        wanted = [f"{name}/{number}" for name in names for number in range(known.get(name, 1))]
        texts = self._texts(wanted)
        more = [
            f"{name}/{number}"
            for name in names
            for number in range(known.get(name, 1), _count(texts.get(f"{name}/0", "")))
        ]
        return joined(names, texts | self._texts(more))

    def _texts(self, keys: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        step = max(1, MILVUS.batch_bytes // MILVUS.piece)
        for start in range(0, len(keys), step):
            rows = self._connection.get(self.collection, keys[start : start + step], ["pk", "data"])
            found |= {row["pk"]: row["data"] for row in rows}
        return found

    def of_kind(self, kind: str) -> dict[str, bytes]:
        """Return all whole values of a kind, by name."""
        condition = f'kind == "{kind}"'
        texts = {row["pk"]: row["data"] for row in self._connection.select(self.collection, condition, ["pk", "data"])}
        return joined([key.removesuffix("/0") for key in texts if key.endswith("/0")], texts)

    def owners(self, kind: str) -> list[str]:
        """Return the owners of the values of a kind, each once."""
        rows = self._connection.select(self.collection, f'kind == "{kind}"', ["owner"])
        return list(dict.fromkeys(str(row["owner"]) for row in rows))

    def delete(self, *, owner: str, kinds: Sequence[str] = ()) -> None:
        """Delete what belongs to a document; of some kinds only. `owner`: hex digits."""
        for condition in [f'owner == "{owner}" and kind == "{kind}"' for kind in kinds] or [f'owner == "{owner}"']:
            self._connection.delete(self.collection, condition)


def joined(names: Iterable[str], texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the values whose pieces are all there, by name."""
    found = {}
    for name in names:
        first = texts.get(f"{name}/0", "")
        parts = [texts.get(f"{name}/{number}") for number in range(_count(first))]
        if not parts or None in parts:
            continue
        try:
            data = b"".join(base64.b64decode((part or "").partition(":")[2], validate=True) for part in parts)
            found[name] = zlib.decompress(data) if first.partition(":")[0].endswith(_PACKED) else data
        except (binascii.Error, zlib.error, ValueError):
            continue  # altered: as if it were missing
    return found


def in_batches(rows: Iterable[Record]) -> Iterator[list[Record]]:
    """Yield the rows in batches that a server takes at once."""
    batch: list[Record] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str | list | dict))
        if size > MILVUS.batch_bytes or len(batch) >= MILVUS.batch_rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _count(first: str) -> int:
    number = first.partition(":")[0][:-1]
    return int(number) if number.isascii() and number.isdigit() else 0
