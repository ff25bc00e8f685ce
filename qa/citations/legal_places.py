"""The place of a passage in a law: article, paragraph and item (第2条第3款第1项)."""

from __future__ import annotations

import re

from corpus.document import Document, Passage, Section
from corpus.grammar.enumerators import Enumerator, enumerator_of, heading_enumerator
from corpus.text.fold import fold
from qa.citations.excerpt import Excerpt

_ITEMS = frozenset(("(一)", "(1)", "1.", "①"))
_REVISED = re.compile(r"(?P<year>\d{4})\s*年(?:(?!\d{4}\s*年).)*?(?P<how>修正|修订|修訂)")


def legal_place(document: Document, passage: Passage | Excerpt) -> str:
    """Return `第2条第3款第1项`; empty if the passage is in no article.

    As lawyers count, the items of a list belong to the paragraph (款) before them. An article of one paragraph has no
    款 in its citations.
    """
    path = passage.section.path
    articles = [
        (section, found)
        for section in path
        if (found := heading_enumerator(section.label)) is not None and found.style == "条"
    ]
    if not articles:
        return ""
    article, number = articles[-1]
    clause, clauses, items = _counted(document, passage, article)
    inside = [one for one in document.passages if article in one.section.path and _holds(passage, one)]
    if len(inside) > 1:  # a unit of several paragraphs: the item that it was made for is not all of it
        items = []
        if sum(_item(document, one) is None for one in inside) > 1:
            clause = 0
    place = f"第{number.number}条" + (f"之{_HAN[number.suffix]}" if number.suffix else "")
    place += f"第{clause}款" if clause and clauses > 1 else ""
    return place + "".join(f"第{item.number}{unit}" for item, unit in zip(items, "项目", strict=False))


def _holds(unit: Passage | Excerpt, one: Passage) -> bool:
    """Return whether words of a passage are quoted."""
    return any(span.start < own.end and own.start < span.end for span in unit.spans for own in one.spans)


_HAN = dict(enumerate("〇一二三四五六七八九十"))


def _counted(document: Document, passage: Passage | Excerpt, article: Section) -> tuple[int, int, list[Enumerator]]:
    """Return the passage's paragraph in the article, how many the article has, and the items around it."""
    clause = clauses = 0
    items: list[Enumerator] = []
    for one in document.passages:
        if article not in one.section.path:
            continue
        item = _item(document, one)
        clauses += item is None
        if clause:
            continue
        if item is None:
            items = []
        else:
            outer = next((row for row, known in enumerate(items) if known.style == item.style), len(items))
            items = [*items[:outer], item]
        if one.id == passage.id:
            clause = clauses
    return clause, clauses, items


def _item(document: Document, passage: Passage) -> Enumerator | None:
    found = enumerator_of(fold(document.quote(passage.spans[:1]).lstrip(), spread=False).text)
    return found if found and found.style in _ITEMS else None


def revision(statement: str) -> str:
    """Return （2021年修正） for a statement that names the last revision; empty for others."""
    years = [f"（{match['year']}年{match['how']}）" for match in _REVISED.finditer(statement)]
    return years[-1] if years else ""
