"""Citations for programs: BibTeX, RIS, CSL-JSON. The note gives the passage's place, and quotes where they are wanted.

Their values have no 〔 〕, because programs would take it for a part of the value; the note names what is supplied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from corpus.bibliography.metadata_fields import FIELDS, MetadataField
from corpus.document import Date, Kind, Metadata, SourcedValue
from qa.citations.markdown_quote import left_out, uncarriable
from qa.citations.reference import (
    Reference,
    doi,
    language,
    one_line,
    person,
    place,
    supplied,
    values,
)

_BIBTEX: dict[Kind, str] = {"newspaper": "article", "article": "article", "book": "book"}
_RIS: dict[Kind, str] = {
    "speech": "GEN",
    "report": "RPRT",
    "law": "STAT",
    "official": "GOVDOC",
    "newspaper": "NEWS",
    "article": "JOUR",
    "book": "BOOK",
    "webpage": "ELEC",
    "document": "GEN",
}
_CSL: dict[Kind, str] = {
    "speech": "speech",
    "report": "report",
    "law": "legislation",
    "official": "document",
    "newspaper": "article-newspaper",
    "article": "article-journal",
    "book": "book",
    "webpage": "webpage",
    "document": "document",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RANGE = re.compile(r"([A-Za-z]?\d+)\s*[-–—~～]+\s*([A-Za-z]?\d+)")
"""A range of pages: 201-219, e12–e17."""
# BibTeX counts every brace, escaped ones too, so a brace becomes a command with its own pair.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {character: f"\\{character}" for character in "$&%#_"}


def bibtex(reference: Reference, quotes: Sequence[str] = ()) -> str:
    """Return a BibTeX entry. Its key is made from the passage's id and never changes.

    `translator`, `issue` and `urldate` are fields of biblatex; BibTeX ignores them. Quotes stand in `annote`, which
    programs import as a note, and which no list of references prints.
    """
    metadata = reference.metadata
    fields = {"author": "", "title": f"{{{_tex(_title(metadata))}}}"}
    for field in FIELDS:
        known = _known(metadata, field)
        free = [key for key in field.bibtex if not fields.get(key)]
        if known and free and field.name != "date":
            people = " and ".join(_bibtex_name(one, metadata) for one in known if isinstance(one, SourcedValue))
            text = _text(field, known[0])
            # biblatex and the url package take a DOI to the letter.
            is_verbatim = field.kind == "doi" and not re.search(r"[\\{}]", text)
            fields[free[0]] = people if field.kind == "person" else text if is_verbatim else _tex(text)
        elif field.name == "page" and reference.page:
            fields["pages"] = reference.printed_page or reference.page
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    if metadata.date:
        lines.append(f"  year = {{{metadata.date.year}}}")
        if metadata.date.month:
            lines.append(f"  month = {_MONTHS[metadata.date.month - 1]}")
        if metadata.date.day:
            lines.append(f"  day = {{{metadata.date.day}}}")
    if note := _note(reference):
        lines.append(f"  note = {{{_tex(note)}}}")
    if quotes:
        annote = "\n\n".join(_tex(_carried(quote)) for quote in quotes)
        lines.append(f"  annote = {{{annote}}}")
    kind = _BIBTEX.get(metadata.kind, "misc")
    return f"@{kind}{{{_key(reference)},\n" + ",\n".join(lines) + "\n}"


def _bibtex_name(value: SourcedValue, metadata: Metadata) -> str:
    """Return `van der Berg, Jan`, `Peebles, Jr., P. Z.`, or a body in braces, which keep its commas and `and`."""
    name = person(value, metadata)
    parts = [name.family, name.suffix, name.given] if name.suffix else [name.family, name.given]
    if not name.family or any(re.search(r",| and ", part) for part in parts):
        return f"{{{_tex(name.literal)}}}"
    return ", ".join(map(_tex, parts))


def ris(reference: Reference, quotes: Sequence[str] = ()) -> str:
    """Return a RIS record, a tag on each line. Each quote is a note of its own, its line ends blanks."""
    metadata = reference.metadata
    tags = [("TY", _RIS[metadata.kind]), ("ID", _key(reference))]
    tags += [("AU", _ris_name(author, metadata)) for author in metadata.authors]
    tags.append(("TI", _title(metadata)))
    for field in FIELDS:
        for value in _known(metadata, field) if field.ris and field.name not in ("authors", "title") else ():
            tags += _ris_tags(field, value, metadata)
    if reference.page and not metadata.page:
        tags += _ris_pages(reference.printed_page or reference.page)
    notes = (_note(reference), *(" ".join(_carried(quote).splitlines()) for quote in quotes))
    tags += [("N1", note) for note in notes if note]
    tags.append(("ER", ""))
    return "\n".join(f"{tag}  - {value}" for tag, value in tags)


def _ris_name(value: SourcedValue, metadata: Metadata) -> str:
    """Return `van der Berg, Jan` or `Peebles, P. Z., Jr.`; a body as it is."""
    name = person(value, metadata)
    return ", ".join(filter(None, (name.family, name.given, name.suffix))) or name.literal


def _ris_tags(field: MetadataField, value: SourcedValue | Date, metadata: Metadata) -> list[tuple[str, str]]:
    if isinstance(value, Date):
        # RIS writes YYYY/MM/DD; an unknown part is empty, and its slash stays.
        day = "/".join([str(value.year), *(f"{part:02}" if part else "" for part in (value.month, value.day))])
        return [("PY", str(value.year)), (field.ris, day)] if field.name == "date" else [(field.ris, day)]
    if field.name == "page":
        return _ris_pages(one_line(value))
    return [(field.ris, _ris_name(value, metadata) if field.kind == "person" else _text(field, value))]


def _ris_pages(pages: str) -> list[tuple[str, str]]:
    match = _RANGE.fullmatch(pages)
    return [("SP", match[1]), ("EP", match[2])] if match else [("SP", pages)]


def csl_json(reference: Reference, quotes: Sequence[str] = ()) -> str:
    """Return a list with one item, as Zotero, pandoc and citeproc read it. Quotes follow the place in its note."""
    return json.dumps([csl_item(reference, quotes)], ensure_ascii=False, indent=2)


def csl_item(reference: Reference, quotes: Sequence[str] = ()) -> dict[str, Any]:
    """Return an item of such a list."""
    metadata = reference.metadata
    item: dict[str, Any] = {"id": _key(reference), "type": _CSL[metadata.kind], "title": _title(metadata)}
    for field in FIELDS:
        known = _known(metadata, field)
        if known and field.csl and field.csl not in item:
            item[field.csl] = _csl_value(field, known, metadata)
    if reference.page and not metadata.page:
        item["page"] = reference.printed_page or reference.page
    if notes := [note for note in (_note(reference), *quotes) if note]:
        item["note"] = "\n\n".join(notes)
    return item


def _csl_value(field: MetadataField, known: Sequence[SourcedValue | Date], metadata: Metadata) -> object:
    first = known[0]
    if isinstance(first, Date):
        parts = (first.year, first.month, first.day)
        return {"date-parts": [[part for part in parts if part is not None]]}
    if field.kind == "person":
        return [_csl_name(one, metadata) for one in known if isinstance(one, SourcedValue)]
    return _text(field, first)


def _csl_name(value: SourcedValue, metadata: Metadata) -> dict[str, str]:
    name = person(value, metadata)
    if not name.family:
        return {"literal": name.literal}
    return {"family": name.family, "given": name.given} | ({"suffix": name.suffix} if name.suffix else {})


def _title(metadata: Metadata) -> str:
    return ": ".join(one_line(value) for value in (metadata.title, metadata.subtitle) if value)


def _known(metadata: Metadata, field: MetadataField) -> tuple[SourcedValue | Date, ...]:
    """Return the values of a field. The language is told by the title too."""
    if field.name == "language":
        return (SourcedValue(text, ()),) if (text := language(metadata)) else ()
    return values(metadata, field)


def _text(field: MetadataField, value: SourcedValue | Date) -> str:
    """Return the value of a field. A date and a DOI have fixed forms."""
    if isinstance(value, Date):
        return str(value)
    return doi(value) if field.kind == "doi" else one_line(value)


def _key(reference: Reference) -> str:
    return f"yuanwen-{reference.passage_id}"


def _carried(quote: str) -> str:
    """Return a quote, or where a file cannot hold its characters the sentence that says so."""
    characters = uncarriable(quote)
    return left_out(characters) if characters else quote


def _note(reference: Reference) -> str:
    """Return the place, which a work as a whole has not, and the names of the supplied fields."""
    lacking = supplied(reference.metadata)
    of_supplied = f"supplied, not in the text: {', '.join(lacking)}" if lacking else ""
    return "; ".join(filter(None, (place(reference) if reference.lines else "", of_supplied)))


def _tex(text: str) -> str:
    text = re.sub(r"[\\{}~^$&%#_]", lambda match: _TEX[match[0]], text)
    # TeX reads --, `` and the like as one character.
    return re.sub(r"(?<=-)(?=-)|(?<=')(?=')|(?<=[`?!])(?=`)", "{}", text)
