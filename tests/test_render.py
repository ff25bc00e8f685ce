"""What the page shows, as strings: exact text, everything escaped, the contract's attributes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Document, Passage, Section, Sentence, Span, cut
from corpus.parse import parse
from qa.model import Answer, Citation, Hit, NotFound, Rejected
from web.markup import both, language, marked
from web.render import quote_html, reply_html
from web.shell import head_html, page_html
from web.source import contents_html, source_html
from web.words import Phrase

VOID = {"br", "img", "input", "link", "meta", "path", "wbr"}
HOSTILE = "<script>alert(1)</script> **bold** _x_ # h $x$ ${1+1} {{value}} &amp; \"'\r\n\u3000\u3000全角"


@dataclass
class Element:
    """An element as a browser would build it, with what a test asks about."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        inside = [
            found for child in self.children if isinstance(child, Element) for found in child.all(tag, **attributes)
        ]
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        if self.tag == tag and wanted.items() <= self.attributes.items():
            return [self, *inside]
        return inside


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if element.attributes.get("class") == "nul":
            element.children.append("\0")
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is never closed"
    return builder.open[0]


def document_of(text: str, *spans: Span, name: str = "sample") -> tuple[Document, Passage]:
    """A document with one passage under one supplied title."""
    work = Section("标题", None, 0, None, is_lead=False)
    passage = Passage("0123456789abcdef", spans, (Sentence(spans),), work, 1)
    return Document(name, text, "0" * 64, (work, passage)), passage


def hit_of(document: Document, passage: Passage, confidence: float = 0.9) -> Hit:
    return Hit(Citation(document, passage), passage.sentences[0], (), confidence)


def random_part(passage: Passage, pick: random.Random) -> tuple[Span, ...]:
    length = sum(map(len, passage.spans))
    start = pick.randrange(length)
    return cut(passage.spans, start, pick.randint(start + 1, length))


def test_quotes_of_all_passages_are_their_slices_whatever_is_marked(shipped: Document) -> None:
    pick = random.Random(7)
    assert sum(len(passage.spans) > 1 for passage in shipped.passages) >= 5

    for passage in shipped.passages:
        for _ in range(20):
            html = quote_html(
                shipped,
                passage,
                best=random_part(passage, pick),
                matched=tuple(span for _ in range(3) for span in random_part(passage, pick)),
            )
            (quote,) = tree(html).all("blockquote")
            assert quote.text == shipped.quote(passage.spans)
            assert quote.attributes["data-passage"] == passage.id
            assert quote.attributes["data-document"] == "sco-2021"
            assert quote.attributes["cite"] == f"?p={passage.id}"
            spans = [part.split("-") for part in (quote.attributes["data-spans"] or "").split(",")]
            assert [(int(start), int(end)) for start, end in spans] == [(s.start, s.end) for s in passage.spans]


@given(st.text(min_size=1), st.data())
def test_marks_lie_where_their_offsets_say(text: str, data: st.DataObject) -> None:
    """Any text, cut anywhere, marked anywhere: text and marks come out as they went in."""
    offsets = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2)) | {0, len(text)})
    spans = tuple(Span(start, end) for start, end in zip(offsets[::2], offsets[1::2], strict=False))
    ends = st.integers(0, len(text)).flatmap(lambda start: st.tuples(st.just(start), st.integers(start, len(text))))
    layers = [[Span(*pair) for pair in data.draw(st.lists(ends, max_size=3)) if pair[0] < pair[1]] for _ in range(2)]
    document, passage = document_of(text, *spans)

    html = marked(document, passage.spans, best=layers[0], matched=layers[1])

    exact = text.encode("utf-8", "replace").decode()  # st.text() draws no surrogates
    root = tree(html)
    assert root.text == "".join(exact[span.start : span.end] for span in spans)
    for tag, layer in (("mark", layers[0]), ("span", layers[1])):
        found = root.all(tag) if tag == "mark" else root.all("span", **{"class": "matched"})
        covered = {i for span in layer for i in range(span.start, span.end)} & {
            i for span in spans for i in range(span.start, span.end)
        }
        assert "".join(element.text for element in found) == "".join(text[i] for i in sorted(covered))


def test_the_best_sentence_is_yellow_and_matched_words_are_underlined() -> None:
    text = "秘书处设在北京。反恐机构设在塔什干。"
    document, passage = document_of(text, Span(0, len(text)))

    html = marked(document, passage.spans, best=(Span(0, 8),), matched=(Span(5, 7), Span(14, 17)))

    assert html == (
        '<mark>秘书处设在<span class="matched">北京</span>。</mark>反恐机构设在<span class="matched">塔什干</span>。'
    )


def test_a_passage_that_is_its_best_sentence_has_no_yellow() -> None:
    document, passage = document_of("秘书处设在北京。", Span(0, 8))
    assert "<mark>" not in quote_html(document, passage, best=passage.spans)


def test_slices_carry_the_line_where_the_source_goes_on() -> None:
    document, passage = document_of("各国共同发\n\n展的大舞台", Span(0, 5), Span(7, 12))

    assert marked(document, passage.spans, best=(Span(3, 5), Span(7, 9))) == (
        '<span class="slice" data-line="1">各国共<mark>同发</mark></span>'
        '<span class="slice" data-line="3"><mark>展的</mark>大舞台</span>'
    )


