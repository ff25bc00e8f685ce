"""Makes the reading pane from a document: the whole document, typeset, and its table of contents.

Programs read `article.source[data-document]`: its `textContent` is the document's text in reading order, character for
character. Blank lines, indents and line ends stand in it as `span.gap`, which the style does not show. Titles that an
edition supplies are no part of that text: the style draws them from `data-label`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise

from corpus.document import Block, Document, NonBody, ParserWarning, Passage, Section, Span
from corpus.table_rows import grid_row, grid_spans, row_of
from qa.citations.forms import work_title
from web import strings
from web.html.markup import attribute, blanks, escape, language, marked, source_text, title_block_class
from web.html.table_grid import as_grid, between_rows, row_html
from web.web_settings import PAGE


def document_html(document: Document, *, pages: int = 0) -> str:
    """Return the document in reading order; each character stands in it once.

    `pages`: how many pages of its file can be shown as they look.
    """
    anchors = {id(section): anchor for section, anchor in _anchors(document)}
    before, after = _gaps(document)
    out = "" if document.blocks else blanks(document.text)
    warnings = _warning_marks(document)
    # A run-in heading is the opening of the passage that follows.
    seen = (block for block in document.blocks if not (isinstance(block, Section) and block.is_run_in))
    for is_table, blocks in groupby(seen, key=lambda block: _table(document, block)):
        inner = ""
        for block in blocks:
            spans = _spans(block)
            lead = blanks(before.get(spans[0], "")) if spans else ""
            gap = blanks(after[spans[-1]]) if spans else ""
            mark = warnings.get(id(block), "")
            match block:
                case Section():
                    inner += lead + mark + _heading(document, block, anchors[id(block)]) + gap
                case Passage() if is_table:
                    inner += between_rows(lead) + _row(document, block, mark) + between_rows(gap)
                case Passage():
                    inner += lead + mark + _passage(document, block, after) + gap
                case NonBody():
                    inner += f'{lead}{mark}<p class="{block.kind}">{source_text(document.quote(spans))}</p>{gap}'
        out += as_grid(inner) if is_table else inner
    shown = f' data-pages="{pages}"' if pages else ""
    long = " long" if len(document.blocks) >= PAGE.long_document else ""
    return (
        f'<article class="source{long}" data-document="{escape(document.name)}" data-sha256="{document.sha256}" '
        f'lang="{language(document)}"{shown}>'
        f"{out}</article>"
    )


def contents_html(document: Document) -> str:
    """Return links to all sections; `data-to` is the id of the section's element in the reading pane."""
    tongue = language(document)
    return "".join(
        f'<li class="level-{section.level}" lang="{tongue}">'
        f'<a href="#{anchor}" data-to="{anchor}"{_page(document, section.title_span)}>'
        f"{escape(contents_label(section))}</a></li>"
        for section, anchor in _anchors(document)
    )


def contents_label(section: Section) -> str:
    """Return the name of a section in the table of contents."""
    return section.label if section.level else work_title(section)


def section_anchor(document: Document, section: Section) -> str:
    """Return the id of the element where a section begins."""
    return next(found for other, found in _anchors(document) if other is section)


def passage_html(
    document: Document,
    passage: Passage,
    after: Mapping[Span, str],
    *,
    best: tuple[Span, ...] = (),
    answer: tuple[Span, ...] = (),
    matched: tuple[Span, ...] = (),
) -> str:
    """Return the content of a passage's element in the reading pane, with the marks of a quote."""
    if (row := row_of(document, passage)) and passage.spans == grid_spans(*row):
        return row_html(
            document,
            grid_row(*row, range(len(row[0].rows))),
            lambda cell: marked(document, (cell,), best=best, answer=answer, matched=matched),
        )
    title_span = passage.section.title_span if passage.section.is_run_in else None
    title_block = title_block_class(passage)
    return marked(
        document,
        passage.spans,
        best=best,
        answer=answer,
        matched=matched,
        title=(title_span,) if title_span else (),
        title_tag='<span class="title" role="heading" aria-level="2">' if title_block else '<b class="lead">',
        after=after,
    )


