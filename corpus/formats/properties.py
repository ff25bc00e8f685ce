"""Reads the metadata that files contain, without the junk that programs write there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS, FileForm, keys_of, read_doi
from corpus.bibliography.title_block_facts import read_supplied_date
from corpus.corpus_settings import FORMATS

_DATE = re.compile(r"(?:D:)?(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?(?!\d{3})")
_PROGRAM = re.compile(
    r"(?i)(?:microsoft (?:word|powerpoint|excel)\s*-.*|untitled.*|\(?anonymous\)?|unspecified|unknown|none|title|"
    r"document ?\d*|文档 ?\d*|无标题.*|未命名.*|标题|powerpoint 演示文稿|administrator|admin|user|微软用户|微软中国|"
    r"用户|microsoft|windows ?用户|windows user|office|python-docx|lenovo|dell|hp|pc|"
    r"[\w.-]+\.(?:docx?|wps|pdf|indd|html?))"
)
_MARKS = re.compile(r"[;；、]\s*")
_AND = re.compile(r"(?<!\s)\s+and\s+")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


_UNDEFINED = "0101-01"
"""How calibre writes that a book has no date."""


def properties(candidates: Mapping[str, Sequence[str | None]]) -> CitationFields | None:
    """Return the usable metadata of a file; None if there is none.

    `candidates` has the values of each field by its name in the table, the best first. All persons count, and one
    string may name several (甲；乙). Other fields take the first valid value (a date, a DOI, a web address).
    """
    known: dict[str, object] = {}
    for field in FIELDS:
        raw = candidates.get(field.name, ())
        if field.kind == "person":
            parts = (part for text in raw for some in _MARKS.split(text or "") for part in _AND.split(some))
            names = (name for part in parts if (name := _words(part)))
            if people := tuple(Value(supplied=name) for name in dict.fromkeys(names)):
                known[field.name] = people
        elif value := next(filter(None, map(_READERS[field.kind], raw)), None):
            known[field.name] = Value(supplied=value)
    if "publication" in known and not known.keys().isdisjoint(("volume", "issue", "doi")):
        known["kind"] = "article"
    return CitationFields.model_validate(known) if known else None


def by_field(raw: Mapping[str, Sequence[str]], form: FileForm) -> dict[str, Sequence[str]]:
    """Return the values by field of values by the names of a form. For persons, only the most trusted name counts."""
    candidates: dict[str, Sequence[str]] = {}
    for field in FIELDS:
        found = [values for key in keys_of(field, form) if (values := _under(raw, key))]
        if found:
            candidates[field.name] = (
                found[0] if field.kind == "person" else [text for values in found for text in values]
            )
    return candidates


def _under(raw: Mapping[str, Sequence[str]], key: str) -> Sequence[str]:
    """Return the values of a name, or a range such as `201-219` for two names (`a/b`)."""
    if key in raw or "/" not in key:
        return raw.get(key, ())
    first, last = (next(filter(_words, raw.get(part, ())), "") for part in key.split("/"))
    return [f"{first}-{last}" if last and last != first else first] if first else ()


def _words(text: str | None) -> str | None:
    text = _BLANKS.sub(" ", text or "").strip()
    return text if text and len(text) <= FORMATS.longest_property and not _PROGRAM.fullmatch(text) else None


def _day(text: str | None) -> str | None:
    """Return 2021-03-05 for `D:20210305…`, `2021-03-05T10:00` or `2021/3/5`; None if there is no such day."""
    match = _DATE.match((text or "").strip())
    if not match:
        return None
    date = "-".join(part if len(part) > 2 else f"{int(part):02}" for part in match.groups() if part)
    return date if read_supplied_date(date) and not date.startswith(_UNDEFINED) else None


def _address(text: str | None) -> str | None:
    return _words(text) if text and re.match(r"https?://", text) else None


def _doi(text: str | None) -> str | None:
    return read_doi(_words(text) or "")


_READERS: Mapping[str, Callable[[str | None], str | None]] = {
    "text": _words,
    "date": _day,
    "doi": _doi,
    "url": _address,
}
