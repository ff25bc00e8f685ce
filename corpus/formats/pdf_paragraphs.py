"""Finds the paragraphs of a PDF.

A line continues its paragraph if its first word had no room on the line before and no gap or indent sets it apart.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from corpus.corpus_settings import PDF
from corpus.formats.pdf_lines import HYPHEN, VisualLine, usual_size
from corpus.formats.pdf_tags import TaggedBlock
from corpus.grammar import line_types
from corpus.text.fold import fold
from corpus.text.scripts import has_wide

_NO_START = "，。、；：？！”’）》】〉」』…—,.;:?!)]}%％"
"""Characters that do not begin a line; the character before them moves with them."""
_NEVER_FIRST = "，。、；：？！）》】〉」』％"
"""Those of them that do not begin a paragraph either."""
_NO_END = "（《【〈「『“‘([{"
_ENDS = re.compile(r"[。！？；：.!?;:…][”’」』）)]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    rows: tuple[VisualLine, ...]
    after_gap: bool
    """A gap precedes it."""

    @property
    def cells(self) -> list[list[str]]:
        """The rows of a table of the structure tree with their cells; empty for what is no table."""
        if not (self.rows[0].block and self.rows[0].block.kind == "cell"):
            return []
        table: list[list[Paragraph]] = []
        for _, row in groupby(self.rows, key=lambda line: line.block and line.block.row):
            cells = groupby(row, key=lambda line: line.block and line.block.order)
            table.append([Paragraph(tuple(lines), after_gap=False) for _, lines in cells])
        return _in_columns(table)

    @property
    def is_set_out(self) -> bool:
        """Each line is in parts that stand apart: a list, fields of a form, what is too short for a table."""
        return len(self.rows) > 1 and all("\t" in row.text for row in self.rows)

    @property
    def text(self) -> str:
        """The lines joined: with a blank between two alphabetic words, without the hyphen of a word that was cut."""
        parts = [self.rows[0].text]
        for row in self.rows[1:]:
            parts[-1] = parts[-1].rstrip()
            a, b = parts[-1][-1:], row.text.lstrip()[:1]
            glued = has_wide(a) or has_wide(b) or a in ("-", HYPHEN)
            parts[-1] = parts[-1].removesuffix(HYPHEN)
            parts += [*([] if glued else [" "]), row.text.lstrip()]
        return "".join(parts).replace(HYPHEN, "-")


def _in_columns(table: Sequence[Sequence[Paragraph]]) -> list[list[str]]:
    """Return the texts of the cells, each in its column; the structure tree leaves out empty ones.

    A cell goes to the column of which it covers most, or that is nearest. Nothing if two are in one column.
    """
    edges = [[(min(r.left for r in cell.rows), max(r.right for r in cell.rows)) for cell in row] for row in table]
    width = max(map(len, edges))
    if all(len(row) == width for row in edges):
        return [[cell.text for cell in row] for row in table]
    full = [row for row in edges if len(row) == width]
    columns = [(min(row[at][0] for row in full), max(row[at][1] for row in full)) for at in range(width)]
    out: list[list[str]] = []
    for row, cells in zip(edges, table, strict=True):
        places = [
            max(range(width), key=lambda at: min(right, columns[at][1]) - max(left, columns[at][0]))
            for left, right in row
        ]
        if len(set(places)) < len(places):
            return []
        texts = dict(zip(places, cells, strict=True))
        out.append([texts[at].text if at in texts else "" for at in range(width)])
    return out


class Typesetting:
    """The typesetting of a document: margins, line spacing, and whether paragraphs are indented."""

    def __init__(self, pages: Sequence[Sequence[VisualLine]]) -> None:
        rows = [row for page in pages for row in page if row.table is None]
        self._tagged_headings = any(row.block and row.block.level for row in rows)
        self._size = usual_size(rows)
        self.sizes = self._large(rows)
        columns = {row.column for row in rows}
        self._left = {column: self._left_edge([row for row in rows if row.column == column]) for column in columns}
        narrow = [row for row in rows if not self._is_across(row)]
        self._right = {column: self._right_edge([row for row in narrow if row.column == column]) for column in columns}
        pairs = [
            (above, below)
            for page in pages
            for above, below in pairwise(page)
            if above.column == below.column and not above.table and not below.table
        ]
        steps = [above.base - below.base for above, below in pairs if above.base > below.base]
        full = [
            above.base - below.base for above, below in pairs if above.base > below.base and self._is_full(above, below)
        ]
        self._step = statistics.median(full or steps or [0.0])
        long = 0.6 * statistics.median([len(row.text) for row in rows] or [0])  # short lines are often headings
        opens = [below for above, below in pairs if not self._is_full(above, below) and len(below.text) > long]
        self._indented = sum(self._indent(row) >= PDF.indent for row in opens) >= 0.4 * max(len(opens), 1)
        indents = [indent for row in opens if PDF.indent <= (indent := self._indent(row)) < PDF.first_line]
        self._first_indent = statistics.median(indents or [0.0])
        ends = [pair for pair in pairs if self._shortfall(pair[0]) > PDF.far_short]
        marks = sum(self._is_marked(*pair) for pair in ends)
        self._marked = len(ends) >= PDF.margin_lines and marks >= PDF.marked * len(ends)
        """An indent or a gap marks each new paragraph, so that a line need not be full to be continued."""

    def paragraphs(self, rows: Sequence[VisualLine]) -> list[Paragraph]:
        """Return the paragraphs of a page."""
        paragraphs: list[Paragraph] = []
        group: list[VisualLine] = []
        gap = False
        for row in rows:
            if group:
                apart = self._is_apart(group[-1], row) or bool(row.table or group[-1].table)
                if self._belongs(group, row, apart):
                    group.append(row)
                    continue
                paragraphs.append(Paragraph(tuple(group), gap))
                gap = apart
            group = [row]
        if group:
            paragraphs.append(Paragraph(tuple(group), gap))
        return paragraphs

    def _belongs(self, group: Sequence[VisualLine], following: VisualLine, apart: bool) -> bool:
        """Return whether a line continues the paragraph, or the table, of the lines before it."""
        row = group[-1]
        if row.table or following.table:
            return False
        if row.block or following.block:
            return row.block is following.block or _same_table(row.block, following.block)
        table = "\t" in row.text and "\t" in following.text
        title = round(following.size, 1) == round(row.size, 1) in self.sizes
        return (
            following.column == row.column
            and not apart
            and (table or title or self._continues(group[0], row, following))
        )

    def level(self, paragraph: Paragraph) -> int:
        """Return the level of a heading, which is larger than the text; 0 for other paragraphs."""
        block = paragraph.rows[0].block
        if block and (block.level or self._tagged_headings):
            return block.level
        size = round(paragraph.rows[0].size, 1)
        words = paragraph.text.strip()
        if size not in self.sizes or len(words) > PDF.longest_heading or words[-1:] in "。；，、,;":
            return 0
        return self.sizes.index(size) + 1

    def goes_on(self, last: VisualLine, first: VisualLine) -> bool:
        """Return whether the paragraph that ends with `last` continues with `first` on the next page or column."""
        if first.block:
            return first.block.begins_before and last.block is not None and last.block.goes_on
        return self._continues(last, last, first)

    def _continues(self, first: VisualLine, row: VisualLine, following: VisualLine) -> bool:
        if "\t" in row.text or "\t" in following.text:
            return False
        if abs(row.size - following.size) > PDF.size_difference * max(row.size, following.size):
            return False
        new_column = row.column != following.column
        offset = self._indent(following) - (0.0 if new_column else self._indent(row))
        if following.base > row.base:  # on a new page or in a new column, where a line is indented against the margin
            offset = self._indent(following) if self._indent(row) < PDF.indent else offset
        if offset >= PDF.indent:
            return self._hangs(row, offset) and self._is_full(row, following)
        if offset > -PDF.indent and self._indent(following) >= PDF.indent:
            return self._fills_block(first, row, following)
        ended = _ENDS.search(row.text.rstrip()) and _opens(following.text)
        if ended and (not self._indented or offset <= -PDF.indent):
            return False
        is_open = self._indented and not _ENDS.search(row.text.rstrip())
        is_large = {round(row.size, 1), round(following.size, 1)} & set(self.sizes)
        marked = ((self._marked and not ended) or is_open) and not is_large
        is_near = marked and self._shortfall(row) < PDF.far_short and not self._is_centred(row)
        return is_near or self._is_full(row, following)

    def _hangs(self, row: VisualLine, offset: float) -> bool:
        """Return whether the lines below a number are set in."""
        return offset < PDF.hanging and _opens(row.text)

    def _is_first_line(self, row: VisualLine) -> bool:
        """Return whether a line is set in as the first lines of paragraphs are."""
        return abs(self._indent(row) - self._first_indent) < 0.25

    def _fills_block(self, first: VisualLine, row: VisualLine, following: VisualLine) -> bool:
        """Return whether a line fills a block that is set in at the left, or at both sides alike.

        `first`: the first line of the paragraph so far.
        """
        ends = bool(_ENDS.search(row.text.rstrip()))
        if ends and (_opens(following.text) or (self._indented and self._is_first_line(following))):
            return False
        if self._is_full(row, following):
            return True
        inset = row.left - self._left[row.column]
        if ends and first.left < row.left - PDF.indent * row.size:
            return False  # the last line of an item, before a line that is set in as far
        reaches = row.right <= self._margin(row) - inset + 1.2 * row.size  # punctuation may hang
        return reaches and self._is_full(row, following, inset=inset)

    def _is_centred(self, row: VisualLine) -> bool:
        """Return whether a line stands as far from the left margin as from the right one."""
        if self._indented and self._is_first_line(row):
            return False
        left, right = row.left - self._left[row.column], self._margin(row) - row.right
        return min(left, right) >= PDF.indent * row.size and abs(left - right) < row.size

    def _margin(self, row: VisualLine) -> float:
        """Return the right margin of a line; of one across columns, that of the last of them."""
        return max(self._right.values()) if self._is_across(row) else self._right[row.column]

    def _shortfall(self, row: VisualLine) -> float:
        """Return how far a line ends before its right margin, as a share of its column."""
        margin = self._margin(row)
        return (margin - row.right) / max(margin - self._left[row.column], row.size)

    def _is_marked(self, row: VisualLine, following: VisualLine) -> bool:
        """Return whether more than the end of a line shows that a paragraph begins after it."""
        other = abs(row.size - following.size) > PDF.size_difference * max(row.size, following.size)
        return other or self._is_apart(row, following) or self._indent(following) >= PDF.indent

    def _is_apart(self, row: VisualLine, following: VisualLine) -> bool:
        step = self._step * max(row.size / (self._size or row.size), 1.0)
        return row.column == following.column and row.base - following.base > PDF.paragraph_gap * step > 0

    def _indent(self, row: VisualLine) -> float:
        return (row.left - self._left[row.column]) / row.size

    def _is_across(self, row: VisualLine) -> bool:
        """Return whether a line reaches into the column to the right of its own."""
        beside = self._left.get(row.column + 1)
        return beside is not None and row.right > beside

    def _is_full(self, row: VisualLine, following: VisualLine, *, inset: float = 0.0) -> bool:
        """Return whether the first word of `following` had no room at the end of `row`.

        `inset`: how far before the margin its block ends.
        """
        right = self._margin(row) - inset
        text = following.text.strip()
        if not text:
            return False
        if text[0] in _NEVER_FIRST or row.text.endswith(HYPHEN):
            return True
        if has_wide(text[0]):
            count = 1
            while count < min(len(text), 4) and (text[count] in _NO_START or text[count - 1] in _NO_END):
                count += 1
            # Spaced text takes more than an em for each character.
            characters = len("".join(row.text.split()))
            need = count * max(row.size, (row.right - row.left) / characters if characters >= PDF.spaced_line else 0.0)
        else:
            word = re.match(r"[^\s\u2e80-\uffef]+", text)
            letters = word.end() if word else 1
            need = (following.right - following.left) * letters / len(text) * 1.15 + 0.25 * row.size
        if row.text[-1:].isspace():
            need += 0.3 * row.size
        return row.right + need > right + 0.01 * row.size

    @staticmethod
    def _large(rows: Sequence[VisualLine]) -> list[float]:
        """Return the font sizes clearly larger than the text's, largest first; none if much of the text has them."""
        lengths: Counter[float] = Counter()
        for row in rows:
            lengths[round(row.size, 1)] += len(row.text)
        if not lengths:
            return []
        body = max(lengths, key=lambda size: lengths[size])
        large = sorted((size for size in lengths if size >= PDF.large * body), reverse=True)
        few = sum(lengths[size] for size in large) <= PDF.large_share * sum(lengths.values())
        return large[: PDF.heading_levels] if few else []

    @staticmethod
    def _left_edge(rows: Sequence[VisualLine]) -> float:
        """Return the left margin: the leftmost x at which two lines begin."""
        places = sorted(row.left for row in rows)
        size = statistics.median(row.size for row in rows) if rows else 0.0
        return next((a for a, b in pairwise(places) if b - a < size), places[0] if places else 0.0)

    @staticmethod
    def _right_edge(rows: Sequence[VisualLine]) -> float:
        """Return the right margin. In justified text it is where most lines end, and punctuation may hang beyond it."""
        if not rows:
            return 0.0
        within = [row for row in rows if not _ENDS.search(row.text.rstrip())]  # a last line may end anywhere
        ends = Counter(round(row.right) for row in within or rows)
        most = max(ends.values())
        is_chinese = sum(has_wide(row.text.rstrip()[-1:]) for row in rows) > 0.5 * len(rows)
        if most >= PDF.margin_lines and (is_chinese or most >= PDF.margin_share * len(rows)):
            return float(max(end for end, count in ends.items() if count >= PDF.margin_share * most))
        places = sorted((row.right for row in rows), reverse=True)
        size = statistics.median(row.size for row in rows)
        return next((a for a, b in pairwise(places) if a - b < 1.2 * size), places[0])


def _same_table(one: TaggedBlock | None, other: TaggedBlock | None) -> bool:
    return one is not None and other is not None and one.kind == other.kind == "cell" and one.row[0] == other.row[0]


def _opens(text: str) -> bool:
    folded = fold(text.strip(), spread=False).text
    return line_types.opens_with_enumerator(folded) or line_types.is_apart(folded)
