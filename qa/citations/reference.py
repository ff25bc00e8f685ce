"""What every form of a citation says: the work's metadata, and the passage's place in it and in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.bibliography.fields import FIELDS, MetadataField, read_doi
from corpus.document import Date, Document, Metadata, Passage, SourcedValue, Span
from corpus.text.scripts import IDEOGRAPHS, has_han

_BETWEEN_HAN = re.compile(rf"(?<=[{IDEOGRAPHS}])\s+(?=[{IDEOGRAPHS}])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A passage to be cited."""

    passage_id: str
    metadata: Metadata
    path: tuple[str, ...]
    """The labels of the sections around it, from the outermost below the work."""
    paragraph: int
    """1 for the first of its section; 0 for the title block of the work."""
    lines: tuple[tuple[int, int], ...]
    """First and last line of each stretch of the file that it takes; a new one where other text stands between."""
    page: str | None
    """Of a file that has pages (PDF); None for text."""


def refer(document: Document, passage: Passage) -> Reference:
    """Return what is to be said of a passage."""
    section = passage.section
    return Reference(
        passage_id=passage.id,
        metadata=document.about(section.work),
        path=tuple(part.label for part in section.path),
        paragraph=passage.paragraph,
        lines=line_ranges(document, passage.spans),
        page=_pages(document, passage),
    )


def _pages(document: Document, passage: Passage) -> str | None:
    """Return `3`, or `3–4` of a passage that goes over the end of a page; None where there are no pages."""
    pages = [page for span in passage.spans for at in (span.start, span.end - 1) if (page := document.page(at))]
    if not pages:
        return None
    return f"{min(pages)}" if min(pages) == max(pages) else f"{min(pages)}–{max(pages)}"


def line_ranges(document: Document, spans: tuple[Span, ...]) -> tuple[tuple[int, int], ...]:
    """Return the first and last line of each stretch of the file; blank lines do not divide it."""
    ranges = [document.lines(spans[:1])]
    for before, span in pairwise(spans):
        first, last = document.lines((span,))
        if before.end <= span.start and not document.text[before.end : span.start].strip():
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    return tuple(ranges)


def join_path(labels: tuple[str, ...]) -> str:
    """Return `三、安全领域 ›（三）国际信息安全`."""
    path = ""
    for label in labels:
        # A full-width bracket brings its own blank.
        gap = "" if label.startswith("（") else " "
        path += f" ›{gap}{label}" if path else label
    return path


def join_lines(lines: tuple[tuple[int, int], ...], separator: str) -> str:
    """Return `179`, `79–81`, or `61、91` with the separator 、."""
    return separator.join(f"{first}" if first == last else f"{first}–{last}" for first, last in lines)


def place(reference: Reference) -> str:
    """Return the passage's place in Chinese: `第二，走安危共担之路 · 第2段（第77行）`."""
    parts = [join_path(reference.path)] if reference.path else []
    parts.append(f"第{reference.paragraph}段" if reference.paragraph else "题头")
    where = f"第{join_lines(reference.lines, '、')}行"
    if reference.page is not None:
        where = f"第{reference.page}页，{where}"
    return f"{' · '.join(parts)}（{where}）"


def words(fact: SourcedValue) -> str:
    """Return what is known on one line, in 〔 〕 where it is supplied.

    A citation is ours and not a quote: line ends become blanks, and control characters go.
    """
    return bracket(fact, one_line(fact))


def one_line(fact: SourcedValue) -> str:
    """Return what is known on one line, without brackets."""
    return " ".join(_CONTROL.sub(" ", fact.text).split())


def bracket(value: SourcedValue | Date, text: str) -> str:
    """Return the words for a value, in 〔 〕 where it is supplied."""
    return text if value.spans else f"〔{text}〕"


def name(fact: SourcedValue) -> str:
    """Return an author; the blank that sets a short Chinese name wide (龚 正) goes."""
    return _BETWEEN_HAN.sub("", words(fact))


def titles(metadata: Metadata) -> str:
    """Return title and subtitle."""
    return ": ".join(words(fact) for fact in (metadata.title, metadata.subtitle) if fact)


def values(metadata: Metadata, field: MetadataField) -> tuple[SourcedValue | Date, ...]:
    """Return what is known of a field: nothing, one value, or several persons."""
    value = getattr(metadata, field.name)
    return value if isinstance(value, tuple) else () if value is None else (value,)


def supplied(metadata: Metadata) -> tuple[str, ...]:
    """Return the names of what the source does not say itself, for forms whose fields have no place for 〔 〕."""
    return tuple(field.singular for field in FIELDS if any(not value.spans for value in values(metadata, field)))


def doi(fact: SourcedValue) -> str:
    """Return the DOI alone, also where the source writes it as an address or after `doi:`."""
    return read_doi(one_line(fact)) or one_line(fact)


def is_chinese(metadata: Metadata) -> bool:
    """The title has a Chinese character."""
    return has_han(metadata.title.text)
