"""The bundled model's tokenizer. It does not load the whole vocabulary for a question.

A tokenizer of all 250,000 pieces takes a second to build. But a text is cut only into pieces that occur in it. So a
tokenizer of these pieces alone, looked up in memory-mapped files, gives the same result at once.

pieces.npy    (vocabulary,) bytes of fixed length: the pieces in UTF-8, sorted by their bytes
ids.npy       (vocabulary,) int32: the id of each piece
scores.npy    (vocabulary,) float32, by id: the logarithm of a piece's probability
special.json  ids of the special pieces, by role
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.e5_weights import Weights, unigram_model, unigram_tokenizer
from index.index_settings import ENCODER
from index.sorted_table import SortedTable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BLANK = "▁"
"""Stands for a blank in a piece."""

Tokenized = tuple[Sequence[int], Sequence[tuple[int, int]]]
"""The token ids of a text, and each token's range in it."""


class MappedTokenizer:
    """Cuts texts into tokens. Safe to share between threads."""

    def __init__(self, folder: Path, *, longest: int) -> None:
        """Open the files that `write` wrote. `longest`: the tokens of a text to return, at most. Raises OSError."""
        self._pieces = SortedTable.open(folder / "pieces.npy")
        self._ids, self._scores = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ("ids", "scores")
        )
        sizes = json.loads((folder / "special.json").read_text(encoding="utf-8"))
        self._special: dict[str, int] = sizes["special"]
        self._widest: int = sizes["widest"]
        self._always: dict[int, str] = {int(at): piece for at, piece in sizes["always"].items()}
        self._longest = longest
        self._few = self._tokenizer(self._always)
        self._few_turn = threading.Lock()
        self._normalizer = self._few.normalizer
        self._whole: Tokenizer | None = None
        self._turn = threading.Lock()

    @staticmethod
    def write(weights: Weights, folder: Path) -> None:
        """Write the four files. Raises OSError."""
        order = SortedTable.write(folder / "pieces.npy", [piece.encode() for piece, _ in weights.pieces])
        scores = np.array([score for _, score in weights.pieces], np.float32)
        for name, values in {"ids": order.astype(np.int32), "scores": scores}.items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        # An unknown character costs somewhat more than the rarest piece.
        always = [*weights.special.values(), int(scores.argmin())]
        sizes = {
            "special": weights.special,
            "always": {at: weights.pieces[at][0] for at in always},
            "widest": max(len(piece) for piece, _ in weights.pieces),
        }
        (folder / "special.json").write_text(json.dumps(sizes), encoding="utf-8")

    @property
    def surprisals(self) -> npt.NDArray[np.float32]:
        """Shape (vocabulary,): the surprisal of each piece, in nats."""
        return -np.asarray(self._scores)

    def read(self, texts: Sequence[str]) -> list[Tokenized]:
        """Return the tokens of each text, special ones included, up to the model's length."""
        if self._whole is not None or sum(map(len, texts)) > ENCODER.few_characters:
            return [(read.ids, read.offsets) for read in self._all().encode_batch(list(texts))]
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Tokenized:
        known = self._always | self._pieces_in(text)  # the special pieces keep their places before all others
        ids = list(known)
        model = unigram_model(self._scored(known), ids.index(self._special["unk_token"]))
        with self._few_turn:  # all else of a tokenizer takes longer to build than a question to read
            self._few.model = model
            read = self._few.encode(text)
        return [ids[at] for at in read.ids], read.offsets

    def _pieces_in(self, text: str) -> dict[int, str]:
        """Return the pieces that may occur in the text, by id."""
        words = self._normalizer.normalize_str(text).replace(" ", _BLANK)
        ends = [words[start : start + self._widest] for start in range(len(words))]
        found = self._pieces.beginnings([*ends, *(_BLANK + end for end in ends), _BLANK])
        return dict(zip(self._ids[list(found.values())].tolist(), found, strict=True))

    def _all(self) -> Tokenizer:
        with self._turn:
            if self._whole is None:
                ids, pieces = self._ids.tolist(), self._pieces.keys.tolist()
                self._whole = self._tokenizer(dict(sorted(zip(ids, map(bytes.decode, pieces), strict=True))))
            return self._whole

    def _tokenizer(self, known: dict[int, str]) -> Tokenizer:
        """Return a tokenizer of these pieces; its own ids are their places."""
        local = {at: number for number, at in enumerate(known)}
        tokenizer = unigram_tokenizer(self._scored(known), {role: local[at] for role, at in self._special.items()})
        tokenizer.enable_truncation(self._longest)
        return tokenizer

    def _scored(self, known: dict[int, str]) -> list[tuple[str, float]]:
        return list(zip(known.values(), self._scores[list(known)].tolist(), strict=True))
