"""What a question names of a table: a row by one of its cells, a column by its head.

The row that it names goes before others: 麦市站 is a cell of one row, and a part of 麦市北站. Vectors and character
pairs of the two are nearly the same, so that only whole cells tell them apart. And the cell that answers stands under
the head that it names, whatever other number in the row looks like an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Document, Passage, Span
from corpus.table_rows import row_of
from corpus.text.normalise import normalised

_REMARK = re.compile(r"[(\[{<（【〔/:：]")
"""What the name of a column ends at: 罚款（万元）."""


def named_rows_first(numbers: Sequence[int], passages: Sequence[tuple[Document, Passage]], question: str) -> list[int]:
    """Return the numbers of passages with the rows of each table in the order of how much of them the question names.

    Rows of a table share the places that they have; equal ones keep their order, and other passages their places.
    `passages`: those with the numbers, in the same order.
    """
    places: dict[int, list[int]] = {}  # by the table's identity: a hash would read all of its cells
    named: dict[int, int] = {}
    for place, (document, passage) in enumerate(passages):
        if row := row_of(document, passage):
            table, line = row
            places.setdefault(id(table), []).append(place)
            cells = (*table.own(line), *table.merged(line)) if line >= table.heads else ()
            named[place] = _named([document.text[cell.start : cell.end] for cell in cells], normalised(question))
    ordered = list(numbers)
    for some in places.values():
        for place, best in zip(some, sorted(some, key=lambda one: -named[one]), strict=True):
            ordered[place] = numbers[best]
    return ordered


def cell_under_named_head(document: Document, passage: Passage, question: str) -> Span | None:
    """Return the cell of a row that stands under the head that the question names: 罚款 in 甲公司罚款多少？

    None for other passages, and where it names no head, or several. A column does not count if the question has the
    row's cell in it: that is by what it knows the row.
    """
    row = row_of(document, passage)
    if row is None or not 0 < row[0].heads <= row[1]:
        return None
    table, line = row
    said, own = normalised(question), table.own(line)
    reached: dict[Span, int] = {}
    for column, cell in enumerate(table.rows[line]):
        if cell not in own or cell is None or _named([document.text[cell.start : cell.end]], said):
            continue
        heads = {head for at in range(table.heads) if (head := table.rows[at][column]) is not None}
        names = (_REMARK.split(document.text[head.start : head.end])[0].strip() for head in heads)
        reached[cell] = max((_named([name], said) for name in names), default=0)
    best = max(reached.values(), default=0)
    found = [cell for cell, length in reached.items() if length == best]
    return found[0] if best and len(found) == 1 else None


def _named(cells: Sequence[str], question: str) -> int:
    """Return how many characters of a normalised question are those of whole cells. One character names nothing."""
    reached: set[int] = set()
    for cell in {" ".join(normalised(one).split()) for one in cells}:
        if len(cell) > 1 and any(map(str.isalnum, cell)):
            # A number or a Latin word counts as a whole one: 12 is no part of 2012.
            before = r"(?<![a-z\d.,])" if cell[0].isascii() else ""
            after = r"(?![a-z\d]|[.,]\d)" if cell[-1].isascii() else ""
            pattern = before + re.escape(cell) + after
            for match in re.finditer(pattern, question):
                reached.update(range(*match.span()))
    return len(reached)
