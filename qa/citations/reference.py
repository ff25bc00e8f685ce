"""The content of a citation: the work's metadata, and the passage's place in the work and in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.bibliography.metadata_fields import FIELDS, MetadataField, read_doi
from corpus.document import Date, Document, Metadata, Passage, SourcedValue, Span
from corpus.text.scripts import IDEOGRAPHS, has_han, has_kana_or_hangul
from qa.citations.excerpt import Excerpt
from qa.citations.person_names import PersonName, person_name

_BETWEEN_HAN = re.compile(rf"(?<=[{IDEOGRAPHS}])\s+(?=[{IDEOGRAPHS}])")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

RECOGNISED = "〔OCR〕"
"""Marks the citation of words that were read from a picture, in each language."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The content of a passage's citation."""

    passage_id: str
    metadata: Metadata
    path: tuple[str, ...]
    """The labels of the enclosing sections, the outermost below the work first."""
    paragraph: int | None
    """Its number in its section, from 1; 0 for the title block of the work; None for an excerpt that has none."""
    lines: tuple[tuple[int, int], ...]
    """First and last line of each range of the file; other text separates the ranges."""
    page: str | None
    """The page in a file with pages (PDF); None for other files."""
    printed_page: str | None = None
    """The number that is printed on the page, if the file states it and it is another one."""
    places: tuple[str, ...] = ()
    """The names that the format gives to its places: `Sheet1!A5:H5`, `00:01:05`. They stand instead of lines."""
    is_recognised: bool = False
    """It was read from a picture."""
    last_paragraph: int | None = None
    """The number of the last paragraph of an excerpt that has several."""

    @property
    def mark(self) -> str:
        """What stands after the place of a quote from a picture; else nothing."""
        return RECOGNISED if self.is_recognised else ""


def refer(document: Document, passage: Passage | Excerpt) -> Reference:
    """Return the content of the citation of a passage or an excerpt."""
    section = passage.section
    pages = _pages(document, passage)
    labels = [document.page_label(page) for page in pages]
    printed = _range(labels) if all(labels) else None
    return Reference(
        passage_id=passage.id,
        metadata=document.about(section.work),
        path=tuple(part.label for part in section.path),
        paragraph=passage.paragraph,
        lines=line_ranges(document, passage.spans),
        page=_range(pages),
        printed_page=printed if printed != _range(pages) else None,
        places=tuple(place.label for place in document.places_of(_own(document, passage))),
        is_recognised=document.is_recognised(passage.spans),
        last_paragraph=passage.last_paragraph if isinstance(passage, Excerpt) else None,
    )


def _own(document: Document, passage: Passage | Excerpt) -> tuple[Span, ...]:
    """Return the spans of a passage; of the row of a table, without the head that it is quoted with."""
    is_row = isinstance(passage, Passage) and document.row_at(passage.spans[-1].start)
    return passage.spans[-1:] if is_row else passage.spans


def _pages(document: Document, passage: Passage | Excerpt) -> list[int]:
    """Return the first and the last page of a passage; nothing for a file without pages."""
    pages = [page for span in passage.spans for at in (span.start, span.end - 1) if (page := document.page(at))]
    return [min(pages), max(pages)] if pages else []


def _range(ends: Sequence[object]) -> str | None:
    """Return `3`, or `3–4` for a passage that continues on the next page; None for a file without pages."""
    if not ends:
        return None
    return f"{ends[0]}" if ends[0] == ends[-1] else f"{ends[0]}–{ends[-1]}"


def line_ranges(document: Document, spans: tuple[Span, ...]) -> tuple[tuple[int, int], ...]:
    """Return the first and last line of each range of the file. Adjacent ranges, or with blanks between, are one."""
    ranges = [document.lines(spans[:1])]
    for before, span in pairwise(spans):
        first, last = document.lines((span,))
        goes_on = before.end <= span.start and not document.text[before.end : span.start].strip()
        if goes_on or ranges[-1][0] <= first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], last))
        else:
            ranges.append((first, last))
    return tuple(ranges)


