"""The script of each row: Chinese characters, or another one. A library may hold both, and a document too.

An encoder's vectors of two languages lie apart, so `qa/ranking/` compares rows of one script with each other. A row
has the script of most of its document. In a bilingual document, rows that are clearly in the other one have that: a
sentence in letters (no code, no table), or words in Chinese. Counting reads the bytes of all rows, some seconds
for a million, so that no index needs to be built again; an index whose rows are in one script is counted only when
its null scores are measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from corpus.text.scripts import han_count
from index.index_settings import SCRIPTS

Counts = npt.NDArray[np.int64]
"""Shape (rows, 2): Chinese characters and other letters, about."""

_KINDS = np.zeros((2, 256), np.uint8)
"""Whether a byte of UTF-8 begins a Chinese character; whether it is or begins another letter."""
_KINDS[0, 0xE4:0xEA] = 1  # U+4000 to U+9FFF
_KINDS[1, [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC3, 0xE0), *range(0xEA, 0xEE)]] = 1
_PROSE = re.compile(rf"(?:[^\W\d_][\w'’-]*[,;]? ){{{SCRIPTS.prose_words - 1}}}\w")
"""So many words with nothing but blanks and commas between them."""


def count(words: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> Counts:
    """Count the letters of rows. `words`: their UTF-8, one after the other; `ends`: the end of each, ascending."""
    counts = np.zeros((len(ends), 2), np.int64)
    for start in range(0, len(ends), SCRIPTS.counted_at_once):
        some = ends[start : start + SCRIPTS.counted_at_once]
        first = int(ends[start - 1]) if start else 0
        data = words[first : int(some[-1])]
        for kind in range(2):
            reached = np.concatenate([[0], np.cumsum(_KINDS[kind].take(data), dtype=np.int32)])
            counts[start : start + len(some), kind] = np.diff(reached[np.r_[0, some - first]])
    return counts


def count_texts(texts: Sequence[str]) -> Counts:
    """Count the letters of texts, a row each."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    return count(np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([*map(len, encoded)], dtype=np.int64))


def in_han(counts: Counts, firsts: npt.NDArray[np.int64], words_of: Callable[[int], str]) -> npt.NDArray[np.bool_]:
    """Return shape (rows,): whether a row counts as Chinese.

    `firsts`: the first row of each document, and the number of rows. `words_of`: the words of a row.
    """
    han, others = counts[:, 0], counts[:, 1]
    sums = np.diff(np.concatenate([np.zeros((1, 2), np.int64), np.cumsum(counts, axis=0)])[firsts], axis=0)
    documents = sums[:, 0] > sums[:, 1]
    has_few = (sums[:, 0] == 0) & (sums[:, 1] < SCRIPTS.fewest_letters)  # a table of numbers
    documents[has_few] = sums[:, 0].sum() > sums[:, 1].sum()
    owners = np.repeat(np.arange(len(documents)), np.diff(firsts))
    found: npt.NDArray[np.bool_] = documents[owners]
    may_differ = np.where(found, others >= SCRIPTS.fewest_letters, han >= SCRIPTS.fewest_han)
    differ = [row for row in np.flatnonzero(may_differ).tolist() if is_other(words_of(row), in_han=bool(found[row]))]
    of_document = np.bincount(owners[differ], minlength=len(documents)) >= SCRIPTS.fewest_rows
    differ = [row for row in differ if of_document[owners[row]]]
    found[differ] = ~found[differ]
    return found


def is_other(words: str, *, in_han: bool) -> bool:
    """Return whether the words of a row are clearly in another script than most of its document."""
    han = han_count(words)
    others = sum(map(str.isalpha, words)) - han
    if in_han:
        return others > SCRIPTS.letters_of_han * han and bool(_PROSE.search(words))
    return han >= SCRIPTS.fewest_han and han > others
