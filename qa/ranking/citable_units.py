"""Citable units: passages that answer together, because one of them alone says half of something.

A list and what opens it, the paragraphs of an article of a law, a question and its answer, the head of a table and a
row of it. A unit is cited as one of its passages is, and its text is the slices of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.document import Document, Passage, Span, cut
from corpus.table_rows import is_head, over_row, row_of
from qa.qa_settings import UNITS
from qa.ranking.lists import ItemList, Lists
from qa.ranking.question_answer_pairs import Entry, entry_of, is_question
from qa.ranking.surroundings import Surroundings, is_article, own_passage

_FULL_STOPS = "。.!?…"
_FIRST_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class CitableUnit:
    """What is shown and cited as one hit."""

    passage: Passage
    """`id`, `section` and `paragraph` of the passage it was made for, or of the answer if that is a question; the
    `spans` and `ends` of all that belongs to it, in reading order."""
    members: tuple[Passage, ...]
    """The passages that are in it as a whole, in reading order."""


def unit_of(document: Document, passage: Passage) -> CitableUnit | None:
    """Return the citable unit of a passage of the document: often the passage alone.

    Return None for what never answers by itself: a question without an answer, a title, a label of a few letters.
    """
    if row := _row(document, passage):
        return _of_row(document, row)
    passages = Surroundings.of(document, passage)
    lists = Lists(passages)
    at, entry = passages.at, entry_of(passages)
    asks = is_question(passages, at)
    chosen: set[int] = set()
    if entry:
        chosen = _of_entry(passages, lists, entry)
    if asks and chosen <= {at}:
        return None
    if not chosen and is_article(passages.heading) and _is_whole(passages) and _fits(passages, UNITS.article):
        chosen = set(range(passages.first, len(passages)))
    chosen = chosen or _of_lists(passages, lists)
    cited = at
    if asks:
        cited = next((index for index in sorted(chosen) if index > at and not _is_label(passages, index)), at + 1)
    titles = _titles_of_items(passages, lists) if chosen == {at} else ()
    head = _table_head(passages, chosen)
    if len(chosen) == 1 and not titles and not head:
        alone = passages.passages[at]
        return None if _never_answers(passages) or _heads_rows(passages) else CitableUnit(alone, (alone,))
    parts = [(passages.passages[index].spans, passages.passages[index].ends) for index in sorted(chosen)]
    parts[0:0] = [(head, (_length(head),))] if head else []
    parts += [((title,), (len(title),)) for title in titles]
    members = tuple(passages.passages[index] for index in sorted(chosen) if index >= passages.first)
    return CitableUnit(_join(passages.passages[cited], parts), members)


def _row(document: Document, passage: Passage) -> Passage | None:
    """Return the row of a table that a passage is, or that a unit was made for; None for other passages."""
    if not document.tables or document.row_at(passage.spans[-1].start) is None:
        return None
    own = own_passage(document, replace(passage, spans=passage.spans[-1:]))
    return own if row_of(document, own) else None


def _of_row(document: Document, row: Passage) -> CitableUnit | None:
    """Return a row of a table under its head, with the merged cells that cover it. A head never answers by itself."""
    if is_head(document, row):
        return None
    parts = [((span,), (len(span),)) for span in over_row(document, row)]
    return CitableUnit(_join(row, [*parts, (row.spans, row.ends)]), (row,))


def _of_entry(passages: Surroundings, lists: Lists, entry: Entry) -> set[int]:
    """Return the passages of an entry of a FAQ; none if its question is too far from the passage.

    A question that is a heading is left out: the citation names it.
    """
    start, first = max(entry.question, passages.first), entry.question + 1
    if entry.is_sure and passages.size(start, entry.end) <= UNITS.article:
        return set(range(start, entry.end))
    answer = lists.opened_by(first) if first < entry.end else None
    end = min(answer.end if answer else first + 1, entry.end)
    if passages.at < end and passages.size(start, end) <= UNITS.longest:
        return set(range(start, end))
    return set()


def _of_lists(passages: Surroundings, lists: Lists) -> set[int]:
    """Return the passages of the outermost list around that is not too long.

    Of a longer one, its opener and the item, unless the items are sections: a citation names these. A longer list is
    whole only if its opener is the passage asked for.
    """
    at = passages.at
    chosen = {at}
    for found in lists.around(at):
        sections = _is_of_sections(passages, found)
        limit = UNITS.whole_list
        if sections or (found.opener != at and _is_of_sentences(passages, found)):
            limit = UNITS.independent
        elif found.opener == at:
            limit = UNITS.longest
        if passages.size(found.opener, found.end) <= limit:
            chosen = set(range(found.opener, found.end))
        elif found.opener != at and not sections:
            more = chosen | {found.opener, found.item_of(at)}
            if sum(passages.size(index, index + 1) for index in more) <= UNITS.longest:
                chosen = more
    return chosen


def _is_of_sections(passages: Surroundings, found: ItemList) -> bool:
    """Return whether the items have run-in headings, and so are sections of their own."""
    return passages.passages[found.items[0]].section is not passages.passages[found.opener].section


def _is_of_sentences(passages: Surroundings, found: ItemList) -> bool:
    """Return whether each item ends with a full stop, so that none needs the next one."""
    return len(found.items) > 1 and all(_is_sentence(passages, following - 1) for following in found.items[1:])


def _titles_of_items(passages: Surroundings, lists: Lists) -> tuple[Span, ...]:
    """Return the titles of the sections that a passage announces, where these are too long to be shown with it."""
    at = passages.at
    found = lists.opened_by(at)
    spans: tuple[Span, ...] = ()
    if found and _is_of_sections(passages, found):
        spans = tuple(span for item in found.items for span in _title(passages.passages[item]))
    elif at == len(passages) - 1 and lists.announces(at):
        spans = tuple(section.title_span for section in passages.subsections() if section.title_span)
    return spans if _length(spans) <= UNITS.whole_list else ()


def _title(item: Passage) -> tuple[Span, ...]:
    """Return the run-in heading that an item opens with, or its first sentence if it has none."""
    title = item.section.title_span
    if item.section.is_run_in and title and item.paragraph == 1 and title.end <= item.spans[0].end:
        return (title,)
    return cut(item.spans, 0, item.ends[0])


def _table_head(passages: Surroundings, chosen: set[int]) -> tuple[Span, ...]:
    """Return the first row of the table whose rows go on in the passage; none if it is no table or has it already."""
    at = head = passages.at
    columns = _columns(passages, at)
    while columns and head > passages.first and _columns(passages, head - 1) == columns:
        head -= 1
    if head == at or head in chosen:
        return ()
    spans = passages.passages[head].spans
    row = _FIRST_LINE.match(passages.quote(head))
    return cut(spans, *row.span()) if row else ()


def _columns(passages: Surroundings, index: int) -> int:
    """Return how many columns the rows in a passage have; 0 if it is no part of a table.

    Readers of formats write a table with a tab between its cells, Markdown has bars. A single row of two cells is no
    evidence, unless it has a place on a sheet: a number and the text after it look alike.
    """
    rows = passages.quote(index).splitlines()
    is_sure = len(rows) > 1 or bool(passages.document.places_of(passages.passages[index].spans))
    for divider in ("\t", "|"):
        counts = {row.count(divider) for row in rows}
        if len(counts) == 1 and (count := counts.pop()) >= (1 if is_sure else 2):
            return count + 1 if passages.marker(index) is None else 0
    return 0


def _heads_rows(passages: Surroundings) -> bool:
    """Return whether a passage is the head of a table on a sheet, which is cited with each of its rows."""
    at, columns = passages.at, _columns(passages, passages.at)
    document, passage = passages.document, passages.passages[at]
    if not columns or not document.places_of(passage.spans) or at + 1 >= len(passages):
        return False
    is_first = at == passages.first or _columns(passages, at - 1) != columns
    has_data = any(cell[:1].isdigit() for cell in passages.quote(at).split("\t"))
    return is_first and not has_data and _columns(passages, at + 1) == columns


def _is_whole(passages: Surroundings) -> bool:
    return passages.is_start and passages.is_end


def _fits(passages: Surroundings, limit: int) -> bool:
    return passages.size(passages.first, len(passages)) <= limit


def _never_answers(passages: Surroundings) -> bool:
    """Return whether a passage that belongs to no other is a title, or a label that heads nothing."""
    passage = passages.passages[passages.at]
    if not passage.paragraph:  # a title block with more than the title has a date or a name
        title = passage.section.title_span
        is_title = title is not None and title.start <= passage.spans[0].start and passage.spans[-1].end <= title.end
        return is_title and len(passages.document.passages) > 1 and not _is_sentence(passages, passages.at)
    is_alone = passages.first == len(passages) - 1 and _is_whole(passages) and passages.heading.parent is not None
    return _is_label(passages, passages.at) and not is_alone


def _is_label(passages: Surroundings, index: int) -> bool:
    if passages.size(index, index + 1) > UNITS.scrap:
        return False
    return sum(map(str.isalpha, passages.quote(index))) <= UNITS.label and not _is_sentence(passages, index)


def _is_sentence(passages: Surroundings, index: int) -> bool:
    return passages.last_character(index) in _FULL_STOPS


def _join(passage: Passage, parts: Iterable[tuple[tuple[Span, ...], tuple[int, ...]]]) -> Passage:
    """Return a passage with the spans and the ends of sentences of several parts."""
    spans: list[Span] = []
    ends: list[int] = []
    for part, part_ends in parts:
        length = _length(spans)
        spans += part
        ends += [length + end for end in part_ends]
    return replace(passage, spans=tuple(spans), ends=tuple(ends))


def _length(spans: Iterable[Span]) -> int:
    return sum(map(len, spans))
