"""The interface of an encoder, and the vectors that it returns. `index/encoders/registry.py` opens one by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Shape (number of texts, dimension), float32, C-contiguous, rows of length 1."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Encoded texts: a vector for each text, and a vector for each of its tokens."""

    vectors: Vectors
    """Shape (texts, dimension), rows of length 1."""
    hidden: Vectors
    """Shape (tokens, dimension): the last hidden states of the tokens that hold a letter, ideograph or digit."""
    token_ids: npt.NDArray[np.int64]
    """Shape (tokens,): ids in the model's vocabulary."""
    offsets: npt.NDArray[np.int32]
    """Shape (tokens, 2): the half-open range of each token in its text, in code points."""
    starts: npt.NDArray[np.int64]
    """Shape (texts + 1,): the first token of each text, and the number of all tokens."""

    @classmethod
    def join(cls, texts: Sequence[Encoded]) -> Encoded:
        """Concatenate encoded texts."""
        counts = np.concatenate([np.diff(one.starts) for one in texts])
        return cls(
            np.concatenate([one.vectors for one in texts]),
            np.concatenate([one.hidden for one in texts]),
            np.concatenate([one.token_ids for one in texts]),
            np.concatenate([one.offsets for one in texts]),
            np.cumsum([0, *counts], dtype=np.int64),
        )

    def text(self, number: int) -> Encoded:
        """Return one of the texts."""
        tokens = slice(self.starts[number], self.starts[number + 1])
        starts = np.array([0, tokens.stop - tokens.start], np.int64)
        vector = self.vectors[number : number + 1]
        return Encoded(vector, self.hidden[tokens], self.token_ids[tokens], self.offsets[tokens], starts)


class Embedder(Protocol):
    """A model as the index and the engine use it."""

    @property
    def name(self) -> str:
        """The user's name for the model, as `--model` takes it."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits: a digest of all that determines the vectors but the arithmetic, the same in each run."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    def encode_passages(self, texts: Sequence[str], *, progress: bool = False) -> Iterator[Encoded]:
        """Yield the encoded texts in their order, in batches.

        With `progress`, a bar on stderr where that is a terminal. Raises EmbedderError if the model cannot be run.
        """

    def encode_questions(self, texts: Sequence[str]) -> Encoded:
        """Return the texts, encoded as questions. Raises EmbedderError if the model cannot be run.

        The dot product of a question's vector and a passage's vector is their cosine, -1 to 1; higher is closer.
        """

    def surprisal(self, token_ids: npt.NDArray[np.int64]) -> Vectors:
        """Return shape (tokens,): -log of each token's probability in general text, in nats."""


@dataclass(frozen=True, slots=True)
class Output:
    """The output of a model for one text."""

    vector: npt.NDArray[np.floating]
    """Shape (dimension,)."""
    hidden: npt.NDArray[np.floating]
    """Shape (tokens, dimension)."""
    ids: Sequence[int] | npt.NDArray[np.integer]
    offsets: Sequence[tuple[int, int]] | npt.NDArray[np.integer]
    """The range of each token in the string that `readable` returns; in the text itself after `words_of`."""


def readable(prompt: str, text: str) -> str:
    """Return the string that the tokenizer reads."""
    # A tokenizer refuses lone surrogates, which come from file names and arguments that are not UTF-8.
    return prompt + _LONE_SURROGATE.sub("\ufffd", text)


def words_of(output: Output, prompt: str, text: str) -> Output:
    """Return the tokens that hold a letter, ideograph or digit. `text` is the result of `readable`."""
    # Whole arrays at once: a loop over the tokens takes nearly twice as long, and holds the interpreter's lock.
    letters = np.cumsum([0, *map(str.isalnum, text)])
    inked = np.where(np.fromiter(map(str.isspace, text), np.bool_, len(text)), len(text), np.arange(len(text)))
    next_inked = np.append(np.minimum.accumulate(inked[::-1])[::-1], len(text))
    # A token's offsets may include the blank before it; those of the first token may begin in the prompt.
    starts, ends = np.asarray(output.offsets, np.int64).reshape(-1, 2).T
    starts = np.maximum(starts, len(prompt))
    kept = np.flatnonzero(letters[np.maximum(starts, ends)] > letters[starts])
    return Output(
        output.vector,
        output.hidden[kept].astype(np.float32, copy=False),
        np.asarray(output.ids, np.int64)[kept],
        np.stack([next_inked[starts[kept]], ends[kept]], axis=1).astype(np.int32) - np.int32(len(prompt)),
    )


def collect(outputs: Sequence[Output], dimension: int) -> Encoded:
    """Join the results of `words_of`."""
    return Encoded(
        # Normalised here in float32: some models lack a Normalize module, and in half precision it is inexact.
        unit_rows(np.array([output.vector for output in outputs], np.float32).reshape(-1, dimension)),
        np.concatenate([np.zeros((0, dimension), np.float32), *(output.hidden for output in outputs)]),
        np.concatenate([np.zeros(0, np.int64), *(output.ids for output in outputs)]),
        np.concatenate([np.zeros((0, 2), np.int32), *(output.offsets for output in outputs)]),
        np.cumsum([0, *(len(output.hidden) for output in outputs)], dtype=np.int64),
    )


def unit_rows(vectors: Vectors) -> Vectors:
    """Scale each row to length 1. A row of zeros stays zero; its cosine with any vector is 0."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)
