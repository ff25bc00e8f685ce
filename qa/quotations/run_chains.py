"""Chains runs of equal characters in the order of the quotation and the source; skipped characters cost."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qa.qa_settings import QUOTATIONS
from qa.quotations.stream import Ints

Run = tuple[int, int, int]
"""(i, j, length): quotation [i, i + length) equals source [j, j + length)."""

_CHAINS, _CHAINS_OF_LONG = 24, 3
"""The number of chains to align character by character."""


def best_chains(runs: Ints, near: Ints, ellipses: Ints, *, is_short: bool) -> list[list[Run]]:
    """Return the best chains of runs, the best first: more of a short quotation's. No two of them share a run.

    `runs`: shape (runs, 3), in the order of the source. `near`: shape (runs,), how much of the quotation is found near
    each run. `ellipses`: shape (characters of the quotation + 1,), how many ellipses stand before each.
    """
    if not len(runs):
        return []
    i, j, size = runs.T
    worth, link = _linked(runs, ellipses)
    chains, used = [], np.zeros(len(runs), bool)
    for end in np.argsort(-(worth + near), kind="stable").tolist():
        chain: list[Run] = []
        row = end
        while row >= 0 and not used[row]:
            used[row] = True
            run = (int(i[row]), int(j[row]), int(size[row]))
            if chain:  # of two overlapping runs, the earlier one is shortened
                excess = max(run[0] + run[2] - chain[-1][0], run[1] + run[2] - chain[-1][1], 0)
                run = (run[0], run[1], run[2] - excess)
            if run[2] > 0:
                chain.append(run)
            row = link[row]
        if row < 0:  # else the chain is part of a better one
            chains.append(chain[::-1])
        if len(chains) == (_CHAINS if is_short else _CHAINS_OF_LONG):
            break
    return chains


def _linked(runs: Ints, ellipses: Ints) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Return the worth of the best chain that ends with each run, and the run before it there, or -1."""
    i, j, size = np.ascontiguousarray(runs.T)
    end_i, end_j = i + size, j + size
    # All pairs of a run and one before it that is near enough, at once.
    first = np.searchsorted(j, j - QUOTATIONS.longest_gap - size.max())
    counts = np.arange(len(runs)) - first
    row = np.repeat(np.arange(len(runs)), counts)
    before = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    # Runs may overlap a little; the overlap counts once.
    overlap = np.maximum(np.maximum(end_i[before] - i[row], end_j[before] - j[row]), 0)
    allowed = (overlap < size[row]) & (end_i[row] > end_i[before])
    row, before, overlap = row[allowed], before[allowed], overlap[allowed]
    before_i, before_j = end_i[before], end_j[before]
    gap_i, gap_j = i[row] - before_i + overlap, j[row] - before_j + overlap
    skew = np.abs(gap_i - gap_j)
    cost = np.where(skew <= 16, skew / 4, 4 + np.log2(np.maximum(skew, 16) / 16))
    has_ellipsis = ellipses[i[row]] > ellipses[np.minimum(before_i, i[row])]
    cost = np.where(has_ellipsis, np.minimum(cost, 1 + np.log2(1 + skew) / 4), cost)
    gain = size[row] - overlap - cost - np.minimum(gap_i, gap_j) / 10
    # A chain is worth no more than it covers of the quotation.
    allowed = (gap_j <= QUOTATIONS.longest_gap) & (before_i + gain > size[row])
    worth, link = size.astype(np.float64).tolist(), [-1] * len(runs)
    for at, of, more in zip(*(column[allowed].tolist() for column in (row, before, gain)), strict=True):
        if worth[of] + more > worth[at]:
            worth[at], link[at] = worth[of] + more, of
    return np.array(worth), link
