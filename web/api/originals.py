"""The pages of PDF files and pictures as they look: drawn, with the text that can be selected and what is lit."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict
from urllib.parse import urlencode

from corpus import original_pages
from corpus.corpus_settings import READING
from corpus.document import Document, Span
from corpus.errors import SourceError, StoreError
from corpus.formats.character_places import Box
from corpus.formats.page_image import PagePicture
from corpus.lines_on_page import lines_on_page, lit_boxes
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from web import strings
from web.api.bounded_cache import BoundedCache
from web.api.page_context import Context
from web.api.request import LightUp, OfDocument, OfPage
from web.html.error_messages import Refused
from web.html.markup import both
from web.web_settings import PAGE

Rounded = tuple[float, ...]
"""Left, top, right and bottom edge, as fractions of the page."""


class Pages(TypedDict):
    """The pages of a file."""

    sizes: list[tuple[float, float]]
    """Width and height of each, in units of its own."""
    labels: list[str]
    """The printed number of each; empty where the file states none."""


class Words(TypedDict):
    """A line of a page's text. The lines of a page tile its text."""

    text: str
    box: Rounded | None
    """None where the file does not show where it stands."""
    vertical: bool


class ShownPage(TypedDict):
    """A page as it looks."""

    picture: str
    """Its address, relative to that of the page; empty where the page cannot be drawn."""
    html: str
    """Says that it cannot be drawn; else empty."""
    words: list[Words]
    start: int
    """Where its text begins in the document, in code points."""


class LitPage(TypedDict):
    """What is lit on a page."""

    page: int
    lit: list[Rounded]
    best: list[Rounded]
    """The part of it that answers best."""


class Lit(TypedDict):
    """The pages on which a passage stands, in its order."""

    pages: list[LitPage]


