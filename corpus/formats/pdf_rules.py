"""Finds the rules of a PDF page: horizontal and vertical lines, and the edges of rectangles."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.corpus_settings import PDF


@dataclass(frozen=True, slots=True)
class Rule:
    """A line from one place to another, in points."""

    at: float
    """y of a horizontal line, x of a vertical one."""
    start: float
    end: float

    def covers(self, start: float, end: float) -> float:
        """Return the share of a stretch that lies on the line."""
        return max(0.0, min(self.end, end) - max(self.start, start)) / max(end - start, 1e-9)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page. What lies on one line and touches is one."""

    horizontal: tuple[Rule, ...] = ()
    """From the top of the page down."""
    vertical: tuple[Rule, ...] = ()
    """From left to right."""


def page_rules(page: pypdfium2.PdfPage) -> Rules:
    """Return the rules of a page; none of one with more lines than a table has."""
    across: list[Rule] = []
    down: list[Rule] = []
    for count, ((x, y), (u, v)) in enumerate(_segments(page)):
        if count >= PDF.most_rules:
            return Rules()
        if abs(y - v) < PDF.rule_slant and abs(x - u) > PDF.rule_slant:
            across.append(Rule((y + v) / 2, min(x, u), max(x, u)))
        elif abs(x - u) < PDF.rule_slant and abs(y - v) > PDF.rule_slant:
            down.append(Rule((x + u) / 2, min(y, v), max(y, v)))
    return Rules(tuple(reversed(_merged(across))), tuple(_merged(down)))


_Point = tuple[float, float]
_Matrix = tuple[float, float, float, float, float, float]


def _segments(page: pypdfium2.PdfPage) -> Iterator[tuple[_Point, _Point]]:
    """Yield the straight parts of the paths that are drawn."""
    for one in page.get_objects([pdfium.FPDF_PAGEOBJ_PATH], max_depth=PDF.form_depth):
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(one.raw, mode, stroke)
        if not (mode.value or stroke.value):
            continue
        matrix = one.get_matrix().get()
        container = one.container
        while container is not None:
            matrix = _times(matrix, container.get_matrix().get())
            container = container.container
        yield from _of_path(one.raw, matrix)


def _of_path(path: pdfium.FPDF_PAGEOBJECT, matrix: _Matrix) -> Iterator[tuple[_Point, _Point]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    first = last = (0.0, 0.0)
    for number in range(min(pdfium.FPDFPath_CountSegments(path), PDF.most_rules)):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = matrix
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield last, point
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield last, first
            last = first


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules in ascending order; those that lie on one line and touch are one."""
    levels: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda one: one.at):
        if levels and rule.at - levels[-1][0].at <= PDF.rule_width:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    out: list[Rule] = []
    for level in levels:
        at = sum(rule.at for rule in level) / len(level)
        own: list[Rule] = []
        for rule in sorted(level, key=lambda one: one.start):
            if own and rule.start <= own[-1].end + PDF.rule_width:
                own[-1] = Rule(at, own[-1].start, max(own[-1].end, rule.end))
            else:
                own.append(Rule(at, rule.start, rule.end))
        out += own
    return out
