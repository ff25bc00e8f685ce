"""Citations that programs read: BibTeX, RIS, CSL-JSON. The place of the passage is in the note."""

from __future__ import annotations

import json
import re
from typing import Any

from corpus.document import Kind
from qa.citations.reference import Reference, is_chinese, name, place, supplied, titles, words

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
# BibTeX counts every brace, the escaped ones too, so a brace becomes a command with a pair of its own.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {character: f"\\{character}" for character in "$&%#_"}


def bibtex(reference: Reference) -> str:
    """Return a BibTeX entry; its key is made of the passage's id and stays the same."""
    metadata = reference.metadata
    fields = {
        # Double braces: one name each, as it is written, in Chinese order.
        "author": " and ".join(f"{{{_tex(name(author))}}}" for author in metadata.authors),
        "title": f"{{{_tex(titles(metadata))}}}",
        "journal": _tex(words(metadata.publication)) if metadata.publication else "",
        "publisher": _tex(words(metadata.publisher)) if metadata.publisher else "",
        "address": _tex(words(metadata.place)) if metadata.place else "",
        "pages": _tex(words(metadata.page)) if metadata.page else reference.page or "",
        "url": _tex(words(metadata.url)) if metadata.url else "",
        "note": _tex(_note(reference)),
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    if metadata.date:
        date = [f"  year = {{{metadata.date.year}}}"]
        if metadata.date.month:
            date.append(f"  month = {_MONTHS[metadata.date.month - 1]}")
        if metadata.date.day:
            date.append(f"  day = {{{metadata.date.day}}}")
        lines[-1:-1] = date
    kind = _BIBTEX.get(metadata.kind, "misc")
    return f"@{kind}{{{_key(reference)},\n" + ",\n".join(lines) + "\n}"


def ris(reference: Reference) -> str:
    """Return a RIS record, one tag a line."""
    metadata = reference.metadata
    date = metadata.date
    tags = [("TY", _RIS[metadata.kind]), ("ID", _key(reference))]
    tags += [("AU", name(author)) for author in metadata.authors]
    tags.append(("TI", titles(metadata)))
    if metadata.publication:
        tags.append(("T2", words(metadata.publication)))
    if date:
        tags.append(("PY", str(date.year)))
        # RIS writes YYYY/MM/DD, and keeps the slashes of what is not known.
        tags.append(
            ("DA", "/".join([str(date.year), *(f"{part:02}" if part else "" for part in (date.month, date.day))]))
        )
    for tag, fact in (("CY", metadata.place), ("PB", metadata.publisher), ("SP", metadata.page), ("UR", metadata.url)):
        if fact:
            tags.append((tag, words(fact)))
    if reference.page and not metadata.page:
        tags.append(("SP", reference.page))
    if is_chinese(metadata):
        tags.append(("LA", "zh"))
    tags.append(("N1", _note(reference)))
    tags.append(("ER", ""))
    return "\n".join(f"{tag}  - {value}" for tag, value in tags)


def csl_json(reference: Reference) -> str:
    """Return a list with one item, as Zotero, pandoc and citeproc read it."""
    metadata = reference.metadata
    item: dict[str, Any] = {"id": _key(reference), "type": _CSL[metadata.kind], "title": titles(metadata)}
    if metadata.authors:
        item["author"] = [{"literal": name(author)} for author in metadata.authors]
    if metadata.date:
        parts = (metadata.date.year, metadata.date.month, metadata.date.day)
        item["issued"] = {"date-parts": [[part for part in parts if part is not None]]}
    for key, fact in (
        ("container-title", metadata.publication),
        ("publisher", metadata.publisher),
        ("publisher-place", metadata.place),
        ("page", metadata.page),
        ("URL", metadata.url),
    ):
        if fact:
            item[key] = words(fact)
    if reference.page and not metadata.page:
        item["page"] = reference.page
    if is_chinese(metadata):
        item["language"] = "zh"
    item["note"] = _note(reference)
    return json.dumps([item], ensure_ascii=False, indent=2)


def _key(reference: Reference) -> str:
    return f"yuanwen-{reference.passage_id}"


def _note(reference: Reference) -> str:
    """Return the place, and what of the record the source does not say."""
    lacking = supplied(reference.metadata)
    return place(reference) + (f"; 〔〕 supplied, not in the source: {', '.join(lacking)}" if lacking else "")


def _tex(text: str) -> str:
    text = re.sub(r"[\\{}~^$&%#_]", lambda match: _TEX[match[0]], text)
    # TeX reads --, `` and the like as one character.
    return re.sub(r"(?<=-)(?=-)|(?<=')(?=')|(?<=[`?!])(?=`)", "{}", text)
