"""Reads the metadata that files contain, without the junk that programs write there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS, FileForm, keys_of, read_doi, read_language
from corpus.bibliography.title_block_facts import read_supplied_date
from corpus.corpus_settings import FORMATS
from corpus.document import Kind
from corpus.text.dates import read_written

_DATE = re.compile(r"(?:D:)?(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?(?!\d{3})")
_PROGRAM = re.compile(
    r"(?i)(?:microsoft (?:word|powerpoint|excel)\s*-.*|untitled.*|\(?anonymous\)?|unspecified|unknown|none|title|"
    r"document ?\d*|文档 ?\d*|无标题.*|未命名.*|标题|powerpoint 演示文稿|administrator|admin|user|微软用户|微软中国|"
    r"用户|microsoft|windows ?用户|windows user|office|python-docx|openpyxl|xlsxwriter|steve canny|libreoffice|"
    r"wps office|apache poi|lenovo|dell|hp|pc|"
    r"[\w.-]+\.(?:docx?|wps|pdf|indd|html?))"
)
_MARKS = re.compile(r"[;；、]\s*")
_AND = re.compile(r"(?<!\s)\s+and\s+")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_AUTHOR_SIGNS = re.compile(r"(?i)^(?:(?:作者|撰文|文|记者|本报记者|通讯员)\s*[：:／/]\s*|by\s+(?=[A-Z]))")
_NO_PERSON = re.compile(
    r"(?i)https?://.*|www\..*|@\S+|\S+@\S+\.\S+|(?:web)?(?:master|admin|editor)|administrator|root|guest|佚名|匿名|管理员"
    r"|系统管理员|小编|网站管理员|责任编辑.*|.*\.(?:com|cn|net|org)"
)
_UNDEFINED = ("0000", "0001", "0101-01", "1601-01-01", "1900-01-01", "1904-01-01", "1970-01-01")
"""How calibre writes that a book has no date, and the first days of programs' calendars."""
_SEPARATORS = re.compile(r"\s*(?:[|｜_–—·•»]|\s-\s|--|::)\s*")


def properties(candidates: Mapping[str, Sequence[str | None]], *, kind: Kind | None = None) -> CitationFields | None:
    """Return the usable metadata of a file; None if there is none.

    `candidates` has the values of each field by its name in the table, the best first. All persons count, and one
    string may name several (甲；乙). Other fields take the first valid value (a date, a DOI, a web address). `kind` is
    what the file says that it is.
    """
    known: dict[str, object] = {}
    for field in FIELDS:
        raw = candidates.get(field.name, ())
        if field.kind == "person":
            if people := tuple(Value(supplied=name) for name in _people(raw)):
                known[field.name] = people
        elif value := next(filter(None, map(_READERS[field.kind], raw)), None):
            known[field.name] = Value(supplied=value)
    _drop_names_of_sites(known)
    if "publication" in known and not known.keys().isdisjoint(("volume", "issue", "doi")):
        known["kind"] = "article"
    elif kind and not (kind in ("article", "newspaper") and "publication" not in known):
        known["kind"] = kind
    elif "url" in known and kind:
        known["kind"] = "webpage"
    return CitationFields.model_validate(known) if known else None


def _people(raw: Sequence[str | None]) -> list[str]:
    """Return the names of persons and bodies, each once."""
    parts = (part for text in raw for some in _MARKS.split(text or "") for part in _AND.split(some))
    names = (_AUTHOR_SIGNS.sub("", name) for part in parts if (name := _words(part)))
    return list(dict.fromkeys(name for name in names if not _NO_PERSON.fullmatch(name)))


def _drop_names_of_sites(known: dict[str, object]) -> None:
    """Drop an author that is the site or the journal, and the site's name after a title (题 - 青岚网)."""
    sites = {
        value.supplied.casefold()
        for name in ("publisher", "publication")
        if isinstance(value := known.get(name), Value) and value.supplied
    }
    authors = known.get("authors")
    if isinstance(authors, tuple) and "publisher" in known:
        kept = tuple(one for one in authors if one.supplied.casefold() not in sites)
        known["authors"] = kept
        if not kept:
            del known["authors"]
    title = known.get("title")
    if isinstance(title, Value) and title.supplied:
        parts = _SEPARATORS.split(title.supplied)
        if len(parts) > 1 and parts[-1].casefold() in sites:
            end = title.supplied.rindex(parts[-1])
            known["title"] = Value(supplied=_SEPARATORS.sub("\0", title.supplied[:end]).rstrip("\0") or title.supplied)


def by_field(raw: Mapping[str, Sequence[str]], form: FileForm) -> dict[str, Sequence[str]]:
    """Return the values by field of values by the names of a form.

    For persons, only the most trusted name that names somebody counts.
    """
    candidates: dict[str, Sequence[str]] = {}
    for field in FIELDS:
        found = [values for key in keys_of(field, form) if (values := _under(raw, key))]
        if found:
            candidates[field.name] = (
                next(filter(_people, found), ())
                if field.kind == "person"
                else [text for values in found for text in values]
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
    words = (text or "").strip()
    if match := _DATE.match(words):
        date = "-".join(part if len(part) > 2 else f"{int(part):02}" for part in match.groups() if part)
    elif written := read_written(words):  # 5 March 2024
        parts = (written.month, written.day)
        date = "-".join([f"{written.year:04}", *(f"{part:02}" for part in parts if part)])
    else:
        return None
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
    "language": lambda text: read_language(text or ""),
}
