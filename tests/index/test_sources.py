"""The id of a stored document stays what it was: by it an index of an older version finds the document again."""

from __future__ import annotations

from pathlib import Path

from corpus.document import ParserWarning, Span
from corpus.layout import Layout
from corpus.message import Message
from corpus.source import Source
from index.searcher import Index
from index.storage.sources import document_id, fetch
from tests.fakes import CharacterEmbedder

PAGE = (
    '<html><head><title>河道</title><meta name="author" content="林晚"></head><body><nav><a href="/">首页</a></nav>'
    "<h1>河道管理办法</h1><p>第一条 为了管理河道，制定本办法。</p></body></html>"
)


def test_the_id_of_a_page_with_layout_and_properties_is_that_of_format_4() -> None:
    source = Source.from_file("a.html", PAGE.encode(), None)

    assert source.layout is not None
    assert source.layout.non_body
    assert source.properties is not None
    assert document_id(source) == "d97aafb36ed84383"


def test_the_id_of_a_text_with_warnings_is_that_of_format_4() -> None:
    """A warning holds a message, and is stored with its two wordings as it always was."""
    warnings = (ParserWarning(Span(2, 4), Message(zh="这里是乱码。", en="Garbled.")),)
    layout = Layout(warnings=warnings, pages=(0,))
    source = Source("河道.pdf", b"%PDF", None, "河道管理办法", layout=layout, format="pdf")

    assert document_id(source) == "8552ff57d5e91669"


def test_a_stored_warning_is_read_as_it_was(tmp_path: Path) -> None:
    warnings = (ParserWarning(Span(0, 2), Message(zh="前面的第1页没有文字层。", en="Page {1} has no text layer.")),)
    source = Source("堤.pdf", b"%PDF", None, "堤防", layout=Layout(warnings=warnings), format="pdf")
    index = Index.build(tmp_path / "i", [source], CharacterEmbedder("堤防"))

    assert fetch(index.database, index.manifest.documents[0]) == source
