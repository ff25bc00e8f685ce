"""The source as a well-set document, and its table of contents."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Document, Matter, Passage, Section
from qa.cite import work_title
from web.markup import escape, language, marked, source_text
from web.render import title_block_class


def source_html(documents: Sequence[Document]) -> str:
    """Return all documents in reading order, each block of them once."""
    return "".join(_document(document, named=len(documents) > 1) for document in documents)


def contents_html(documents: Sequence[Document]) -> str:
    """Return links to every section; `data-to` names the element in the source pane."""
    return "".join(
        f'<li class="level-{section.level}"><a href="#{target}" data-to="{target}">{escape(_entry(section))}</a></li>'
        for document in documents
        for section, target in _targets(document)
    )


def _document(document: Document, *, named: bool) -> str:
    anchors = {id(section): target for section, target in _targets(document)}
    out = f'<p class="docname">{escape(document.name)}</p>' if named else ""
    for block in document.blocks:
        match block:
            case Section(is_lead=True):
                pass  # its words are the opening of the passage that follows
            case Section():
                out += _heading(document, block, anchors[id(block)])
            case Passage():
                out += _passage(document, block)
            case Matter():
                text = source_text(document.quote((block.span,)))
                out += f'<p class="{block.kind}">{text}</p>'
    return (
        f'<article class="source" data-document="{escape(document.name)}" lang="{language(document)}">{out}</article>'
    )


def _targets(document: Document) -> list[tuple[Section, str]]:
    """Return each section with the id of the element where it begins; a lead begins with its passage."""
    first: dict[int, Passage] = {}
    for passage in document.passages:
        first.setdefault(id(passage.section), passage)
    return [
        (
            section,
            f"p-{first[id(section)].id}" if section.is_lead else f"s-{document.sha256[:8]}-{number}",
        )
        for number, section in enumerate(document.sections)
    ]


def _entry(section: Section) -> str:
    return section.label if section.level else work_title(section)


def _heading(document: Document, section: Section, anchor: str) -> str:
    tag = f"h{min(section.level + 2, 6)}"
    if section.title_span is None:
        # In brackets and in our own voice's type: nobody shall take it for source text.
        return f'<{tag} id="{anchor}" class="supplied">〔{escape(section.label)}〕</{tag}>'
    return f'<{tag} id="{anchor}">{source_text(document.quote((section.title_span,)))}</{tag}>'


def _passage(document: Document, passage: Passage) -> str:
    title_span = passage.section.title_span if passage.section.is_lead else None
    title_block = title_block_class(passage)
    inner = marked(
        document,
        passage.spans,
        title=(title_span,) if title_span else (),
        title_tag='<span class="title" role="heading" aria-level="2">' if title_block else '<b class="lead">',
    )
    return (
        f'<p id="p-{escape(passage.id)}" class="passage{title_block}" data-passage="{escape(passage.id)}" '
        f'data-line="{document.line(passage.spans[0].start)}" tabindex="-1">{inner}</p>'
    )
