"""Writes kept excerpts as files: Word and Markdown with footnotes, and records that programs import.

A record is one work, with all of its quotes in its notes: a list of references names a work once, and a program that
imports a record a quote would hold as many copies of the work.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from corpus.document import Document
from qa import qa_messages
from qa.citations import records
from qa.citations.excerpt import Excerpt
from qa.citations.forms import RECORDS, quote_in_markdown, quote_on_lines, reference_alone, work_title
from qa.citations.markdown_quote import escape_markdown, left_out, uncarriable
from qa.citations.reference import Reference, place, refer
from qa.output.docx_export import QUOTE_STYLE, set_up
from qa.output.docx_footnotes import add_footnote

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {"docx": "docx", "markdown": "md", "bibtex": "bib", "ris": "ris", "csl-json": "json"}
)
"""The formats of a file of excerpts, each with the end of its name."""


@dataclass(frozen=True, slots=True)
class KeptExcerpt:
    """An excerpt and what the reader added to it."""

    document: Document
    excerpt: Excerpt
    note: str
    """The reader's own words; may be empty."""
    question: str
    """The question whose answer it is from; may be empty."""


def excerpts_file(kept: Sequence[KeptExcerpt], format: str, form: str, *, on: datetime.date | None = None) -> bytes:
    """Return a file of excerpts. `form`: that of the citations in the footnotes; our own one for a form of records.

    `on`: the day of the export, by default today. Raises KeyError for a format that `EXTENSIONS` lacks.
    """
    form = "own" if form in RECORDS else form
    writers: Mapping[str, Callable[[], bytes]] = {
        "docx": lambda: _docx(kept, form, on or datetime.date.today()),
        "markdown": lambda: _markdown(kept, form, on or datetime.date.today()).encode(),
        "bibtex": lambda: "\n\n".join(records.bibtex(*one) for one in _records(kept)).encode() + b"\n",
        "ris": lambda: "\n\n".join(records.ris(*one) for one in _records(kept)).encode() + b"\n",
        "csl-json": lambda: _csl_json(kept).encode(),
    }
    return writers[format]()


def _works(kept: Sequence[KeptExcerpt]) -> list[list[KeptExcerpt]]:
    """Return the excerpts by work, in the order in which the works first appear."""
    works: dict[tuple[str, int], list[KeptExcerpt]] = {}
    for one in kept:
        works.setdefault((one.document.name, id(one.excerpt.section.work)), []).append(one)
    return list(works.values())


def _records(kept: Sequence[KeptExcerpt]) -> list[tuple[Reference, list[str]]]:
    """Return the reference of each work as a whole, with its quotes: each with its place and the reader's note."""
    return [(_of_work(of_work[0]), [_quote_with_place(one) for one in of_work]) for of_work in _works(kept)]


def _of_work(one: KeptExcerpt) -> Reference:
    """Return a reference without a place; its key is made from the first passage of the work."""
    work = one.excerpt.section.work
    first = next((passage.id for passage in one.document.passages if passage.section.work is work), one.excerpt.id)
    whole = replace(one.excerpt, id=first, section=work, paragraph=None, last_paragraph=None)
    return replace(refer(one.document, whole), lines=(), page=None, printed_page=None, places=())


def _quote_with_place(one: KeptExcerpt) -> str:
    lines = [quote_on_lines(one.document, one.excerpt), f"—— {place(refer(one.document, one.excerpt))}"]
    return "\n".join((*lines, _noted(one.note)) if one.note.strip() else lines)


def _noted(note: str) -> str:
    return f"{qa_messages.OWN_NOTE.bilingual}: {_carried(note)}"


def _csl_json(kept: Sequence[KeptExcerpt]) -> str:
    return json.dumps([records.csl_item(*one) for one in _records(kept)], ensure_ascii=False, indent=2) + "\n"


def _exported(on: datetime.date) -> str:
    return f"{qa_messages.EXPORTED_ON.bilingual}: {on.isoformat()}"


def _carried(text: str) -> str:
    """Return words that are no quote without the characters that a file cannot hold."""
    return "".join("\ufffd" if uncarriable(character) else character for character in text)


def _markdown(kept: Sequence[KeptExcerpt], form: str, on: datetime.date) -> str:
    """Return Markdown with footnotes, as pandoc, GitHub and Obsidian read them. It shows exactly the quotes."""
    parts = [f"# {qa_messages.EXCERPTS_TITLE.bilingual}", _exported(on)]
    notes: list[str] = []
    for of_work in _works(kept):
        parts.append(f"## {escape_markdown(_title(of_work[0]))}")
        for one in of_work:
            notes.append(f"[^{len(notes) + 1}]: {escape_markdown(_citation(one, form))}")
            quote = quote_in_markdown(one.document, one.excerpt)
            parts.append(f"{quote}{_gap(quote)}[^{len(notes)}]")
            if one.note.strip():
                parts.append("  \n".join(escape_markdown(line) for line in _noted(one.note).splitlines()))
    return "\n\n".join((*parts, *notes)) + "\n"


def _gap(quote: str) -> str:
    """Return what stands between a quote and its mark, which would be a cell more in the last row of a table."""
    return "\n\n" if quote.endswith(" |") else ""


def _title(one: KeptExcerpt) -> str:
    return _carried(work_title(one.excerpt.section.work))


def _citation(one: KeptExcerpt, form: str) -> str:
    return _carried(reference_alone(form, one.document, one.excerpt))


def _docx(kept: Sequence[KeptExcerpt], form: str, on: datetime.date) -> bytes:
    """Return a DOCX file with real footnotes. The text of a quote's paragraphs is exactly the quote."""
    import docx  # imported here, because only an export needs it and lxml
    from docx.oxml.ns import qn

    file = docx.Document()
    set_up(file, qa_messages.EXCERPTS_TITLE.bilingual, on)
    file.add_heading(qa_messages.EXCERPTS_TITLE.bilingual, 0)
    file.add_paragraph(_exported(on))
    for of_work in _works(kept):
        file.add_heading(_title(of_work[0]), 1)
        for one in of_work:
            quote = quote_on_lines(one.document, one.excerpt)
            if characters := uncarriable(quote, "\r"):
                last = file.add_paragraph(left_out(characters))
            else:
                for part in one.excerpt.parts:
                    last = file.add_paragraph(style=QUOTE_STYLE)
                    run = last.add_run(one.document.quote(part))
                    # Without the hint, “ ” and — have the half-width forms of the Latin font.
                    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
            add_footnote(last, _citation(one, form))
            if one.note.strip():
                file.add_paragraph(_noted(one.note))
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()
