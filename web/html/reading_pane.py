"""Makes the reading pane from a document: the whole document, typeset, and its table of contents.

Programs read `article.source[data-document]`: its `textContent` is the document's text in reading order, character for
character. Blank lines, indents and line ends stand in it as `span.gap`, which the style does not show. Titles that an
edition supplies are no part of that text: the style draws them from `data-label`.

Blocks and contents are joined here and not in a template: there may be a hundred thousand, and a template's loop takes
several times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from markupsafe import Markup

from corpus.document import Block, Document, NonBody, ParserWarning, Passage, Section, Span
from corpus.table_rows import grid_row, grid_spans, is_head, row_of
from qa.citations.forms import work_title
from web.html.markup import LIT, Marking, blanks, escape, language, marked, source_text, title_block_class
from web.html.table_grid import Marks, as_grid, between_rows, row_html
from web.html.templating import render
from web.web_settings import PAGE

_NOTHING = Markup()
_BARS = "|:- \t"
"""What a row of a Markdown table has around its cells, and the line under the head."""


def document_html(document: Document, *, pages: int = 0) -> Markup:
    """Return the document in reading order; each character stands in it once.

    `pages`: how many pages of its file can be shown as they look.
    """
    return render(
        "source",
        name=document.name,
        sha256=document.sha256,
        language=language(document),
        pages=pages,
        runs=_runs(document),
        is_long=len(document.blocks) >= PAGE.long_document,
        blocks=_Blocks(document).html() if document.blocks else blanks(document.text),
    )


def contents_html(document: Document) -> Markup:
    """Return links to all sections; `data-to` is the id of the section's element in the reading pane."""
    tongue = language(document)
    entries = (
        f'<li class="level-{section.level}" lang="{tongue}">'
        f'<a href="#{anchor}" data-to="{anchor}"{_at_page(document, section.title_span)}>'
        f"{escape(contents_label(section))}</a></li>"
        for section, anchor in _anchors(document)
    )
    return Markup("".join(entries))


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
    best: Sequence[Span] = (),
    best_tag: str = LIT,
    answer: Sequence[Span] = (),
    matched: Sequence[Span] = (),
) -> Markup:
    """Return the content of a passage's element in the reading pane, with the marks of a quote."""
    marks = Marking(best=best, best_tag=best_tag, answer=answer, matched=matched)
    cells = _cells_html(document, passage, lambda cell: marked(document, (cell,), **marks))
    if cells is not None:
        return cells
    title_span = passage.section.title_span if passage.section.is_run_in else None
    title_block = title_block_class(passage)
    return marked(
        document,
        passage.spans,
        **marks,
        title=(title_span,) if title_span else (),
        title_tag='<span class="title" role="heading" aria-level="2">' if title_block else '<b class="lead">',
        after=after,
    )


def gaps_between(document: Document, spans: tuple[Span, ...]) -> dict[Span, str]:
    """Return the blank characters that follow each span; nothing for a single one."""
    return {span: text for span, text in _gaps(document)[1].items() if span in spans} if len(spans) > 1 else {}


def _runs(document: Document) -> str:
    """Return where the words of the pane stand in the text, as `data-spans` of a quote has it.

    Mostly the pane is the text, one run; where two works are interleaved, reading order goes back and forth.
    """
    before, after = _gaps(document)
    runs: list[tuple[int, int]] = []
    for block in document.blocks:
        for span in _spans(block):
            start, end = span.start - len(before.get(span, "")), span.end + len(after[span])
            if runs and runs[-1][1] == start:
                start = runs.pop()[0]
            runs.append((start, end))
    return ",".join(f"{start}-{end}" for start, end in runs or [(0, len(document.text))])