class Originals:
    """Shows the pages of the files that the index keeps. Safe to share between threads."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._process = ReadingProcess()
        self._turn = threading.Lock()
        """Whose turn it is to use the process."""
        self._end: threading.Timer | None = None
        self._sources: BoundedCache[str, Source | None] = BoundedCache(
            PAGE.kept_files, lambda source: len(source.data) if source else 0
        )
        self._sizes: BoundedCache[str, list[tuple[float, float]]] = BoundedCache(PAGE.kept_places, len)
        self._pictures: BoundedCache[tuple[str, int, int], PagePicture] = BoundedCache(
            PAGE.kept_pictures, lambda picture: len(picture.data)
        )
        self._places: BoundedCache[tuple[str, int], list[Box | None]] = BoundedCache(PAGE.kept_places, len)

    def count(self, document: Document) -> int:
        """Return how many pages of a document's file can be shown; the process that draws them starts meanwhile."""
        if not document.pages or self._source(document) is None:
            return 0
        if self._turn.acquire(blocking=False):  # else it runs: nobody waits for a page to see a text
            try:
                self._process.start()
            finally:
                self._turn.release()
        return len(document.pages)

    def pages(self, request: OfDocument) -> Pages:
        """Return the sizes of all pages. Raises Refused."""
        document = self._context.document(request.document)
        sizes = self._sizes_of(self._kept(document))[: len(document.pages)]
        return {"sizes": sizes, "labels": [document.page_label(number) for number, _ in enumerate(sizes, start=1)]}

    def page(self, request: OfPage) -> ShownPage:
        """Return a page, drawn, with its text. Raises Refused if there is no such page."""
        document = self._context.document(request.document)
        source = self._kept(document)
        if not 1 <= request.page <= len(document.pages):
            raise Refused(strings.NO_PAGE)
        words = self._words(source, request.page, self._boxes(source, request.page))
        start, _ = original_pages.page_text(source, request.page)
        try:
            self._picture(source, request.page, request.width)
        except SourceError:
            return {"picture": "", "html": both(strings.PAGE_NOT_DRAWN), "words": words, "start": start}
        shown = {"document": request.document, "page": request.page, "width": request.width, "v": source.sha256[:16]}
        return {
            "picture": f"page/picture?{urlencode(shown, errors='replace')}",
            "html": "",
            "words": words,
            "start": start,
        }

    def picture(self, request: OfPage) -> bytes:
        """Return a page as WebP. Raises QAError if there is no such page, or it cannot be drawn."""
        document = self._context.document(request.document)
        source = self._kept(document)
        if not 1 <= request.page <= len(document.pages):
            raise Refused(strings.NO_PAGE)
        return self._picture(source, request.page, request.width).data

    def lit(self, request: LightUp) -> Lit:
        """Return where a passage stands on the pages of its file. Raises Refused."""
        document, passage = self._context.quoted(request.passage)
        source = self._kept(document)
        best = [Span(start, end) for start, end in request.best if start < end]
        found: dict[int, LitPage] = {}
        for page, span in _by_page(document, passage.spans):
            boxes = self._boxes(source, page)
            shape = self._shape(source, page)
            first = original_pages.page_text(source, page)[0]
            lit = found.setdefault(page, {"page": page, "lit": [], "best": []})
            lit["lit"] += _rounded(lit_boxes(boxes[span.start - first : span.end - first], shape))
            for part in best:
                start, end = max(part.start, span.start), min(part.end, span.end)
                lit["best"] += _rounded(lit_boxes(boxes[start - first : end - first], shape) if start < end else [])
        return {"pages": list(found.values())}

    def _kept(self, document: Document) -> Source:
        source = self._source(document)
        if source is None:
            raise Refused(strings.NO_PAGES)
        return source

    def _source(self, document: Document) -> Source | None:
        """Return the file of a document if it has pages that can be shown."""

        def fetch() -> Source | None:
            try:
                source = self._context.catalog.source(document.name)
            except StoreError:
                return None
            is_same = source is not None and source.sha256 == document.sha256 and source.text == document.text
            return source if source is not None and is_same and original_pages.has_pages(source) else None

        return self._sources.get(document.sha256, fetch)

    def _sizes_of(self, source: Source) -> list[tuple[float, float]]:
        """Raises Refused if the file cannot be opened."""

        def ask() -> list[tuple[float, float]]:
            with self._at_work() as process:
                return original_pages.page_sizes(process, source)

        try:
            return self._sizes.get(source.sha256, ask)
        except SourceError as error:
            raise Refused(strings.NO_PAGES) from error

    def _shape(self, source: Source, page: int) -> float:
        """Return the height of a page, divided by its width; 1 where it is not known."""
        try:
            width, height = self._sizes_of(source)[page - 1]
        except (Refused, IndexError):
            return 1.0
        return height / width

    def _picture(self, source: Source, page: int, width: int) -> PagePicture:
        def draw() -> PagePicture:
            with self._at_work() as process:
                return original_pages.draw(process, source, page, width)

        return self._pictures.get((source.sha256, page, width), draw)

    def _boxes(self, source: Source, page: int) -> list[Box | None]:
        """Return the boxes of a page's characters; where they cannot be found, none has one."""

        def find() -> list[Box | None]:
            try:
                with self._at_work() as process:
                    return original_pages.character_boxes(process, source, page)
            except SourceError:
                start, end = original_pages.page_text(source, page)
                return [None] * (end - start)

        return self._places.get((source.sha256, page), find)

    def _words(self, source: Source, page: int, boxes: Sequence[Box | None]) -> list[Words]:
        start, _ = original_pages.page_text(source, page)
        return [
            {
                "text": source.text[start + line.start : start + line.end],
                "box": _rounded([line.box])[0] if line.box else None,
                "vertical": line.is_vertical,
            }
            for line in lines_on_page(boxes, self._shape(source, page))
        ]

    @contextmanager
    def _at_work(self) -> Iterator[ReadingProcess]:
        """Lend the process, which ends when nobody has needed it for long."""
        with self._turn:
            if self._end is not None:
                self._end.cancel()
            try:
                yield self._process
            finally:
                self._end = threading.Timer(READING.seconds_kept, self.close)
                self._end.daemon = True
                self._end.start()

    def close(self) -> None:
        """End the process that draws; another request starts a new one."""
        with self._turn:
            self._process.close()


def _by_page(document: Document, spans: Iterable[Span]) -> Iterator[tuple[int, Span]]:
    """Yield the parts of spans with the page on which each stands."""
    for span in spans:
        start = span.start
        while start < span.end:
            page = document.page(start) or 1
            end = min(document.pages[page], span.end) if page < len(document.pages) else span.end
            yield page, Span(start, end)
            start = end


def _rounded(boxes: Iterable[Box]) -> list[Rounded]:
    """Return boxes with less than a pixel's exactness, which is shorter to send."""
    return [tuple(round(edge, 5) for edge in box) for box in boxes]
