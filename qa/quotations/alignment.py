"""Finds the stretch of a stream that is nearest to a quotation, and aligns the two.

Both are folded first (script, width, case, kind of quotation mark), so that a quotation in Traditional characters
matches its Simplified source. Character pairs that both have are joined into runs. The best chain takes runs in the
order of both sides; skipped characters cost. Between two runs, a longest common subsequence aligns the characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from rapidfuzz.distance import LCSseq

from corpus.text.normalise import compatible, simplified
from qa.qa_settings import QUOTATIONS
from qa.quotations.run_chains import Run, best_chains
from qa.quotations.stream import Ints, code_points

_NONE = np.uint32(0xFFFFFFFF)
"""No character."""

ELLIPSIS = "…⋯．."
_SENTENCE_END = "。！？；!?;"
_ALIKE = str.maketrans("“”„‟「」『』﹁﹂‘’‚‛—–―─‐−、。・", '""""""""""\'\'\'\'------,.·')


_Number = TypeVar("_Number", np.int64, np.uint64)


class _Folds(dict[int, int]):
    """Maps each character to the one it is compared as; filled on demand."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        for fold in (compatible, str.lower, _script, lambda c: c.translate(_ALIKE)):
            folded = fold(character)
            character = folded if len(folded) == 1 else character
        self[code] = ord(character)
        return self[code]


def _script(character: str) -> str:
    return simplified(character) if character >= "\u2e80" else character


_FOLDS = _Folds()


def folded(text: str) -> str:
    """Return `text` folded for comparison, with the same length."""
    return text.translate(_FOLDS)


@dataclass(frozen=True, slots=True)
class Pairing:
    """The alignment of a quotation with a stretch of the source."""

    start: int
    """The stretch is the range [start, end) of the source's key."""
    end: int
    runs: tuple[Run, ...]
    """(i, j, length), ascending and disjoint in both: quotation [i, i + length) equals source [j, j + length)."""

    @property
    def shared(self) -> int:
        """The number of aligned equal characters."""
        return _shared([*self.runs])