class _Blocks:
    """Makes the elements of a document's blocks."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._anchors = {id(section): anchor for section, anchor in _anchors(document)}
        self._before, self._after = _gaps(document)
        self._marks = _warning_marks(document)

    def html(self) -> Markup:
        """Return all blocks in reading order, with the blank characters between them."""
        # A run-in heading is the opening of the passage that follows.
        seen = [block for block in self._document.blocks if not (isinstance(block, Section) and block.is_run_in)]
        tables = _tables(self._document, seen)
        parts: list[str] = []
        for is_table, stretch in groupby(zip(seen, tables, strict=True), key=itemgetter(1)):
            if is_table:
                blocks = [block for block, _ in stretch]
                parts.append(as_grid(row for number in range(len(blocks)) for row in self._row(blocks, number)))
            else:
                parts += (part for block, _ in stretch for part in self._block(block))
        return Markup("".join(parts))

    def _block(self, block: Block) -> tuple[str, ...]:
        """Return a block that is no row of a table: the blanks before it, its mark, its element, the blanks after."""
        spans = _spans(block)
        lead = blanks(self._before.get(spans[0], "")) if spans else _NOTHING
        gap = blanks(self._after[spans[-1]]) if spans else _NOTHING
        mark = self._marks.get(id(block), _NOTHING)
        match block:
            case Section():
                return lead, mark, self._heading(block), gap
            case Passage():
                return lead, mark, self._passage(block), gap
            case NonBody():
                words = source_text(self._document.quote(spans))
                return lead, mark, f'<p class="{block.kind}">{words}</p>', gap

    def _heading(self, section: Section) -> str:
        tag, anchor = f"h{min(section.level + 2, 6)}", self._anchors[id(section)]
        if section.title_span is None:
            # In brackets, in sans, and drawn by the style: it must not be taken for the document's own words.
            label = escape(f"〔{section.label}〕")
            attributes = f'class="supplied" aria-label="{label}" data-label="{label}"'
            return f'<{tag} id="{anchor}" {attributes}></{tag}>'
        words = source_text(self._document.quote((section.title_span,)))
        return f'<{tag} id="{anchor}">{words}</{tag}>'

    def _passage(self, passage: Passage) -> str:
        at_page = _at_page(self._document, passage.spans[0])
        words = passage_html(self._document, passage, self._after)
        name = f"passage{title_block_class(passage)}"
        return f'<p class="{name}" {self._named(passage)}{at_page} tabindex="-1">{words}</p>'

    def _row(self, blocks: Sequence[Block], number: int) -> Iterator[tuple[bool, Markup]]:
        """Yield a row of a table, and the blanks before and after it, each with whether it belongs to the head.

        Its mark stands in its first cell. `blocks`: the rows, and the bars that Markdown has around them, which are not
        shown and go with the row after them.
        """
        block = blocks[number]
        if not isinstance(block, Passage):
            later = (blocks[at] for at in range(number + 1, len(blocks)))
            following = next((one for one in later if isinstance(one, Passage)), None)
            of_head = following is not None and is_head(self._document, following)
            spans = _spans(block)
            words = self._before.get(spans[0], "") + self._document.quote(spans) + self._after[spans[-1]]
            yield of_head, between_rows(blanks(words))
            return
        mark = self._marks.get(id(block), _NOTHING)
        cells = _cells_html(self._document, block, lambda cell: marked(self._document, (cell,)), before=mark)
        of_head = is_head(self._document, block)
        yield of_head, between_rows(blanks(self._before.get(block.spans[0], "")))
        yield of_head, Markup(f'<tr class="passage" {self._named(block)} tabindex="-1">{cells}</tr>')
        yield of_head, between_rows(blanks(self._after[block.spans[-1]]))

    def _named(self, passage: Passage) -> str:
        """Return the attributes by which a passage is found."""
        id, line = escape(passage.id), self._document.line(passage.spans[0].start)
        return f'id="p-{id}" data-passage="{id}" data-line="{line}"'


def _cells_html(document: Document, passage: Passage, marks: Marks, *, before: Markup = _NOTHING) -> Markup | None:
    """Return the cells of a passage that is a row of a table, `before` in the first of them; None for others."""
    row = row_of(document, passage)
    if row is None or passage.spans != grid_spans(*row):
        return None
    return row_html(document, grid_row(*row, range(len(row[0].rows))), marks, before=before)


def _warning_marks(document: Document) -> dict[int, Markup]:
    """Return the marks of the parser warnings, by the id of the block that they stand before. A mark has no text."""
    shown = [(span, block) for block in document.blocks for span in _spans(block)]
    found: dict[int, list[ParserWarning]] = {}
    for warning in document.warnings:
        for span, block in shown:
            if span.start < warning.span.end and warning.span.start < span.end:
                found.setdefault(id(block), []).append(warning)
                break
    return {
        block: render(
            "warning",
            chinese=" ".join(warning.message.zh for warning in warnings),
            english=" ".join(warning.message.en for warning in warnings),
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


def _tables(document: Document, blocks: Sequence[Block]) -> list[int]:
    """Return the identity of the table that each block belongs to, as a row or as bars around rows; 0 for others."""
    found = [_table(document, block) for block in blocks]
    for order in (range(1, len(blocks)), range(len(blocks) - 2, -1, -1)):
        step = order.step
        for at in order:
            if not found[at] and found[at - step] and _are_bars(document, blocks[at]):
                found[at] = found[at - step]
    return found


def _are_bars(document: Document, block: Block) -> bool:
    words = document.quote(_spans(block)) if isinstance(block, NonBody) and block.kind == "markup" else ""
    return "|" in words and not words.strip(_BARS)


def _table(document: Document, block: Block) -> int:
    """Return the identity of the table that a block is a row of; 0 for others."""
    row = row_of(document, block) if isinstance(block, Passage) else None
    return id(row[0]) if row and isinstance(block, Passage) and block.spans == grid_spans(*row) else 0


def _at_page(document: Document, span: Span | None) -> str:
    """Return the attribute that says on which page of its file a span begins."""
    page = document.page(span.start) if span else None
    return f' data-page="{page}"' if page else ""