def join_path(labels: tuple[str, ...]) -> str:
    """Return `三、安全领域 ›（三）国际信息安全`."""
    path = ""
    for label in labels:
        # A full-width bracket looks like a blank, so no blank is added.
        gap = "" if label.startswith("（") else " "
        path += f" ›{gap}{label}" if path else label
    return path


def join_lines(lines: tuple[tuple[int, int], ...], separator: str) -> str:
    """Return `179`, `79–81`, or `61、91` with the separator 、."""
    return separator.join(f"{first}" if first == last else f"{first}–{last}" for first, last in lines)


def paragraphs(reference: Reference) -> str:
    """Return `2`, or `2–4` for an excerpt of several paragraphs."""
    last = reference.last_paragraph
    return f"{reference.paragraph}" if last is None else f"{reference.paragraph}–{last}"


def _paragraph(reference: Reference) -> str:
    if reference.paragraph:
        return f"第{paragraphs(reference)}段"
    return "题头" if reference.last_paragraph is None else f"题头至第{reference.last_paragraph}段"


def place(reference: Reference) -> str:
    """Return the passage's place in Chinese: `第二，走安危共担之路 · 第2段（第77行）`."""
    parts = [join_path(reference.path)] if reference.path else []
    if reference.paragraph is not None:
        parts.append(_paragraph(reference))
    where = [f"第{reference.printed_page}页"] if reference.printed_page else []
    if reference.page is not None:
        where.append(f"文件第{reference.page}页" if reference.printed_page else f"第{reference.page}页")
    where.append("、".join(reference.places) or f"第{join_lines(reference.lines, '、')}行")
    return f"{' · '.join(parts)}（{'，'.join(where)}）{reference.mark}"


def words(value: SourcedValue) -> str:
    """Return a value on one line, in 〔 〕 if it is supplied.

    A citation is not a quote: line ends become blanks, and control characters are removed.
    """
    return bracket(value, one_line(value))


def one_line(value: SourcedValue) -> str:
    """Return a value on one line, without brackets."""
    return " ".join(_CONTROL.sub(" ", value.text).split())


def bracket(value: SourcedValue | Date, text: str) -> str:
    """Return the words for a value, in 〔 〕 if it is supplied."""
    return text if value.spans else f"〔{text}〕"


def name(value: SourcedValue) -> str:
    """Return a person's name, without the blank that widens a short Chinese name (龚 正), and without brackets."""
    return _BETWEEN_HAN.sub("", one_line(value))


def person(value: SourcedValue, metadata: Metadata) -> PersonName:
    """Return the parts of a person's name."""
    return person_name(name(value), language(metadata)[:2])


def titles(metadata: Metadata) -> str:
    """Return title and subtitle."""
    return ": ".join(words(value) for value in (metadata.title, metadata.subtitle) if value)


def values(metadata: Metadata, field: MetadataField) -> tuple[SourcedValue | Date, ...]:
    """Return the values of a field: none, one, or several persons."""
    value = getattr(metadata, field.name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def supplied(metadata: Metadata) -> tuple[str, ...]:
    """Return the names of the supplied fields, for forms whose fields cannot hold 〔 〕."""
    return tuple(field.singular for field in FIELDS if any(not value.spans for value in values(metadata, field)))


def doi(value: SourcedValue) -> str:
    """Return the bare DOI, also if the source writes it as a URL or after `doi:`."""
    return read_doi(one_line(value)) or one_line(value)


def is_chinese(metadata: Metadata) -> bool:
    """Return whether the work is in Chinese, as far as its title tells."""
    return language(metadata)[:2] == "zh"


def language(metadata: Metadata) -> str:
    """Return the language of a work as a tag (en, zh-CN); empty if it is not known.

    The title's characters are stronger than what a file declares: templates of pages often declare another language.
    """
    title = metadata.title.text
    declared = one_line(metadata.language) if metadata.language else ""
    if has_kana_or_hangul(title):
        seen = {"ja", "ko"}
        return declared if declared[:2] in seen else "ko" if _HANGUL.search(title) else "ja"
    if has_han(title):
        return declared if declared[:2] in ("zh", "ja", "ko") else "zh"
    return "" if declared[:2] in ("zh", "ja", "ko") else declared