class Aligner:
    """Finds the nearest stretch in one source."""

    def __init__(self, key: str, borders: Ints) -> None:
        """`key`: the folded source. `borders`: ascending, the start of each paragraph in it, and its end."""
        self._key = key
        self._borders = borders
        self._text = folded(key)
        self._codes = code_points(self._text)
        pairs = _pairs(self._codes)
        self._order = np.argsort(pairs, kind="stable")
        self._sorted = pairs[self._order]

    def promise(self, pairs: npt.NDArray[np.uint64]) -> int:
        """Return how many of the `pairs` (`pairs_of` a quotation) the source has."""
        first, end = (np.searchsorted(self._sorted, pairs, side) for side in ("left", "right"))
        return int((first < end).sum())

    def nearest(self, quoted: str, least: int) -> Pairing | None:
        """Return the stretch that shares most with `quoted` (a key), the first of equals.

        None if none is found that shares a pair, and at least `least` characters.
        """
        text = folded(quoted)
        codes = code_points(text)
        if len(codes) < 2 or not len(self._sorted):
            return None
        ellipses = np.concatenate(([0], np.cumsum(np.isin(codes, [ord(c) for c in folded(ELLIPSIS)]))))
        best: Pairing | None = None
        runs = self._runs(codes)
        near = np.zeros(len(runs), np.int64)
        if len(codes) <= QUOTATIONS.short:  # a short run occurs in many places; its surroundings decide
            near = self._side_by_side(codes, runs[:, 1] - runs[:, 0] + len(codes), near.astype(np.float64))
        is_short = len(codes) <= QUOTATIONS.short
        for chain in best_chains(runs, near, ellipses, is_short=is_short):
            if is_short and not self._may_share(text, chain, best.shared if best else least):
                continue
            pairing = self._pairing(quoted, text, chain)
            if best is None or _rank(pairing) > _rank(best):
                best = pairing
        return best if best and best.shared >= least else None

    def _may_share(self, text: str, chain: list[Run], least: int) -> bool:
        """Return whether a chain may lead to an alignment with so many shared characters.

        The aligned characters are a common subsequence of the quotation and the source around the chain. The length
        of the longest one is counted much sooner than the alignment is made.
        """
        (i, j, _), (last_i, last_j, last) = chain[0], chain[-1]
        start, end = j - _reaches(i)[1], last_j + last + _reaches(len(text) - last_i - last)[1]
        return LCSseq.similarity(text, self._text[max(start, 0) : end], score_cutoff=least) >= least

    def _runs(self, codes: npt.NDArray[np.uint32]) -> Ints:
        """Return shape (runs, 3): (i, j, length) of the most promising equal stretches."""
        length = len(codes)
        i, j = self._hits(_pairs(codes))
        if not len(i):
            return np.zeros((0, 3), np.int64)
        # On a diagonal, j - i is constant; a run is a part of it in which all characters are equal.
        place = _distinct((j - i + length) * length + i)
        heads = np.concatenate(([0], np.flatnonzero(np.diff(place) != 1) + 1))
        sizes = np.diff(np.append(heads, len(place)))
        i, diagonal = place[heads] % length, place[heads] // length
        # Runs are ranked by their length, and by how much of the quotation is found near their diagonal.
        bucket = diagonal // QUOTATIONS.diagonals
        seen = _distinct((place // length // QUOTATIONS.diagonals) * length + place % length)
        votes = np.bincount(seen // length + 1, minlength=int(bucket[-1]) + 3)
        around = ((votes[bucket] + 2 * votes[bucket + 1] + votes[bucket + 2]) * sizes).astype(np.float64)
        if length <= QUOTATIONS.short:
            around = around + 4 * self._side_by_side(codes, diagonal, around)
        top = np.argsort(-around, kind="stable")[: QUOTATIONS.runs - 64]
        chosen = np.union1d(top, np.argsort(-sizes, kind="stable")[:64])
        return self._extended(codes, i[chosen], diagonal[chosen] - length)

    def _hits(self, pairs: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
        """Return the positions of the quotation's pairs in the quotation and in the source."""
        first = np.searchsorted(self._sorted, pairs, "left")
        counts = np.searchsorted(self._sorted, pairs, "right") - first
        rare = np.argsort(counts, kind="stable")
        rare = rare[counts[rare] > 0]
        cut = int(np.searchsorted(np.cumsum(counts[rare]), QUOTATIONS.pairs, "right"))
        frequent, rare = rare[cut:], rare[:cut]
        i = np.repeat(rare, counts[rare])
        within = np.arange(len(i)) - np.repeat(np.cumsum(counts[rare]) - counts[rare], counts[rare])
        j = self._order[np.repeat(first[rare], counts[rare]) + within]
        if len(frequent):
            some = np.sort(frequent)[
                np.linspace(0, len(frequent) - 1, min(QUOTATIONS.samples, len(frequent))).astype(np.int64)
            ]
            steps = np.linspace(0, 1, QUOTATIONS.samples)
            rows = first[some][:, None] + (steps * (counts[some][:, None] - 1)).astype(np.int64)
            i = np.concatenate((i, np.repeat(some, QUOTATIONS.samples)))
            j = np.concatenate((j, self._order[rows.ravel()]))
        return i.astype(np.int64), j.astype(np.int64)

    def _side_by_side(self, codes: npt.NDArray[np.uint32], diagonal: Ints, around: npt.NDArray[np.float64]) -> Ints:
        """Return how many characters of the quotation are found within two places of each diagonal."""
        length = len(codes)
        shared = np.zeros(len(diagonal), np.int64)
        rows = np.argsort(-around, kind="stable")[: 400_000 // length]
        lines, back = np.unique(diagonal[rows] - length, return_inverse=True)
        there = self._beside(lines - 2, length + 4)
        has = np.zeros((len(lines), length), bool)
        for shift in range(5):
            has |= there[:, shift : shift + length] == codes
        shared[rows] = has.sum(axis=1)[back]
        return shared

    def _beside(self, starts: Ints, length: int) -> npt.NDArray[np.uint32]:
        """Return shape (starts, length): the source from each start on, and outside of it what no character is."""
        outside = np.full(length, _NONE)
        wide = np.concatenate((outside, self._codes, outside))
        beside: npt.NDArray[np.uint32] = sliding_window_view(wide, length)[starts + length]
        return beside

    def _extended(self, codes: npt.NDArray[np.uint32], i: Ints, lines: Ints) -> Ints:
        """Return the whole runs through characters i of the quotation on the diagonals (j - i), in the order of j.

        Each run is there once.
        """
        length = len(codes)
        lefts, rights = np.empty_like(i), np.empty_like(i)
        for part in np.array_split(np.arange(len(i)), 1 + len(i) * length // 400_000):
            differs = np.ones((len(part), length + 2), bool)  # with one place more at each end
            differs[:, 1:-1] = self._beside(lines[part], length) != codes
            place, at = np.arange(length + 2), i[part][:, None] + 1
            lefts[part] = length + 1 - (differs & (place < at))[:, ::-1].argmax(axis=1)
            rights[part] = (differs & (place > at)).argmax(axis=1) - 1
        _, first = np.unique((lefts + lines) * length + lefts, return_index=True)
        return np.column_stack((lefts, lefts + lines, rights - lefts))[first]

    def _pairing(self, quoted: str, text: str, chain: list[Run]) -> Pairing:
        """Align the characters around and between the runs of a chain."""
        length = len(text)
        (i, j, _), (last_i, last_j, last) = chain[0], chain[-1]
        windows = ([*_common(text[:i], self._text[max(j - n, 0) : j], 0, max(j - n, 0))] for n in _reaches(i))
        runs = max((_trimmed([*head, chain[0]], outwards=-1) for head in windows), key=_shared)
        for (i, j, size), (next_i, next_j, next_size) in pairwise(chain):
            runs += _common(text[i + size : next_i], self._text[j + size : next_j], i + size, j + size)
            runs.append((next_i, next_j, next_size))
        i, j = last_i + last, last_j + last
        windows = ([*_common(text[i:], self._text[j : j + n], i, j)] for n in _reaches(length - i))
        ends = max((_trimmed([runs[-1], *tail], outwards=1) for tail in windows), key=_shared)
        runs = [*runs[:-1], *ends]
        (i, j, _), (last_i, last_j, last) = runs[0], runs[-1]
        start = j - self._turn(quoted[:i][::-1], j - 1, -1)
        end = last_j + last + self._turn(quoted[last_i + last :], last_j + last, 1)
        return Pairing(start, end, tuple(runs))

    def _turn(self, unmatched: str, at: int, step: int) -> int:
        """Return how many characters of the source, outwards from `at`, the `unmatched` end of a quotation replaces.

        They are in the same paragraph and sentence; letters replace letters, and punctuation punctuation.
        """
        if not 0 <= at < len(self._key) or len(unmatched) > QUOTATIONS.turned_characters:
            return 0
        block = int(np.searchsorted(self._borders, at - step, "right"))
        taken = 0
        for character in unmatched:
            place = at + step * taken
            if not 0 <= place < len(self._key) or int(np.searchsorted(self._borders, place, "right")) != block:
                break
            source = self._key[place]
            if character.isalnum() != source.isalnum() or (step < 0 and source in _SENTENCE_END):
                break
            taken += 1
            if source in _SENTENCE_END:
                break
        return taken


def _reaches(unmatched: int) -> tuple[int, int]:
    """Return how many characters of the source to search for so many unmatched ones: a near and a far limit."""
    return unmatched + 1, unmatched + unmatched // 2 + 4


def _shared(runs: list[Run]) -> int:
    return sum(length for _, _, length in runs)


def _rank(pairing: Pairing) -> Run:
    return pairing.shared, pairing.start - pairing.end, -pairing.start


def _pairs(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return shape (len(codes) - 1,): each character and the next as one number."""
    wide = codes.astype(np.uint64)
    return (wide[:-1] << np.uint64(21)) | wide[1:]


def pairs_of(quoted: str) -> npt.NDArray[np.uint64]:
    """Return the different pairs of neighbouring characters of a key, as `Aligner.promise` takes them."""
    return _distinct(_pairs(code_points(folded(quoted))))


def _distinct(numbers: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return the different numbers, ascending: what np.unique does with hashes, which takes far longer here."""
    ordered = np.sort(numbers)
    is_new: npt.NDArray[np.bool_] = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    return np.compress(is_new, ordered)


def _common(quoted: str, source: str, i: int, j: int) -> Iterator[Run]:
    """Yield the runs of a longest common subsequence; `i` and `j` are where the two strings start."""
    if not quoted or not source or len(quoted) > QUOTATIONS.longest_fill:
        return
    room = 3 * len(quoted) + 16
    if len(source) > room:  # the quotation omits words: its own are near one of the ends
        left = list(_common(quoted, source[:room], i, j))
        right = list(_common(quoted, source[-room:], i, j + len(source) - room))
        yield from max(left, right, key=_shared)
        return
    for block in LCSseq.opcodes(quoted, source):
        if block.tag == "equal":
            yield i + block.src_start, j + block.dest_start, block.src_end - block.src_start


def _trimmed(runs: list[Run], *, outwards: int) -> list[Run]:
    """Drop runs, from the outer end (-1: the first), that are too short for the gap between them and the rest."""
    while len(runs) > 1:
        outer, (i, j, length) = (runs[0], runs[1]) if outwards < 0 else (runs[-1], runs[-2])
        if outwards < 0:
            gap = max(i - outer[0] - outer[2], j - outer[1] - outer[2])
        else:
            gap = max(outer[0] - i - length, outer[1] - j - length)
        if gap <= 2 * outer[2] + 1:
            break
        runs = runs[1:] if outwards < 0 else runs[:-1]
    return runs
