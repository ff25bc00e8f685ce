"""Makes the smallest pieces of HTML: escaped text, wording in two languages, marked slices of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TypedDict

import markupsafe
from markupsafe import Markup

from corpus.document import Document, Passage, Span
from corpus.message import Message
from corpus.text.controls import replace_surrogates
from corpus.text.scripts import han_count, has_kana_or_hangul
from qa.citations.slices import pieces
from web import strings

_ESCAPED = re.compile("[&<>\"'\r\ud800-\udfff]")
NUL = '<i class="nul"></i>'
"""Stands for U+0000, which HTML cannot carry; `static/js/base.js` puts the character itself in its place."""


_ASTERISKS = re.compile(r"(?<!\*)\*{2,3}(?!\*)")
_FAINT = f'<span class="asterisks" title="{strings.AS_IN_SOURCE.bilingual}">\\g<0></span>'
"""They are the source's own characters; the style draws them faintly, so that the page does not look broken."""


def escape(text: str) -> Markup:
    """Return `text` as HTML whose text content is `text`, in elements and in attributes.

    Parsers read a carriage return as a line feed, so it goes as a reference. A lone surrogate, which no
    encoding can carry, becomes U+FFFD; sources never hold one.
    """
    return Markup(_escaped(text))


def _escaped(text: str) -> str:
    if not _ESCAPED.search(text):  # most texts: a page is made of thousands of short ones
        return text
    return str(markupsafe.escape(replace_surrogates(text))).replace("\r", "&#13;")


def shown_name(name: str) -> str:
    """Return a document's name as a browser has it and sends it back: HTML can carry no U+0000 and no lone surrogate.

    Names of new documents have neither (`corpus.text.document_name`); those of an older index may.
    """
    return replace_surrogates(name).replace("\0", "\ufffd")


def source_text(text: str) -> Markup:
    """Return the HTML of source text: `escape`, U+0000 kept, and a text's asterisks for bold in their element."""
    html = _escaped(text).replace("\0", NUL)
    return Markup(_ASTERISKS.sub(_FAINT, html) if "**" in html else html)


def blanks(text: str) -> Markup:
    """Return blank lines or indents of a document: not shown, but part of the element's text content."""
    return Markup(f'<span class="gap">{source_text(text)}</span>') if text else Markup()


def both(message: Message, **values: object) -> Markup:
    """Return the message in both languages, filled in; the page's style shows the chosen one."""
    filled = message.format(**values) if values else message
    return in_both(filled.zh, filled.en)


def in_both(chinese: str, english: str) -> Markup:
    """Return one wording in both languages; the page's style shows the chosen one."""
    return Markup(f'<span class="zh">{escape(chinese)}</span><span class="en">{escape(english)}</span>')


def attribute(name: str, message: Message) -> Markup:
    """Return an attribute in Chinese, with both wordings beside it: `static/js/base.js` puts in the chosen one."""
    chinese, english = escape(message.zh), escape(message.en)
    return Markup(f'{name}="{chinese}" data-{name}-zh="{chinese}" data-{name}-en="{english}"')


def language(document: Document) -> str:
    """Return the `lang` of a document's words: `zh-Hans` for Chinese, otherwise empty, "not known"."""
    opening = document.text[:4000]
    chinese = han_count(opening) * 10 > len(opening) and not has_kana_or_hangul(opening)
    return "zh-Hans" if chinese else ""


def title_block_class(passage: Passage) -> str:
    """Return the class that sets each slice of a title block on its own line, with a blank before it; else nothing."""
    return "" if passage.paragraph else " titleblock"


class Marking(TypedDict):
    """What is marked in slices of a document."""

    best: Sequence[Span]
    """The best sentence."""
    best_tag: str
    """`LIT`; or `UNLIT`, where it is not to be seen, and a script can find it."""
    answer: Sequence[Span]
    """The words that answer."""
    matched: Sequence[Span]
    """Words that match words of the question."""


LIT = "<mark>"
UNLIT = '<span class="best">'


def marked(
    document: Document,
    spans: Sequence[Span],
    *,
    best: Sequence[Span] = (),
    title: Sequence[Span] = (),
    answer: Sequence[Span] = (),
    matched: Sequence[Span] = (),
    best_tag: str = LIT,
    title_tag: str = '<b class="lead">',
    after: Mapping[Span, str] = MappingProxyType({}),
) -> Markup:
    """Return the slices `spans` as HTML, whose text content is `document.quote(spans)`.

    `best` is set in `best_tag`, `title` in `title_tag`, `answer` in a mark and `matched` in a span of their own, each
    inside the one before; in all, what text recognition was not sure of. Their borders are computed from offsets alone.
    Of several slices, each is wrapped in an element with its line number: the style shows the break from it, and
    nothing is added to the text. In the reading pane, `after` has the blank characters that follow each slice; a quote
    has none.
    """
    tagged = (
        (best, best_tag),
        (title, title_tag),
        (answer, '<mark class="answer">'),
        (matched, '<span class="matched">'),
        (document.doubtful_in(spans), '<span class="doubtful">'),
    )
    layers = [layer for layer, _ in tagged if layer]
    tags = [tag for layer, tag in tagged if layer]
    lines: list[tuple[int, str]] = []
    for number, span in enumerate(spans):
        inner = _nest(document, list(pieces(span, layers)), tags)
        line = document.line(span.start)
        if lines and spans[number - 1].end <= span.start and document.line(spans[number - 1].end - 1) == line:
            lines[-1] = (lines[-1][0], lines[-1][1] + inner)  # no break: only marks were left out
        else:
            lines.append((number, inner))
    if len(lines) == 1:
        return Markup(lines[0][1])
    slices = (
        f'<span class="slice" data-line="{document.line(spans[number].start)}">{inner}</span>'
        f"{blanks(after.get(spans[number], '')) if number < lines[-1][0] else ''}"
        for number, inner in lines
    )
    return Markup("".join(slices))


_Piece = tuple[Span, tuple[bool, ...]]


def _nest(document: Document, pieces: Iterable[_Piece], tags: Sequence[str], depth: int = 0) -> str:
    """Return the pieces as HTML: runs of them that a layer covers are wrapped in its tag, the outermost layer first."""
    if depth == len(tags):
        return "".join(source_text(document.text[span.start : span.end]) for span, _ in pieces)
    out = ""
    for covered, run in groupby(pieces, key=lambda piece: piece[1][depth]):
        inner = _nest(document, run, tags, depth + 1)
        out += f"{tags[depth]}{inner}</{tags[depth][1:].partition(' ')[0].rstrip('>')}>" if covered else inner
    return out
