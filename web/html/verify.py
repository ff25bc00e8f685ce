"""Verifies a quote before it is shown: its HTML is read back and compared with the document as it is stored now.

A reply is made of slices and cannot disagree with them. This check finds what can still go wrong: a document that was
replaced after the reply was made, a span that points elsewhere, and a fault in our rendering.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from corpus.document import Document, Span

_SPANS = re.compile(r"(\d{1,9})-(\d{1,9})")


class _Quote(HTMLParser):
    """Reads a blockquote as a browser does: its attributes, and its text content."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self.attributes = dict(attrs)
        if ("class", "nul") in attrs:
            self.text += "\0"

    def handle_data(self, data: str) -> None:
        self.text += data


def is_exact(quote: str, document: Document, stored: Iterable[Document]) -> bool:
    """Return whether the text of a blockquote is exactly the slices that its attributes name.

    `document` is the one that the quote was made from; `stored` holds the documents as they are now.
    """
    current = next((other for other in stored if other.name == document.name), None)
    if current is None or current.sha256 != document.sha256:
        return False
    reader = _Quote()
    reader.feed(str(quote))  # a Markup would escape what is added to it
    reader.close()
    spans = read_spans(reader.attributes.get("data-spans") or "")
    whole = all(span.end <= len(current.text) for span in spans)
    return bool(spans) and whole and reader.text == current.quote(spans)


def write_spans(spans: Iterable[Span]) -> str:
    """Return spans as a quote's `data-spans` has them: 6818-6849,6853-6860."""
    return ",".join(f"{span.start}-{span.end}" for span in spans)


def read_spans(addressed: str) -> tuple[Span, ...]:
    """Return the spans that a quote's `data-spans` has; none if one of them is no range."""
    ranges = [(int(start), int(end)) for start, end in _SPANS.findall(addressed)]
    return tuple(Span(start, end) for start, end in ranges) if all(start < end for start, end in ranges) else ()
