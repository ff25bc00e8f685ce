"""The forms of citation. Each gives the paragraph and the lines of the passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from corpus.document import Document, Passage, Span
from corpus.table_rows import grid_of, width_of
from qa.citations import markdown_quote, records
from qa.citations.chicago import chicago
from qa.citations.edition_statement import edition_statement, stated_edition
from qa.citations.excerpt import Excerpt
from qa.citations.form_names import FORMS as FORMS
from qa.citations.gbt7714 import gbt7714_2015, gbt7714_2025
from qa.citations.legal_manual import legal
from qa.citations.legal_places import legal_place, revision
from qa.citations.parts import work_title as work_title
from qa.citations.reference import Reference, place, refer, words
from qa.citations.slices import paragraphs, pieces

_WRITERS: Mapping[str, Callable[[Reference], str]] = {
    "gbt7714": gbt7714_2025,
    "gbt7714-2015": gbt7714_2015,
    "chicago": chicago,
}
RECORDS: Mapping[str, Callable[[Reference, Sequence[str]], str]] = MappingProxyType(
    {"bibtex": records.bibtex, "ris": records.ris, "csl-json": records.csl_json}
)
"""What programs import, by the id of the form: a record of a reference, with quotes in its notes."""


def cite(form: str, document: Document, passage: Passage | Excerpt) -> str:
    """Return the citation of a passage or an excerpt in a form of `FORMS`. Raises KeyError if there is no such form."""
    match form:
        case "own":
            return own_form(document, passage)
        case "legal":
            statement = stated_edition(document, passage.section.work)
            return legal(refer(document, passage), legal_place(document, passage), revision(statement))
        case "markdown":
            quote = quote_in_markdown(document, passage)
            return f"{quote}\n>\n> —— {markdown_quote.escape_markdown(own_form(document, passage))}"
        case "text":
            return "\n".join((*_paragraphs(document, passage), own_form(document, passage)))
        case _ if form in RECORDS:
            return RECORDS[form](refer(document, passage), ())
        case _:
            return _WRITERS[form](refer(document, passage))


def quote_with_citation(form: str, document: Document, passage: Passage | Excerpt) -> str:
    """Return the quote, character for character, each paragraph of several on its own line, then its citation.

    In Markdown the quote's characters are escaped, so that a reader shows exactly the quote. For a program it is the
    record alone, which can be imported as it is: the quote stands in its note.
    """
    if form in RECORDS:
        return RECORDS[form](refer(document, passage), [quote_on_lines(document, passage)])
    citation = cite(form, document, passage)
    return citation if FORMS[form].has_quote else f"{quote_on_lines(document, passage)}\n{citation}"


def reference_alone(form: str, document: Document, passage: Passage | Excerpt) -> str:
    """Return the citation without the quote; our own form, where a form has the quote."""
    return cite("own" if FORMS[form].has_quote else form, document, passage)


def quote_on_lines(document: Document, passage: Passage | Excerpt) -> str:
    """Return the quote, each paragraph of several on its own line."""
    return "\n".join(_paragraphs(document, passage))


def quote_in_markdown(document: Document, passage: Passage | Excerpt, marked: Sequence[Span] = ()) -> str:
    """Return the quote in Markdown: rows of a table as a table, else as a block quote with some words `marked`."""
    if rows := grid_of(document, passage.spans):
        width = width_of(rows)
        heads = sum(row.is_head for row in rows)
        return markdown_quote.table_quote([row.words(document, width) for row in rows], heads)
    within = [list(_within(spans, marked)) for spans in _parts(document, passage)]
    return markdown_quote.block_quote(*_paragraphs(document, passage), marked=within)


def _within(spans: Sequence[Span], marked: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield where in the text of some slices marked ones stand, in one piece what is without a gap."""
    at = 0
    start: int | None = None
    for piece, (is_marked,) in (one for span in spans for one in pieces(span, [marked])):
        if is_marked and start is None:
            start = at
        elif not is_marked and start is not None:
            yield start, at
            start = None
        at += len(piece)
    if start is not None:
        yield start, at


def _paragraphs(document: Document, passage: Passage | Excerpt) -> list[str]:
    return [document.quote(spans) for spans in _parts(document, passage)]


def _parts(document: Document, passage: Passage | Excerpt) -> Sequence[Sequence[Span]]:
    return passage.parts if isinstance(passage, Excerpt) else paragraphs(document, passage.spans)


def own_form(document: Document, passage: Passage | Excerpt) -> str:
    """Return the product's own form: `《题》 第二，走安危共担之路 · 第2段（第77行）`.

    `〔上海合作组织二十周年杜尚别宣言〕 三、安全领域 ›（三）国际信息安全 · 第7段（第179行）`: 《 》 holds a title of
    the source, 〔 〕 one that the source lacks, or that is supplied in place of it. After the title it states the
    edition: two editions of one work are not cited alike.
    """
    work, reference = passage.section.work, refer(document, passage)
    title = reference.metadata.title
    is_other = not title.spans and title.text != work.label
    edition = edition_statement(document, work, reference.metadata)
    gap = " " if reference.path else "" if reference.paragraph is None else " · "
    return f"{words(title) if is_other else work_title(work)}{edition}{gap}{place(reference)}"