def gaps_between(document: Document, spans: tuple[Span, ...]) -> dict[Span, str]:
    """Return the blank characters that follow each span; nothing for a single one."""
    return {span: text for span, text in _gaps(document)[1].items() if span in spans} if len(spans) > 1 else {}


def _warning_marks(document: Document) -> dict[int, str]:
    """Return the marks of the parser warnings, by the id of the block that they stand before. A mark has no text."""
    shown = [(span, block) for block in document.blocks for span in _spans(block)]
    found: dict[int, list[ParserWarning]] = {}
    for warning in document.warnings:
        for span, block in shown:
            if span.start < warning.span.end and warning.span.start < span.end:
                found.setdefault(id(block), []).append(warning)
                break
    return {
        block: (
            f'<button type="button" class="warning" data-act="warning" {attribute("aria-label", strings.DOUBT_MARK)} '
            f'data-zh="{escape(" ".join(warning.message.zh for warning in warnings))}" '
            f'data-en="{escape(" ".join(warning.message.en for warning in warnings))}"></button>'
        )
        for block, warnings in found.items()
    }


def _spans(block: Section | Passage | NonBody) -> tuple[Span, ...]:
    """Return the spans that a block shows."""
    match block:
        case Section():
            return (block.title_span,) if block.title_span and not block.is_run_in else ()
        case Passage():
            return block.spans
        case NonBody():
            return (block.span,)


def _gaps(document: Document) -> tuple[dict[Span, str], dict[Span, str]]:
    """Return the blank characters before the first span of the document, and those after each span."""
    spans = sorted(span for block in document.blocks for span in _spans(block))
    if not spans:
        return {}, {}
    after = {span: document.text[span.end : following.start] for span, following in pairwise(spans)}
    return {spans[0]: document.text[: spans[0].start]}, after | {spans[-1]: document.text[spans[-1].end :]}


def _anchors(document: Document) -> Iterator[tuple[Section, str]]:
    """Yield each section with the id of the element where it begins; a run-in heading begins with its passage."""
    first: dict[int, Passage] = {}
    for passage in document.passages:
        first.setdefault(id(passage.section), passage)
    for number, section in enumerate(document.sections):
        yield section, (f"p-{first[id(section)].id}" if section.is_run_in else f"s-{document.sha256[:8]}-{number}")


def _heading(document: Document, section: Section, anchor: str) -> str:
    tag = f"h{min(section.level + 2, 6)}"
    if section.title_span is None:
        # In brackets, in sans, and drawn by the style: it must not be taken for the document's own words.
        label = escape(f"〔{section.label}〕")
        return f'<{tag} id="{anchor}" class="supplied" aria-label="{label}" data-label="{label}"></{tag}>'
    return f'<{tag} id="{anchor}">{source_text(document.quote((section.title_span,)))}</{tag}>'


def _table(document: Document, block: Block) -> int:
    """Return the identity of the table that a block is a row of; 0 for others."""
    row = row_of(document, block) if isinstance(block, Passage) else None
    return id(row[0]) if row and isinstance(block, Passage) and block.spans == grid_spans(*row) else 0


def _row(document: Document, passage: Passage, mark: str) -> str:
    cells = passage_html(document, passage, {})
    opening, end, rest = cells.partition(">")
    return (
        f'<tr id="p-{escape(passage.id)}" class="passage" data-passage="{escape(passage.id)}" '
        f'data-line="{document.line(passage.spans[0].start)}" tabindex="-1">{opening}{end}{mark}{rest}</tr>'
    )


def _passage(document: Document, passage: Passage, after: Mapping[Span, str]) -> str:
    return (
        f'<p id="p-{escape(passage.id)}" class="passage{title_block_class(passage)}" '
        f'data-passage="{escape(passage.id)}" data-line="{document.line(passage.spans[0].start)}"'
        f'{_page(document, passage.spans[0])} tabindex="-1">'
        f"{passage_html(document, passage, after)}</p>"
    )


def _page(document: Document, span: Span | None) -> str:
    """Return the attribute that says on which page of its file a span begins."""
    page = document.page(span.start) if span else None
    return f' data-page="{page}"' if page else ""