def test_hostile_documents_are_text_and_nothing_else() -> None:
    document = parse(f"{HOSTILE}\n\n{HOSTILE}", name=HOSTILE)
    passage = document.passages[0]
    html = reply_html(Answer("?", HOSTILE, (), (hit_of(document, passage),)))

    root = tree(html)
    assert root.all("script") == []
    (quote,) = root.all("blockquote")
    assert quote.text == document.quote(passage.spans)
    assert quote.attributes["data-document"] == HOSTILE
    for part in (source_html([document, document]), contents_html([document]), page_html([document])):
        assert tree(part).all("script") == []
        assert "alert(1)" in tree(part).text


@pytest.mark.parametrize("question", [HOSTILE, "\ud800", "", "\0", "<" * 3000])
def test_hostile_questions_are_text_and_nothing_else(question: str) -> None:
    replies = (NotFound(question, question, (question,), ()), Rejected(question, question, question))
    for reply in replies:
        html = reply_html(reply)
        html.encode()
        assert tree(html).all("script") == []
        assert question.replace("\ud800", "\ufffd") in tree(html).text


def test_carriage_returns_and_nul_reach_the_browser() -> None:
    """HTML reads CR as LF and drops NUL unless they are written otherwise."""
    document, passage = document_of("甲\r\n乙\0丙", Span(0, 6))
    html = quote_html(document, passage)
    assert "\r" not in html
    assert "\0" not in html
    assert tree(html).text == "甲\r\n乙\0丙"


def test_status_and_citation_of_replies(shipped: Document) -> None:
    hit = hit_of(shipped, shipped.passages[5])
    answered = tree(reply_html(Answer("问", None, (), (hit, hit_of(shipped, shipped.passages[6], 0.5)))))
    not_found = tree(reply_html(NotFound("问", None, ("货币",), (hit,))))
    rejected = tree(reply_html(Rejected("", "问题是空的。", "It is empty.")))

    assert [root.children[0].attributes["data-status"] for root in (answered, not_found, rejected)] == [  # type: ignore[union-attr]
        "answered",
        "not_found",
        "rejected",
    ]
    for card in answered.all("div", **{"class": "card"}):
        quote, cite = card.children[:2]
        assert isinstance(quote, Element)
        assert isinstance(cite, Element)
        assert (quote.tag, cite.tag) == ("blockquote", "cite")
        assert cite.all("a")[0].attributes["data-goto"] == quote.attributes["data-passage"]
    assert answered.all("cite")[0].text == str(hit.citation)
    assert [e.text for e in answered.all("span", **{"class": "sure"})] == [
        "很相关Very relevant",
        "可能相关Possibly relevant",
    ]
    assert "这份文本里没有找到答案。" in not_found.text
    assert "文本未提到：" in not_found.text
    (near,) = not_found.all("details")
    assert "open" not in near.attributes
    assert "最接近的几段（不够回答这个问题）" in near.all("summary")[0].text
    assert near.all("blockquote")[0].text == hit.citation.text
    assert near.all("mark") == []
    assert rejected.text == "问题是空的。It is empty."


def test_the_source_pane_shows_every_block_once_in_reading_order(shipped: Document) -> None:
    root = tree(source_html([shipped]))
    (article,) = root.all("article")
    shown = [block for block in article.children if isinstance(block, Element)]
    expected = []
    for block in shipped.blocks:
        if isinstance(block, Passage):
            expected.append(shipped.quote(block.spans))
        elif not isinstance(block, Section):
            expected.append(shipped.quote((block.span,)))
        elif not block.is_lead:
            expected.append(shipped.quote((block.title_span,)) if block.title_span else f"〔{block.label}〕")
    assert [element.text for element in shown] == expected
    assert [e.attributes["data-passage"] for e in root.all("p") if "data-passage" in e.attributes] == [
        passage.id for passage in shipped.passages
    ]
    (supplied,) = [e for e in root.all("h2") if e.attributes.get("class") == "supplied"]
    assert supplied.text == "〔上海合作组织二十周年杜尚别宣言〕"
    assert [e.text for e in root.all("b", **{"class": "lead"})][:2] == ["我们共促政治互信", "我们共护安全稳定"]


def test_every_entry_of_the_contents_leads_to_an_element(shipped: Document) -> None:
    root = tree(page_html([shipped]))
    ids = {e.attributes.get("id") for tag in ("h2", "h3", "h4", "p") for e in root.all(tag)}
    links = [e for e in root.all("a") if "data-to" in e.attributes]
    assert len(links) == len(shipped.sections)
    assert {link.attributes["data-to"] for link in links} <= ids


def test_there_is_one_question_box_under_its_contract_name(shipped: Document) -> None:
    root = tree(page_html([shipped]))
    (box,) = root.all("textarea")
    assert box.attributes["aria-label"] == "提问 / Ask"
    assert "maxlength" not in box.attributes
    assert root.all("input") == []
    assert len([e for e in root.all("button") if "data-ask" in e.attributes]) == 6


def test_nothing_in_the_head_is_fetched() -> None:
    head = head_html()
    assert "@import" not in head
    assert "url(" not in head
    assert "http" not in head.replace("http://www.w3.org/2000/svg", "").replace("plain http", "")


def test_wording_is_in_both_languages_and_escaped() -> None:
    assert both(Phrase("找到 {n} 段", "<{n}>"), n="<b>") == (
        '<span class="zh">找到 &lt;b&gt; 段</span><span class="en">&lt;&lt;b&gt;&gt;</span>'
    )


@pytest.mark.parametrize(("text", "tag"), [("成员国主张", "zh-Hans"), ("Ask a text", ""), ("東京に行く", ""), ("", "")])
def test_the_language_of_a_source_is_marked_where_it_is_known(text: str, tag: str) -> None:
    assert language(document_of(text, Span(0, 1))[0]) == tag
