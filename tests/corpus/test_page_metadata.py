"""What pages say about themselves, in the manner of several publishers, and what programs write there by themselves."""

import pytest

from corpus.document import Metadata
from corpus.parse import parse_source
from corpus.source import Source

_WORDS = (
    "<h1>Gulls of the Harbour</h1><p>The gulls of the harbour returned in spring, and the boats were late again.</p>"
)


def _metadata(head: str, *, start: str = "<html>", body: str = "<body>") -> Metadata:
    head = f"<head><meta charset='utf-8'>{head}</head>"
    page = f"<!DOCTYPE html>{start}{head}{body}<article>{_WORDS}</article></body></html>"
    return parse_source(Source.from_file("page.html", page.encode(), None)).metadata[0]


def _meta(**values: str) -> str:
    return "".join(f'<meta name="{name.replace("_8", ".")}" content="{value}">' for name, value in values.items())


def _text(metadata: Metadata, name: str) -> str:
    value = getattr(metadata, name)
    return value.text if value else ""


_HIGHWIRE = _meta(
    citation_title="Gulls of the Harbour", citation_author="Shen, Qiao", citation_publication_date="2023/11/02",
    citation_online_date="2023/01/09", citation_journal_title="Harbour Studies", citation_volume="8",
    citation_issue="2", citation_firstpage="11", citation_lastpage="29", citation_doi="10.5555/hs.8.11",
    citation_language="en",
)  # fmt: skip
_OJS = _meta(
    DC_8Title="Gulls of the Harbour", DC_8Creator_8PersonalName="Shen, Qiao", DC_8Date_8issued="2023-11-02",
    DC_8Source="Harbour Studies", DC_8Source_8Volume="8", DC_8Source_8Issue="2", DC_8Identifier_8pageNumber="11-29",
    DC_8Identifier_8DOI="10.5555/hs.8.11", DC_8Language="eng",
)  # fmt: skip
_JSON_LD = """<script type="application/ld+json">{"@type": "ScholarlyArticle", "headline": "Gulls of the Harbour",
 "author": [{"@type": "Person", "name": "Shen, Qiao"}], "pageStart": "11", "pageEnd": 29, "inLanguage": "en",
 "isPartOf": {"@type": "PublicationIssue", "issueNumber": "2", "isPartOf": {"@type": "PublicationVolume",
 "volumeNumber": 8, "isPartOf": {"@type": "Periodical", "name": "Harbour Studies"}}},
 "sameAs": "https://doi.org/10.5555/hs.8.11", "datePublished": "2 November 2023"}</script>"""


@pytest.mark.parametrize("head", [_HIGHWIRE, _OJS, _JSON_LD], ids=["Highwire", "OJS", "JSON-LD"])
def test_an_article_says_where_it_was_published(head: str) -> None:
    """Journal, volume, issue, pages, DOI, language."""
    metadata = _metadata(head)

    assert (metadata.kind, str(metadata.date)) == ("article", "2023-11-02")
    assert [author.text for author in metadata.authors] == ["Shen, Qiao"]
    expected = ("Harbour Studies", "8", "2", "11-29", "10.5555/hs.8.11", "en")
    fields = ("publication", "volume", "issue", "page", "doi", "language")
    assert tuple(_text(metadata, name) for name in fields) == expected


def test_news_say_it_in_a_graph_beside_the_site() -> None:
    """The site is no publication of its own, an address is no author."""
    metadata = _metadata(
        '<meta property="article:author" content="https://social.example.org/qt">'
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "Qinglan Times"},'
        '{"@type": "NewsArticle", "author": {"name": "Qiao Shen"}, "datePublished": "2023-11-02T08:00:00+08:00",'
        '"isPartOf": {"@type": ["CreativeWork"], "name": "Qinglan Times"}, "inLanguage": "en-GB"}]}</script>'
    )
    assert (metadata.kind, _text(metadata, "publication")) == ("newspaper", "Qinglan Times")
    assert [author.text for author in metadata.authors] == ["Qiao Shen"]
    assert (_text(metadata, "language"), str(metadata.date)) == ("en-GB", "2023-11-02")


def test_microdata_name_the_author_of_the_page() -> None:
    """Attributes of the page's own elements."""
    body = (
        '<body itemscope itemtype="https://schema.org/Report"><p itemprop="author" itemscope><b itemprop="name">'
        'Qiao Shen</b></p><time itemprop="datePublished" datetime="2023-11-02">2 Nov</time>'
    )
    metadata = _metadata("", body=body)
    assert (metadata.kind, str(metadata.date)) == ("report", "2023-11-02")
    assert [author.text for author in metadata.authors] == ["Qiao Shen"]


@pytest.mark.parametrize("author", ["admin", "海风博客", "https://a.example.org/me", "me@example.org", "小编", "root"])
def test_a_program_or_a_site_is_no_author(author: str) -> None:
    """Nor is 1970-01-01 a date."""
    head = _meta(author=author, PubDate="1970-01-01 00:00", sitename="海风博客")
    metadata = _metadata(head + '<link rel="canonical" href="https://hf.example.org/1">')

    assert (metadata.authors, metadata.date, metadata.kind) == ((), None, "webpage")


def test_a_less_trusted_author_stands_in_for_one_that_is_none() -> None:
    """And 作者： is not part of a name."""
    metadata = _metadata(_meta(citation_author="admin", author="作者：沈桥"))
    assert [author.text for author in metadata.authors] == ["沈桥"]


@pytest.mark.parametrize(
    "script",
    [
        "[[[[",
        "[1, null]",
        '{"@type": ["Book", null], "author": {"name": [{"a": 1}]}, "isPartOf": [[1]], "name": {"b": 3}}',
    ],
)
def test_broken_descriptions_are_passed_over(script: str) -> None:
    """The page is read all the same."""
    metadata = _metadata(f'<script type="application/ld+json">{script}</script>')
    assert (metadata.title.text, metadata.authors, metadata.publication) == ("Gulls of the Harbour", (), None)
