"""Stores parsed documents, in `documents/ID.parts`, so that a long document is cited without parsing it again.

The file is JSON. `order` has a letter for each block: section, passage or non-body (m). Three lists hold the fields of
the blocks, which refer to a section by its number. Metadata is not stored, because a person may change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.document import Block, Document, NonBody, ParserWarning, Passage, Section, Span
from corpus.errors import IndexCorrupt
from corpus.message import Message
from corpus.parse import add_metadata
from corpus.source import Source
from index import index_messages
from index.atomic_files import write_atomically
from index.manifest import FileRecord, check_file, rebuild, record_of
from index.storage.sources import DOCUMENTS


def keep(folder: Path, identity: str, document: Document) -> dict[str, FileRecord]:
    """Store a parsed document; return its file by the name relative to the index folder. Raises OSError."""
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
    }
    written = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    write_atomically(folder / _name(identity), written)
    return {_name(identity): record_of(written)}


def read(folder: Path, identity: str, source: Source, files: dict[str, FileRecord]) -> Document:
    """Return the parsed document of a source; equal to the result of `parse_source`.

    `files`: the manifest's. Raises IndexCorrupt if the file is missing or altered.
    """
    name = _name(identity)
    try:
        check_file(folder, name, files[name], whole=True)
        found = json.loads((folder / name).read_bytes().decode("utf-8", "surrogatepass"))
        warnings = tuple(
            ParserWarning(Span(start, end), Message(zh=zh, en=en)) for start, end, zh, en in found["doubts"]
        )
        blocks, pages = tuple(_blocks(found)), tuple(found["pages"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError) as error:
        message = index_messages.CANNOT_BE_READ
        raise IndexCorrupt(message.format(path=folder / name, reason=error, remedy=rebuild(folder))) from error
    return add_metadata(
        Document(source.name, source.text, source.sha256, blocks, warnings=warnings, pages=pages), source
    )


def _blocks(found: dict[str, Any]) -> Iterator[Block]:
    sections: list[Section] = []
    waiting = {"s": iter(found["sections"]), "p": iter(found["passages"]), "m": iter(found["matter"])}
    for letter in found["order"]:
        match letter, next(waiting[letter]):
            case "s", [label, title, level, parent, is_run_in]:
                around = None if parent is None else sections[parent]
                sections.append(Section(label, title and Span(*title), level, around, is_run_in))
                yield sections[-1]
            case "p", [name, edges, ends, section, paragraph]:
                spans = tuple(map(Span, edges[::2], edges[1::2]))
                yield Passage(name, spans, tuple(ends), sections[section], paragraph)
            case "m", [start, end, kind]:
                yield NonBody(Span(start, end), kind)
            case _:
                raise ValueError("a block lacks a field")


def _name(identity: str) -> str:
    return f"{DOCUMENTS}/{identity}.parts"
