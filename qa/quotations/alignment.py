"""Finds the stretch of a stream that is nearest to a quotation, and aligns the two.

Both are folded first (script, width, case, kind of quotation mark), so that a quotation in Traditional characters
matches its Simplified source. Character pairs that both have are joined into runs. The best chain takes runs in the
order of both sides; skipped characters cost. Between two runs, a longest common subsequence aligns the characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from corpus.text.normalise import compatible, simplified
from qa.qa_settings import QUOTATIONS
from qa.quotations.stream import Ints, code_points

_CHAINS, _CHAINS_OF_LONG = 24, 3
"""The number of chains to align character by character."""

ELLIPSIS = "…⋯．."
_SENTENCE_END = "。！？；!?;"
_ALIKE = str.maketrans("“”„‟「」『』﹁﹂‘’‚‛—–―─‐−、。・", '""""""""""\'\'\'\'------,.·')


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
    runs: tuple[tuple[int, int, int], ...]
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

    def promise(self, quoted: str) -> int:
        """Return how many character pairs of `quoted` (a key) the source has."""
        pairs = np.unique(_pairs(code_points(folded(quoted))))
        first, end = (np.searchsorted(self._sorted, pairs, side) for side in ("left", "right"))
        return int((first < end).sum())

    def nearest(self, quoted: str) -> Pairing | None:
        """Return the stretch that shares most with `quoted` (a key), the first of equals; None if no pair is shared."""
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
        chains = _chains(runs, near, ellipses)
        for chain in chains[: _CHAINS if len(codes) <= QUOTATIONS.short else _CHAINS_OF_LONG]:
            pairing = self._pairing(quoted, text, chain)
            if best is None or _rank(pairing) > _rank(best):
                best = pairing
        return best

    def _runs(self, codes: npt.NDArray[np.uint32]) -> Ints:
        """Return shape (runs, 3): (i, j, length) of the most promising equal stretches."""
        length = len(codes)
        i, j = self._hits(_pairs(codes))
        if not len(i):
            return np.zeros((0, 3), np.int64)
        # On a diagonal, j - i is constant; a run is a part of it in which all characters are equal.
        place = np.unique((j - i + length) * length + i)
        heads = np.concatenate(([0], np.flatnonzero(np.diff(place) != 1) + 1))
        sizes = np.diff(np.append(heads, len(place)))
        i, diagonal = place[heads] % length, place[heads] // length
        # Runs are ranked by their length, and by how much of the quotation is found near their diagonal.
        bucket = diagonal // QUOTATIONS.diagonals
        votes = np.zeros(int(bucket[-1]) + 3)
        seen = np.unique((place // length // QUOTATIONS.diagonals) * length + place % length)
        np.add.at(votes, seen // length + 1, 1)
        around = (votes[bucket] + 2 * votes[bucket + 1] + votes[bucket + 2]) * sizes
        if length <= QUOTATIONS.short:
            around = around + 4 * self._side_by_side(codes, diagonal, around)
        top = np.argsort(-around, kind="stable")[: QUOTATIONS.runs - 64]
        chosen = np.union1d(top, np.argsort(-sizes, kind="stable")[:64])
        extended = {self._extend(codes, int(i[row]), int(diagonal[row]) - length) for row in chosen.tolist()}
        return np.array(sorted(extended, key=lambda run: (run[1], run[0])), np.int64)

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
        padded = np.concatenate((np.zeros(length + 2, np.uint32), self._codes, np.zeros(length + 2, np.uint32)))
        there = lines[:, None] + np.arange(length) + length + 2
        has = np.zeros(there.shape, bool)
        for shift in range(-2, 3):
            has |= padded[np.clip(there + shift, 0, len(padded) - 1)] == codes
        shared[rows] = has.sum(axis=1)[back]
        return shared

    def _extend(self, codes: npt.NDArray[np.uint32], i: int, diagonal: int) -> tuple[int, int, int]:
        """Return the whole run through character i of the quotation on a diagonal (j - i)."""
        j = i + diagonal
        ahead = min(len(codes) - i, len(self._codes) - j)
        differs = np.flatnonzero(codes[i : i + ahead] != self._codes[j : j + ahead])
        right = int(differs[0]) if len(differs) else ahead
        behind = min(i, j)
        differs = np.flatnonzero(codes[i - behind : i] != self._codes[j - behind : j])
        left = behind - 1 - int(differs[-1]) if len(differs) else behind
        return i - left, j - left, left + right

    def _pairing(self, quoted: str, text: str, chain: list[tuple[int, int, int]]) -> Pairing:
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


def _shared(runs: list[tuple[int, int, int]]) -> int:
    return sum(length for _, _, length in runs)


def _rank(pairing: Pairing) -> tuple[int, int, int]:
    return pairing.shared, pairing.start - pairing.end, -pairing.start


def _pairs(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """Return shape (len(codes) - 1,): each character and the next as one number."""
    wide = codes.astype(np.uint64)
    return (wide[:-1] << np.uint64(21)) | wide[1:]


def _common(quoted: str, source: str, i: int, j: int) -> Iterator[tuple[int, int, int]]:
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


def _trimmed(runs: list[tuple[int, int, int]], *, outwards: int) -> list[tuple[int, int, int]]:
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


def _chains(runs: Ints, near: Ints, ellipses: Ints) -> list[list[tuple[int, int, int]]]:
    """Return the best chains of runs, the best first. No two of them share a run.

    `near`: shape (runs,), how much of the quotation is found near each run.
    """
    if not len(runs):
        return []
    i, j, size = runs.T  # in the order of the source
    worth = size.astype(np.float64)
    link = np.full(len(runs), -1)
    for row in range(1, len(runs)):
        # Runs may overlap a little; the overlap counts once.
        before_i, before_j = i[:row] + size[:row], j[:row] + size[:row]
        overlap = np.maximum(np.maximum(before_i - i[row], before_j - j[row]), 0)
        gap_i, gap_j = i[row] - before_i + overlap, j[row] - before_j + overlap
        skew = np.abs(gap_i - gap_j)
        cost = np.where(skew <= 16, skew / 4, 4 + np.log2(np.maximum(skew, 16) / 16))
        has_ellipsis = ellipses[i[row]] > ellipses[np.minimum(before_i, i[row])]
        cost = np.where(has_ellipsis, np.minimum(cost, 1 + np.log2(1 + skew) / 4), cost)
        gain = worth[:row] + size[row] - overlap - cost - np.minimum(gap_i, gap_j) / 10
        allowed = (overlap < size[row]) & (gap_j <= QUOTATIONS.longest_gap) & (i[row] + size[row] > before_i)
        gain = np.where(allowed, gain, 0)
        best = int(np.argmax(gain))
        if gain[best] > worth[row]:
            worth[row], link[row] = gain[best], best
    chains, used = [], np.zeros(len(runs), bool)
    for end in np.argsort(-(worth + near), kind="stable").tolist():
        chain: list[tuple[int, int, int]] = []
        row = end
        while row >= 0 and not used[row]:
            used[row] = True
            run = (int(i[row]), int(j[row]), int(size[row]))
            if chain:  # of two overlapping runs, the earlier one is shortened
                excess = max(run[0] + run[2] - chain[-1][0], run[1] + run[2] - chain[-1][1], 0)
                run = (run[0], run[1], run[2] - excess)
            if run[2] > 0:
                chain.append(run)
            row = int(link[row])
        if row < 0:  # else the chain is part of a better one
            chains.append(chain[::-1])
        if len(chains) == _CHAINS:
            break
    return chains
