"""Stand-ins that a reader can compute by eye."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.document import Document
from corpus.errors import EmbedderError
from corpus.message import Message
from index.backend import AnyIndex
from index.chunks import Heading, chunks_of, outline_of
from index.encoders.base import Encoded, Vectors


class CharacterEmbedder:
    """One dimension a character of `alphabet`, and one token each time that a text has it. Others are not read.

    A token's hidden vector is 1 in its character's dimension and 0 elsewhere: two tokens have cosine 1 if they are
    the same character, else 0. A text's vector is how often it has each character, made of length 1. Every
    character has a surprisal of 12 nats, as a content word has; those of `common` have none, as 的 and "the" nearly.
    """

    def __init__(self, alphabet: str, *, common: str = "", fingerprint: str = "0123456789abcdef") -> None:
        self.name = "characters"
        self.fingerprint = fingerprint
        self.dimension = len(alphabet)
        self._ids = {character: number for number, character in enumerate(alphabet)}
        self.embedded: list[str] = []
        """Every text that was read as a passage, in order."""
        self.fails_after: int | None = None
        """From so many texts on `encode_passages` raises, as a machine that is switched off would."""
        self._hidden = np.eye(len(alphabet), dtype=np.float32)
        self._surprisals = np.array([0.0 if c in common else 12.0 for c in alphabet], np.float32)

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        for start in range(0, len(texts), 4):  # in batches, as a real model
            some = texts[start : start + 4]
            if self.fails_after is not None and len(self.embedded) + len(some) > self.fails_after:
                raise EmbedderError(Message(zh="模型出错了。请再试一次。", en="The model failed. Try again"))
            self.embedded += some
            yield self.encode_questions(some)

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        read = [[(self._ids[c], at) for at, c in enumerate(text) if c in self._ids] for text in texts]
        ids = np.array([number for text in read for number, _ in text], np.int64)
        places = np.array([[at, at + 1] for text in read for _, at in text], np.int32).reshape(-1, 2)
        starts = np.cumsum([0, *map(len, read)]).astype(np.int64)
        hidden = self._hidden[ids]
        counts = np.zeros((len(texts), self.dimension), np.float32)
        np.add.at(counts, (np.repeat(np.arange(len(texts)), np.diff(starts)), ids), 1)
        lengths = np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)
        return Encoded((counts / lengths).astype(np.float32), hidden, ids, places, starts)

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        surprisals: Vectors = self._surprisals[token_ids]
        return surprisals


class Held(CharacterEmbedder):
    """An embedder that waits, while it is held, before it hands on a batch."""

    def __init__(self, alphabet: str) -> None:
        super().__init__(alphabet)
        self.free = threading.Event()
        self.free.set()

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        for batch in super().encode_passages(texts, progress=progress):
            assert self.free.wait(30)
            yield batch


def headings_of(documents: Sequence[Document]) -> list[Heading]:
    """The sections of documents, as an index of them has them."""
    found: list[Heading] = []
    for document in documents:
        base = len(found)
        own = outline_of(document, list(chunks_of(document, with_context=False)))
        parents = [None if one.parent is None else one.parent + base for one in own]
        found += [dataclasses.replace(one, parent=parent) for one, parent in zip(own, parents, strict=True)]
    return found


def folder_of(index: AnyIndex | None) -> Path:
    """The folder of an index that is in one."""
    assert index
    assert isinstance(index.folder, Path)
    return index.folder
