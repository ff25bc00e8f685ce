"""A full note after the Chicago Manual of Style, 17th edition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Date, Kind, Metadata, SourcedValue
from qa.citations.parts import counted, edition, is_in_journal, year
from qa.citations.reference import Reference, bracket, doi, join_lines, join_path, paragraphs, person, titles, words

_GENRES: dict[Kind, str] = {"speech": "speech", "official": "official document", "webpage": "web page"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SEVERAL = re.compile(r"\d\s*[-–—~～,，、]\s*\w")


def chicago(reference: Reference) -> str:
    """Return a full note after the Chicago Manual of Style, 17th edition.

    Chinese names and titles stay in Chinese. Section labels are the source's words, unchanged, in “ ”. A DOI replaces
    the URL.
    """
    metadata = reference.metadata
    url = words(metadata.url) if metadata.url else ""
    if metadata.doi:
        url = bracket(metadata.doi, f"https://doi.org/{doi(metadata.doi)}")
    accessed = f"accessed {_american(metadata.accessed)}" if url and metadata.accessed else ""
    names = _english_names(metadata.authors, metadata)
    return _run_on(names, _published(metadata), _english_place(reference), accessed, url) + "."


def _english_names(people: Sequence[SourcedValue], metadata: Metadata) -> str:
    """Return the names in their own order: Wan Lin, 欧阳修. One pair of 〔 〕 holds them if all are supplied."""
    are_supplied = not any(one.spans for one in people)
    names = []
    for one in people:
        name = person(one, metadata)
        whole = name.literal
        if name.family and name.script != "han":
            whole = " ".join(filter(None, (name.given, name.family, name.suffix)))
        names.append(whole if are_supplied else bracket(one, whole))
    if len(names) > 3:
        names = [f"{names[0]} et al."]
    joined = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else ""
    return f"〔{joined}〕" if names and are_supplied else joined


def _published(metadata: Metadata) -> str:
    """Return the title and its publication, in brackets or after it."""
    # Chicago sets a book's title in italics, which plain text lacks, and other titles in quotation marks.
    is_plain = metadata.kind in ("book", "law", "report") and not metadata.publication
    title = titles(metadata) if is_plain else f"“{titles(metadata)}”"
    translators = f"trans. {_english_names(metadata.translators, metadata)}" if metadata.translators else ""
    numbered = edition(metadata, "{} ed.")
    date = _american(metadata.date)
    if metadata.publication:
        head = _run_on(title, translators, numbered, _number(metadata))
        pages = words(metadata.page) if metadata.page else ""
        if is_in_journal(metadata) and (metadata.volume or metadata.issue):
            return _run_on(head, _in_journal(metadata) + (f": {pages}" if pages else ""))
        page = f"{'pp.' if _SEVERAL.search(pages) else 'p.'} {pages}" if pages else ""
        return _run_on(head, words(metadata.publication), date, page)
    numbers = (("vol. {}", metadata.volume), ("no. {}", metadata.issue))
    head = _run_on(title, translators, numbered, *(counted(pattern, value) for pattern, value in numbers if value))
    publisher = ": ".join(words(value) for value in (metadata.place, metadata.publisher) if value)
    if metadata.publisher and metadata.date:
        date = year(metadata.date)
    genre = _GENRES.get(metadata.kind, "")
    details = ", ".join(part for part in (genre, _number(metadata), publisher, date) if part)
    return f"{head} ({details})" if details else head


def _number(metadata: Metadata) -> str:
    return words(metadata.number) if metadata.number else ""


def _in_journal(metadata: Metadata) -> str:
    """Return `某刊 12, no. 3 (2024)`."""
    names = " ".join(words(value) for value in (metadata.publication, metadata.volume) if value)
    issue = f"no. {words(metadata.issue)}" if metadata.issue else ""
    return _run_on(names, issue) + (f" ({year(metadata.date)})" if metadata.date else "")


def _run_on(*parts: str) -> str:
    """Join the parts that are not empty by commas; a comma goes before a closing quotation mark."""
    text = ""
    for part in filter(None, parts):
        text = f"{text[:-1]},” {part}" if text.endswith("”") else f"{text}, {part}" if text else part
    return text


def _english_place(reference: Reference) -> str:
    """Return `para. 2 under “第二，走安危共担之路” (line 77)`."""
    where = ""
    if reference.paragraph is not None:
        several = "s" if reference.last_paragraph else ""
        where = f"para{several}. {paragraphs(reference)}" if reference.paragraph else "title block"
        where += f" to para. {reference.last_paragraph}" if several and not reference.paragraph else ""
    if reference.path:
        where += f"{' ' if where else ''}under “{join_path(reference.path)}”"
    one = len(reference.lines) == 1 and reference.lines[0][0] == reference.lines[0][1]
    lines = ", ".join(reference.places) or f"{'line' if one else 'lines'} {join_lines(reference.lines, ', ')}"
    page = f"p. {reference.printed_page or reference.page}, " if reference.page else ""
    file_page = f"p. {reference.page} of the file, " if reference.printed_page else ""
    return f"{page}{where}{' ' if where else ''}({file_page}{lines}){reference.mark}"


def _american(date: Date | None) -> str:
    if date is None:
        return ""
    if date.month is None:
        return bracket(date, str(date.year))
    day = f" {date.day}, " if date.day else " "
    return bracket(date, f"{_MONTHS[date.month - 1]}{day}{date.year}")
