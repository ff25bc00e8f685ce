"""The characters of a PDF page as PDFium gives them, turned upright, without what is stamped across the text.

Pages may be turned by their own entry, or their text by its matrix: text runs in the direction of most characters.
What runs in another one, and faint text that stands at one place of several pages, is a mark on the page and no text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import HYPHEN, Glyph, Page, VisualLine, read_page, tagged_rows
from corpus.formats.pdf_rules import Rules
from corpus.formats.pdf_tables import take_tables
from corpus.formats.pdf_tags import TaggedBlock
from corpus.text.scripts import has_wide


class RawGlyph(NamedTuple):
    """A character in the coordinates of the file, in points. A tuple, because a book has millions."""

    character: str
    box: tuple[float, float, float, float]
    """Left, bottom, right, top."""
    origin: tuple[float, float]
    size: float
    angle: float
    """Degrees, anticlockwise."""
    generated: bool
    """PDFium inserted it where letters stand apart."""
    is_faint: bool
    block: TaggedBlock | None = None
    """What the structure tree of the page says that it is in."""

    def turned(self, angle: int) -> Glyph:
        """Return the character on a page that is turned so that text of this direction is upright."""
        left, bottom, right, top = self.box
        x, y = self.origin
        if angle == 90:
            left, right, base = bottom, top, -x
        elif angle == 180:
            left, right, base = -right, -left, -y
        elif angle == 270:
            left, right, base = -top, -bottom, x
        else:
            base = y
        return Glyph(self.character, left, right, base, self.size, self.generated, self.block)

    def laid_down(self) -> Glyph:
        """Return the character of a vertical line as one of a horizontal line: the rightmost line becomes the first."""
        left, bottom, right, top = self.box
        return Glyph(self.character, -top, -bottom, (left + right) / 2, self.size, self.generated, self.block)


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """A page that is read, or, with faint characters, still to read when it is known which are a watermark."""

    page: Page
    waiting: tuple[tuple[Glyph, bool], ...]
    """All characters with whether they are faint; empty if the page is read."""
    rules: Rules | None = None
    """Of a page that is still to read; None if no tables are looked for."""

    @classmethod
    def of(cls, raw: Sequence[RawGlyph], rules: Rules | None = None) -> PageGlyphs:
        """`raw`: the characters in the order of the file. `rules`: of the page as the file has it."""
        if _is_vertical(raw):
            return cls(_with_rows(Page(()), (one.laid_down() for one in raw if not one.generated)), ())
        directions = Counter(round(one.angle / 90) * 90 % 360 for one in raw if not one.generated)
        angle = max(directions, key=lambda one: directions[one], default=0)
        marks: list[str] = []
        upright: list[tuple[Glyph, bool]] = []
        for is_upright, some in groupby(_with_directions(raw), lambda one: _apart(one[1], angle) <= PDF.slant):
            if is_upright:
                upright += [(one.turned(angle), one.is_faint) for one, _ in some]
            else:
                marks.append("".join(one.character for one, _ in some).replace(HYPHEN, "-"))
        page = Page((), tuple(marks))
        if any(is_faint for _, is_faint in upright):
            return cls(page, tuple(upright), rules if angle == 0 else None)
        return cls(_with_rows(page, (glyph for glyph, _ in upright), rules if angle == 0 else None), ())


def _is_vertical(raw: Sequence[RawGlyph]) -> bool:
    """Return whether most Chinese characters of a page stand below the one before them."""
    wide = [one for one in raw if has_wide(one.character)]
    steps = [
        (abs(after.box[0] - before.box[0]) / after.size, (before.origin[1] - after.origin[1]) / after.size)
        for before, after in pairwise(wide)
        if after.size
    ]
    below = sum(across < 0.5 and 0.5 < down < 2.5 for across, down in steps)
    return below >= PDF.vertical_steps and below > PDF.vertical_share * len(steps)


def without_watermarks(pages: Sequence[PageGlyphs]) -> Iterator[Page]:
    """Yield all pages. Faint text is a mark if it stands at the same place of several pages."""
    places = Counter(place for one in pages for place in {_place(run) for run in _faint(one.waiting)})
    least = max(PDF.running_head_pages, PDF.running_head_share * len(pages))
    for one in pages:
        if one.waiting:
            stamped = [run for run in _faint(one.waiting) if places[_place(run)] >= least]
            left_out = {id(glyph) for run in stamped for glyph in run}
            marks = (*one.page.marks, *("".join(glyph.character for glyph in run) for run in stamped))
            kept = (glyph for glyph, _ in one.waiting if id(glyph) not in left_out)
            yield _with_rows(Page((), marks), kept, one.rules)
        else:
            yield one.page


def _faint(glyphs: Iterable[tuple[Glyph, bool]]) -> Iterator[list[Glyph]]:
    """Yield the faint characters, those of one line and size together."""
    for (is_faint, *_), run in groupby(glyphs, key=lambda one: (one[1], round(one[0].base), one[0].size)):
        if is_faint:
            yield [glyph for glyph, _ in run]


def _place(run: Sequence[Glyph]) -> tuple[str, int, int]:
    return "".join(glyph.character for glyph in run), round(run[0].left), round(run[0].base)


def _with_directions(raw: Sequence[RawGlyph]) -> Iterator[tuple[RawGlyph, float]]:
    """Yield each character with its direction; one that PDFium inserted has that of the character before it."""
    angle = 0.0
    for one in raw:
        angle = angle if one.generated else one.angle
        yield one, angle


def _apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def _with_rows(page: Page, glyphs: Iterable[Glyph], rules: Rules | None = None) -> Page:
    """Return a page with its lines. `rules`: None for a vertical page, on which no tables are looked for."""
    every = list(glyphs)
    tables, rest = take_tables(every, rules) if rules is not None else ([], every)
    seen = read_page(rest, [replace(table, block=None) for table in tables])
    return replace(seen, marks=page.marks, tagged=tuple(tagged_rows(every, _whole(tables, rest))))


def _whole(tables: Iterable[VisualLine], rest: Iterable[Glyph]) -> list[VisualLine]:
    """Return the tables that the structure tree knows as well, with nothing of them outside."""
    outside = {glyph.block.row[0] for glyph in rest if glyph.block and glyph.block.kind == "cell"}
    return [table for table in tables if table.block and table.block.row[0] not in outside]
