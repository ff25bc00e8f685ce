"""The id of a stored document stays what it was: by it an index of an older version finds the document again."""

from __future__ import annotations

from corpus.source import Source
from index.storage.sources import document_id

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
