"""Writes a parsed document as JSON, and reads it again without trust in what wrote it.

An index stores this JSON, so that a long document is cited without parsing it again; the process that parses files
sends it. `order` has a letter for each block: section, passage or non-body (m). Three lists hold the fields of the
blocks, which refer to a section by its number. Metadata is not in it, because a person may change it.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, get_args, get_type_hints

from corpus.corpus_settings import READING
from corpus.document import Block, Document, NonBody, ParserWarning, Passage, Place, Section, Span, Table
from corpus.message import Message
from corpus.parse import add_metadata
from corpus.source import Source

_is_id = re.compile(r"[0-9a-f]{16}").fullmatch
_KINDS = frozenset(get_args(get_type_hints(NonBody)["kind"]))


def dumps(document: Document) -> bytes:
    """Return what was found in a document, in UTF-8."""
    places: dict[int, int] = {}
    order: list[str] = []
    sections: list[list[Any]] = []
    passages: list[list[Any]] = []
    non_body: list[list[Any]] = []
    for block in document.blocks:
        match block:
            case Section():
                order.append("s")
                title = block.title_span and [block.title_span.start, block.title_span.end]
                parent = block.parent and places[id(block.parent)]
                places[id(block)] = len(sections)
                sections.append([block.label, title, block.level, parent, block.is_run_in])
            case Passage():
                order.append("p")
                edges = [edge for span in block.spans for edge in (span.start, span.end)]
                passages.append([block.id, edges, block.ends, places[id(block.section)], block.paragraph])
            case NonBody():
                order.append("m")
                non_body.append([block.span.start, block.span.end, block.kind])
    found = {
        "order": "".join(order),
        "sections": sections,
        "passages": passages,
        "matter": non_body,
        "doubts": [
            [warning.span.start, warning.span.end, warning.message.zh, warning.message.en]
            for warning in document.warnings
        ],
        "pages": document.pages,
        **{name: value for name, value in _format_data(document).items() if value},
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _format_data(document: Document) -> dict[str, Any]:
    """Return what few formats have. It is left out of the JSON where there is nothing, as in the indexes that exist."""
    return {
        "labels": document.page_labels,
        "places": [[place.span.start, place.span.end, place.label] for place in document.places],
        "recognised": [[span.start, span.end] for span in document.recognised],
        "doubtful": [[span.start, span.end] for span in document.doubtful],
        "tables": [
            [table.heads, [[cell and [cell.start, cell.end] for cell in row] for row in table.rows]]
            for table in document.tables
        ],
    }


def loads(data: bytes, source: Source) -> Document:
    """Return the document that `dumps` wrote, with the metadata of its source; equal to the result of `parse_source`.

    Raises ValueError if the data is anything but a document of this text: each position lies inside the text, each
    section stands in one before it. Raises SourceError if the edition of the source does not fit.
    """
    try:
        found = json.loads(data.decode("utf-8", "surrogatepass"))
        size = len(source.text)
        blocks = tuple(_blocks(found, size))
        warnings = tuple(_warning(one, size) for one in found["doubts"])
        pages = tuple(found["pages"])
        labels = tuple(found.get("labels", ()))
        places = tuple(_place(one, size) for one in found.get("places", ()))
        recognised, doubtful = (_disjoint(found.get(name, ()), size) for name in ("recognised", "doubtful"))
        tables = tuple(_table(one, size) for one in found.get("tables", ()))
    except (LookupError, TypeError, RuntimeError) as error:  # RuntimeError: too deep, or a list that is too short
        raise ValueError(f"a field is missing or of another type ({error!r})") from error
    if not _are_numbers(pages) or not all(map(operator.le, (0, *pages), (*pages, size))):
        raise ValueError("the pages do not follow each other in the text")
    if len(labels) not in (0, len(pages)) or not set(map(type, labels)) <= {str}:
        raise ValueError("there are not as many page labels as pages")
    document = Document(
        source.name,
        source.text,
        source.sha256,
        blocks,
        warnings=warnings,
        pages=pages,
        page_labels=labels,
        places=places,
        recognised=recognised,
        doubtful=doubtful,
        tables=tables,
    )
    return add_metadata(document, source)


def _blocks(found: dict[str, Any], size: int) -> Iterator[Block]:
    sections: list[Section] = []
    waiting = {"s": iter(found["sections"]), "p": iter(found["passages"]), "m": iter(found["matter"])}
    for letter in found["order"]:
        fields = next(waiting[letter])
        if letter == "s":
            sections.append(_section(fields, sections, size))
            yield sections[-1]
        elif letter == "p":
            yield _passage(fields, sections, size)
        else:
            yield _non_body(fields, size)
    if any(next(rest, None) is not None for rest in waiting.values()):
        raise ValueError("there are more blocks than the order has")


def _section(fields: Any, sections: list[Section], size: int) -> Section:
    label, title, level, parent, is_run_in = fields
    around = None if parent is None else sections[_index(parent, sections)]
    if type(label) is not str or type(level) is not int or type(is_run_in) is not bool:
        raise TypeError("a field of a section")
    if level != (0 if around is None else around.level + 1):
        raise ValueError(f"level {level} of a section makes no sense")
    if level >= READING.most_levels:
        raise ValueError(f"there are more than {READING.most_levels} sections inside each other")
    return Section(label, None if title is None else _span(*title, size=size), level, around, is_run_in)


def _passage(fields: Any, sections: list[Section], size: int) -> Passage:
    name, edges, ends, section, paragraph = fields
    if not _is_id(name) or not _are_numbers((paragraph, *edges, *ends)):
        raise TypeError("a field of a passage")
    spans = tuple(map(Span, edges[::2], edges[1::2]))
    if len(edges) % 2 or max(edges) > size or not 0 <= paragraph <= size:
        raise ValueError(f"a passage stands outside the text of {size} characters")
    if ends[-1] != sum(map(len, spans)) or not all(map(operator.lt, (0, *ends), ends)):
        raise ValueError("the sentences do not tile their passage")
    return Passage(name, spans, tuple(ends), sections[_index(section, sections)], paragraph)


def _non_body(fields: Any, size: int) -> NonBody:
    start, end, kind = fields
    if kind not in _KINDS:
        raise ValueError(f"there is no kind {kind!r}")
    return NonBody(_span(start, end, size=size), kind)


def _warning(fields: Any, size: int) -> ParserWarning:
    start, end, zh, en = fields
    if type(zh) is not str or type(en) is not str:
        raise TypeError("a field of a warning")
    return ParserWarning(_span(start, end, size=size), Message(zh=zh, en=en))


def _place(fields: Any, size: int) -> Place:
    start, end, label = fields
    if type(label) is not str:
        raise TypeError("a field of a place")
    return Place(_span(start, end, size=size), label)


def _table(fields: Any, size: int) -> Table:
    heads, rows = fields
    if type(heads) is not int or not 0 <= heads <= len(rows):
        raise ValueError("a table has more rows in its head than it has")
    return Table(heads, tuple(tuple(None if cell is None else _span(*cell, size=size) for cell in row) for row in rows))


def _disjoint(fields: Any, size: int) -> tuple[Span, ...]:
    spans = tuple(_span(*edges, size=size) for edges in fields)
    if any(before.end > after.start for before, after in pairwise(spans)):
        raise ValueError("spans overlap")
    return spans


def _span(start: Any, end: Any, *, size: int) -> Span:
    if type(start) is not int or type(end) is not int or end > size:
        raise ValueError(f"a span stands outside the text of {size} characters")
    return Span(start, end)


def _index(value: Any, sections: list[Section]) -> int:
    """Return the number of one of the sections. Python would count a negative one from the end."""
    if type(value) is not int or not 0 <= value < len(sections):
        raise ValueError("a block stands in a section that is not before it")
    return value


def _are_numbers(values: Iterable[Any]) -> bool:
    return set(map(type, values)) <= {int}  # not bool, which Python counts among the numbers
