"""What files say of themselves, as citations can use it: junk that programs write there is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.title_block_facts import read_supplied_date

_DATE = re.compile(r"(?:D:)?(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?(?!\d{3})")
_PROGRAM = re.compile(
    r"(?i)(?:microsoft (?:word|powerpoint|excel)\s*-.*|untitled.*|\(?anonymous\)?|unspecified|unknown|none|title|"
    r"document ?\d*|文档 ?\d*|无标题.*|未命名.*|标题|powerpoint 演示文稿|administrator|admin|user|微软用户|微软中国|"
    r"用户|microsoft|windows ?用户|windows user|office|python-docx|lenovo|dell|hp|pc|"
    r"[\w.-]+\.(?:docx?|wps|pdf|indd|html?))"
)
_DIVIDES = re.compile(r"\s*[;；、]\s*|\s+and\s+")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_LONGEST = 300
"""Characters. A longer title or name is none."""


def properties(
    *,
    title: str | None = None,
    authors: Iterable[str] = (),
    date: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
) -> CitationFields | None:
    """Return what is worth saying, None if nothing is. Authors may share a string (甲；乙)."""
    names = [name for author in authors for part in _DIVIDES.split(author or "") if (name := _words(part))]
    names = list(dict.fromkeys(names))
    known = {
        "title": _value(_words(title)),
        "authors": tuple(Value(supplied=name) for name in names) or None,
        "date": _value(_day(date)),
        "publisher": _value(_words(publisher)),
        "url": _value(_words(url) if url and re.match(r"https?://", url) else None),
    }
    return CitationFields(**known) if any(known.values()) else None  # type: ignore[arg-type]


def first(values: Sequence[str | None]) -> str | None:
    """Return the first that says something."""
    return next((value for value in values if _words(value)), None)


def _value(words: str | None) -> Value | None:
    return Value(supplied=words) if words else None


def _words(text: str | None) -> str | None:
    text = _BLANKS.sub(" ", text or "").strip()
    return text if text and len(text) <= _LONGEST and not _PROGRAM.fullmatch(text) else None


def _day(text: str | None) -> str | None:
    """Return 2021-03-05 of `D:20210305…`, `2021-03-05T10:00` or `2021/3/5`; None where no such day is."""
    match = _DATE.match((text or "").strip())
    if not match:
        return None
    date = "-".join(part if len(part) > 2 else f"{int(part):02}" for part in match.groups() if part)
    return date if read_supplied_date(date) else None
