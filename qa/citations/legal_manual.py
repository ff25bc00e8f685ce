"""A footnote after 法学引注手册, the manual of Chinese law journals, with its forms for works in other languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Date, Metadata, SourcedValue
from corpus.text.title_marks import in_title_marks
from qa.citations.parts import counted, edition, is_in_journal, iso, year
from qa.citations.reference import Reference, bracket, is_chinese, one_line, person, place, words

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NAMED = 3
"""More names than these are the first and 等."""


def legal(reference: Reference, legal_place: str, revision: str) -> str:
    """Return a footnote. `legal_place`: 第2条第1款, empty outside an article. `revision`: （2021年修正） or empty.

    What the manual has no place for, the passage's section, paragraph and line, stands where the page stands.
    """
    metadata = reference.metadata
    if not is_chinese(metadata):
        return _foreign(reference)
    if metadata.kind in ("law", "official"):
        parts = _law(metadata, revision)
        if legal_place:
            legal_place += reference.mark
            return "，".join(parts) + (f"，{legal_place}。" if len(parts) > 1 else f"{legal_place}。")
    else:
        parts = _work(metadata)
    where = place(reference)
    url = words(metadata.url) if metadata.url else ""
    accessed = f"{_day(metadata.accessed)}访问" if url and metadata.accessed else ""
    return "，".join(filter(None, (*parts, where, url, accessed))) + "。"


def _law(metadata: Metadata, revision: str) -> list[str]:
    """Return 《公司法》（2005年修订）, or 《…的通知》 with its number and day."""
    title = _title(metadata) + revision
    if metadata.kind == "law":
        return [title]
    number = words(metadata.number) if metadata.number else ""
    issued = f"{_day(metadata.date)}发布" if metadata.date else ""
    return [part for part in (title, number, issued) if part]


def _work(metadata: Metadata) -> list[str]:
    authors = _people(metadata.authors, metadata)
    numbered = edition(metadata, "第{}版")
    volume = "" if metadata.publication else _volume(metadata)
    head = _title(metadata) + volume + (f"（{numbered}）" if numbered else "")
    head = f"{authors}：{head}" if authors else head
    translators = f"{_people(metadata.translators, metadata)}译" if metadata.translators else ""
    return [part for part in (head, translators, _published(metadata), _pages(metadata)) if part]


def _title(metadata: Metadata) -> str:
    title = one_line(metadata.title)
    if metadata.subtitle and metadata.kind != "speech":
        title += f"：{one_line(metadata.subtitle)}"
    return in_title_marks(title) if metadata.title.spans else f"〔{title}〕"


def _people(people: Sequence[SourcedValue], metadata: Metadata) -> str:
    """Return 甲、乙; the first and 等 of more than three. The nation is in [ ]: [美]富勒."""
    names = []
    for one in people:
        name = person(one, metadata)
        names.append((f"[{name.origin}]" if name.origin else "") + name.literal)
    if len(names) > _NAMED:
        names = [f"{names[0]}等"]
    are_supplied = not any(one.spans for one in people)
    if not are_supplied and len(names) == len(people):
        names = [bracket(one, name) for one, name in zip(people, names, strict=True)]
    joined = "、".join(names)
    return f"〔{joined}〕" if names and are_supplied else joined


def _volume(metadata: Metadata) -> str:
    return counted("第{}卷", metadata.volume) if metadata.volume else ""


def _published(metadata: Metadata) -> str:
    """Return 载《某刊》2021年第4期, 载《某报》2000年5月21日, 某社2007年版, 载某网2004年1月10日, or the day."""
    date = metadata.date
    if metadata.publication:
        name = one_line(metadata.publication)
        source = f"载{in_title_marks(name) if metadata.publication.spans else f'〔{name}〕'}"
        if not is_in_journal(metadata):
            return source + _day(date)
        issue = counted("第{}期", metadata.issue) if metadata.issue else _volume(metadata)
        return source + (f"{year(date)}年" if date else "") + issue
    if metadata.kind == "webpage" or metadata.url:
        return f"载{words(metadata.publisher)}{_day(date)}" if metadata.publisher else _day(date)
    if metadata.publisher:
        return words(metadata.publisher) + (f"{year(date)}年版" if date else "")
    occasion = one_line(metadata.subtitle) if metadata.subtitle and metadata.kind == "speech" else ""
    return _day(date) + occasion


def _pages(metadata: Metadata) -> str:
    if not metadata.page:
        return ""
    return f"第{words(metadata.page)}{'页' if is_in_journal(metadata) or not metadata.publication else '版'}"


def _day(date: Date | None) -> str:
    """Return 2021年9月17日, as far as it is known."""
    if date is None:
        return ""
    parts = [f"{date.year}年", f"{date.month}月" if date.month else "", f"{date.day}日" if date.day else ""]
    return bracket(date, "".join(parts))


def _foreign(reference: Reference) -> str:
    """Return `Jan van der Berg, Ferries, 12 Journal of Rivers 201 (2024), …`."""
    metadata = reference.metadata
    names = [person(one, metadata) for one in metadata.authors]
    written = [
        " ".join((name.given, name.family)) if name.family and name.script != "han" else name.literal for name in names
    ]
    authors = f"{written[0]} et al." if len(written) > 2 else " & ".join(written)
    are_supplied = authors and not any(one.spans for one in metadata.authors)
    title = ": ".join(words(value) for value in (metadata.title, metadata.subtitle) if value)
    url = words(metadata.url) if metadata.url else ""
    parts = (f"〔{authors}〕" if are_supplied else authors, title, *_foreign_source(metadata), place(reference), url)
    return ", ".join(filter(None, parts)) + "."


def _foreign_source(metadata: Metadata) -> list[str]:
    pages = words(metadata.page) if metadata.page else ""
    if is_in_journal(metadata) and metadata.publication:
        numbers = [words(value) for value in (metadata.volume, metadata.publication) if value]
        return [" ".join([*numbers, re.sub(r"\D.*", "", pages)]).strip() + (f" ({year(metadata.date)})")]
    by = metadata.publication or metadata.publisher
    source = words(by) if by else ""
    if metadata.kind == "book":
        return [source, edition(metadata, "{} ed."), year(metadata.date), f"p. {pages}" if pages else ""]
    day = iso(metadata.date)
    if metadata.date and metadata.date.month and metadata.date.day:
        day = bracket(metadata.date, f"{metadata.date.day} {_MONTHS[metadata.date.month - 1]} {metadata.date.year}")
    return [source, day, f"p. {pages}" if pages else ""]
