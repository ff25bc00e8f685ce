"""What the page shows, as strings: exact text, everything escaped, the contract's attributes."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Block, Document, NonBody, Passage, Section, Span, cut
from corpus.message import Message
from corpus.parse import parse
from index.catalog import Catalog
from qa.reply import Answer, Citation, Grade, Hit, NotFound, Rejected
from tests.web.elements import Element, tree
from web.html.card import quote_html
from web.html.markup import both, language, marked
from web.html.page import page_html
from web.html.reading_pane import contents_html, document_html
from web.html.reply_view import reply_html
from web.static_files import static_files

HOSTILE = "<script>alert(1)</script> **bold** _x_ # h $x$ ${1+1} {{value}} &amp; \"'\r\n\u3000\u3000全角"


def document_of(text: str, *spans: Span, name: str = "sample") -> tuple[Document, Passage]:
    """A document with one passage under one supplied title."""
    work = Section("标题", None, 0, None, is_run_in=False)
    passage = Passage("0123456789abcdef", spans, (sum(map(len, spans)),), work, 1)
    return Document(name, text, "0" * 64, (work, passage)), passage


def hit_of(
    document: Document,
    passage: Passage,
    confidence: float = 0.9,
    answer: tuple[Span, ...] = (),
    grade: Grade = "answers",
) -> Hit:
    return Hit(Citation(document, passage), passage.sentences[0], (), confidence, answer, grade)


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
                answer=random_part(passage, pick),
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


def test_the_words_that_answer_are_marked_inside_the_best_sentence() -> None:
    text = "秘书处设在北京。反恐机构设在塔什干。"
    document, passage = document_of(text, Span(0, len(text)))

    html = marked(document, passage.spans, best=(Span(0, 8),), answer=(Span(4, 7),), matched=(Span(0, 3), Span(4, 5)))

    assert html == (
        '<mark><span class="matched">秘书处</span>设<mark class="answer"><span class="matched">在</span>北京</mark>。'
        "</mark>反恐机构设在塔什干。"
    )


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
    for part in (document_html(document), contents_html(document), page_html(Catalog.of([document]))):
        assert tree(part).all("script") == []
        assert "alert(1)" in tree(part).text


@pytest.mark.parametrize("question", [HOSTILE, "\ud800", "", "\0", "<" * 3000])
def test_hostile_questions_are_text_and_nothing_else(question: str) -> None:
    replies = (NotFound(question, question, (question,), ()), Rejected(question, Message(zh=question, en=question)))
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
    doubtful = hit_of(shipped, shipped.passages[6], 0.5, grade="may_answer")
    answered = tree(reply_html(Answer("问", None, (), (hit, doubtful))))
    not_found = tree(reply_html(NotFound("问", None, ("货币",), (hit,))))
    rejected = tree(reply_html(Rejected("", Message(zh="问题是空的。", en="It is empty."))))

    assert [root.children[0].attributes["data-status"] for root in (answered, not_found, rejected)] == [  # type: ignore[union-attr]
        "answered",
        "not_found",
        "rejected",
    ]
    cards = [e for e in answered.all("div") if e.attributes.get("class") == "card"]
    assert [card.attributes["data-grade"] for card in cards] == ["answers", "may_answer"]
    for card in cards:
        quote, cite = card.children[:2]
        assert isinstance(quote, Element)
        assert isinstance(cite, Element)
        assert (quote.tag, cite.tag) == ("blockquote", "cite")
        assert cite.all("a")[0].attributes["data-goto"] == quote.attributes["data-passage"]
    assert answered.all("cite")[0].text == str(hit.citation)
    assert [e.text for e in answered.all("span", **{"class": "grade"})] == [
        "回答了It answers",
        "可能回答It may answer",
    ]
    assert [e.text for e in answered.all("b", **{"class": "number"})] == ["0.90", "0.50"]
    assert near_has_no_number(not_found)
    assert "文中没有找到答案。Not in the text." in not_found.text
    assert "文本未提到：" in not_found.text
    (near,) = not_found.all("details")
    assert "open" not in near.attributes
    assert "最接近的几段（不够回答这个问题）" in near.all("summary")[0].text
    assert near.all("blockquote")[0].text == hit.citation.text
    assert near.all("mark") == []
    assert rejected.text == "问题是空的。It is empty."


def test_an_answer_of_many_passages_folds_the_rest_and_what_comes_after_it(shipped: Document) -> None:
    """What surely answers is open and counted; nothing is lost, and nothing is said of what comes after."""
    sure = tuple(hit_of(shipped, passage) for passage in shipped.passages[:5])
    hits = (*sure, *(hit_of(shipped, passage, 0.4, grade="may_answer") for passage in shipped.passages[5:8]))
    near = tuple(hit_of(shipped, passage, answer=passage.spans) for passage in shipped.passages[8:10])
    root = tree(reply_html(Answer("问", None, (), hits, near)))
    rest, after = root.all("details")

    shown = [quote.text for quote in root.all("blockquote")]
    assert shown == [shipped.quote(passage.spans) for passage in shipped.passages[:10]]
    assert (rest.attributes, after.attributes) == ({"class": "rest"}, {"class": "next"})
    assert [part.all("summary")[0].text for part in (rest, after)] == [
        "再看几段（3）More passages (3)",
        "其次接近的几段（不够回答这个问题）Next nearest passages (not enough to answer the question)",
    ]
    assert [len(part.all("blockquote")) for part in (rest, after)] == [3, 2]
    assert [one.text for one in rest.all("span", **{"class": "grade"})] == ["可能回答It may answer"] * 3
    assert root.all("p", **{"class": "count"})[0].text == "找到 5 段原文Found 5 passages"
    assert rest.all("mark") == []
    assert after.all("mark") == after.all("b", **{"class": "number"}) == []
    assert {grade.text for grade in after.all("span", **{"class": "grade"})} == {""}


def test_an_answer_that_is_not_sure_says_so_at_its_head(shipped: Document) -> None:
    hits = tuple(hit_of(shipped, passage, 0.4, grade="may_answer") for passage in shipped.passages[:2])
    root = tree(reply_html(Answer("问", None, (), hits)))

    assert root.all("p", **{"class": "count"})[0].text == (
        "找到 1 段原文，只是可能回答Found 1 passage that only may answer"
    )
    (rest,) = root.all("details")
    assert [len(part.all("blockquote")) for part in (root, rest)] == [2, 1]
    first = root.all("blockquote")[0]
    assert "".join(mark.text for mark in first.all("mark")) == shipped.quote(hits[0].best_sentence.spans)
    assert rest.all("mark") == []  # what only may answer is marked in the first card alone


def test_paragraphs_that_belong_together_are_one_quote_a_line_each(shipped: Document) -> None:
    """The reading pane shows each of them in its own place, with the same marks."""
    opening, item, further = shipped.passages[2:5]
    last = shipped.passages[7]
    spans = (*opening.spans, *item.spans, *further.spans, *last.spans)
    whole = Passage(opening.id, spans, (sum(map(len, spans)),), opening.section, opening.paragraph)
    root = tree(reply_html(Answer("问", None, (), (hit_of(shipped, whole, answer=item.spans),))))
    (quote,) = root.all("blockquote")

    assert quote.text == shipped.quote(spans)
    lines = [part for part in quote.all("span") if (part.attributes.get("class") or "").startswith("para")]
    assert [part.text for part in lines] == [shipped.quote(one.spans) for one in (opening, item, further, last)]
    assert [part.attributes["class"] for part in lines] == ["para", "para", "para", "para skips"]
    assert [part.attributes["data-for"] for part in root.all("template")] == [
        one.id for one in (opening, item, further, last)
    ]
    answers = [part.all("mark", **{"class": "answer"}) for part in root.all("template")]
    assert ["".join(mark.text for mark in marks) for marks in answers] == ["", shipped.quote(item.spans), "", ""]


def near_has_no_number(root: Element) -> bool:
    return root.all("b", **{"class": "number"}) == []


def test_the_proof_names_file_lines_and_characters(shipped: Document) -> None:
    (passage,) = [p for p in shipped.passages if shipped.line(p.spans[0].start) == 79]
    root = tree(reply_html(Answer("问", None, (), (hit_of(shipped, passage),))))
    (proof,) = root.all("dd", **{"class": "proof"})
    first, second = passage.spans
    for said in (
        "文本 sco-2021，第 79–81 行",
        f"{first.start}–{first.end}、, {second.start}–{second.end}",
        f"SHA-256 {shipped.sha256}",
        "逐字相同",
    ):
        assert said in proof.text


def test_a_not_found_offers_to_reword_and_to_browse(shipped: Document) -> None:
    near = next(p for p in shipped.passages if p.section.label == "（三）国际信息安全")
    reply = NotFound("哈萨克斯坦的货币叫什么？", None, ("货币",), (hit_of(shipped, near),))
    root = tree(reply_html(reply))
    assert [p.text for p in root.all("p", **{"class": "ways"})] == [reply.hint.zh + reply.hint.en]
    (reword,) = [e for e in root.all("button") if e.attributes.get("data-act") == "reword"]
    assert (reword.attributes["data-question"], reword.attributes["data-term"]) == (reply.question, "货币")
    browse = [e for e in root.all("button") if "data-to" in e.attributes]
    assert browse[0].text == "三、安全领域"
    anchors = {e.attributes["data-to"] for e in tree(contents_html(shipped)).all("a")}
    assert {e.attributes["data-to"] for e in browse} <= anchors
    assert 2 <= len(browse) <= 6


def test_feedback_buttons_come_only_where_feedback_is_kept(shipped: Document) -> None:
    answer = Answer("问", None, (), (hit_of(shipped, shipped.passages[5]),))
    judged = tree(reply_html(answer, feedback=True))
    assert [e.attributes["data-verdict"] for e in judged.all("button") if "data-verdict" in e.attributes] == [
        "right",
        "wrong",
        "none",
    ]
    assert "data-verdict" not in reply_html(answer)
    assert "data-verdict" not in reply_html(Rejected("", Message(zh="空", en="empty")), feedback=True)


def test_the_source_pane_is_the_source_in_reading_order_blanks_included(shipped: Document) -> None:
    """The blocks in reading order, each slice with the blank characters that follow it in the file."""
    (article,) = tree(document_html(shipped)).all("article")
    assert article.attributes["data-document"] == "sco-2021"
    lines = [line for line in shipped.text.splitlines(keepends=True) if line.strip()]
    assert len(article.text) == len(shipped.text)
    assert Counter(article.text) == Counter(shipped.text)
    assert article.text.split("\n\n")[:3] == ["", *(line.strip() for line in lines[:2])]

    words = [word for block in shipped.blocks for word in [block_text(shipped, block)] if word]
    assert "".join(article.text.split()) == "".join("".join(words).split())


def block_text(document: Document, block: Block) -> str:
    match block:
        case Passage():
            return document.quote(block.spans)
        case NonBody():
            return document.quote((block.span,))
        case Section(title_span=Span() as span, is_run_in=False):
            return document.quote((span,))
        case Section():
            return ""


@given(st.text(alphabet="甲乙一二、（）第章\n\r\t \u3000\xa0\0<&\x1c\x0c"))
def test_without_an_edition_the_source_pane_is_the_file(text: str) -> None:
    (article,) = tree(document_html(parse(text, name="sample"))).all("article")
    assert article.text == text


def test_a_supplied_title_is_no_text_of_the_source_pane(shipped: Document) -> None:
    root = tree(document_html(shipped))
    (supplied,) = [e for e in root.all("h2") if e.attributes.get("class") == "supplied"]
    assert supplied.text == ""
    assert (
        supplied.attributes["aria-label"] == supplied.attributes["data-label"] == "〔上海合作组织二十周年杜尚别宣言〕"
    )
    assert [e.text for e in root.all("b", **{"class": "lead"})][:2] == ["我们共促政治互信", "我们共护安全稳定"]


def test_the_marks_of_a_quote_come_along_for_the_source_pane(shipped: Document) -> None:
    """What the pane shows once a card has led there: the same marks, and the blanks of a break."""
    (passage,) = [p for p in shipped.passages if shipped.line(p.spans[0].start) == 79]
    hit = Hit(Citation(shipped, passage), passage.sentences[1], (passage.spans[0],), 0.9)
    root = tree(reply_html(Answer("问", None, (), (hit,))))
    (quote,) = root.all("blockquote")
    (template,) = root.all("template")
    for tag, name in (("mark", None), ("span", "matched")):
        marks = [
            "".join(e.text for e in part.all(tag) if e.attributes.get("class") == name) for part in (quote, template)
        ]
        assert marks[0] == marks[1] != ""
    assert [e.text for e in template.all("span", **{"class": "gap"})] == ["\n\n"]
    assert quote.all("span", **{"class": "gap"}) == []


def test_every_entry_of_the_contents_leads_to_an_element(shipped: Document) -> None:
    root = tree(page_html(Catalog.of([shipped])))
    ids = {e.attributes.get("id") for tag in ("h2", "h3", "h4", "p") for e in root.all(tag)}
    links = [e for e in root.all("a") if "data-to" in e.attributes]
    assert len(links) == len(shipped.sections)
    assert {link.attributes["data-to"] for link in links} <= ids


def test_there_is_one_question_box_under_its_contract_name(shipped: Document) -> None:
    root = tree(page_html(Catalog.of([shipped])))
    (box,) = [e for e in root.all("textarea") if e not in templated(root, "textarea")]
    assert box.attributes["aria-label"] == "提问 / Ask"
    assert "maxlength" not in box.attributes
    others = [e for e in root.all("input") if e not in templated(root, "input")]
    assert {e.attributes["type"] for e in others} <= {"checkbox", "file"}  # in the dialog for a sheet of questions
    chips = [e.attributes["class"] for e in root.all("button") if "data-ask" in e.attributes]
    assert len([one for one in chips if one != "chip en"]) == 6
    assert len([one for one in chips if one != "chip zh"]) == 5


def templated(root: Element, tag: str) -> list[Element]:
    """What is on no page until somebody asks for it."""
    return [e for template in root.all("template") for e in template.all(tag)]


def test_no_file_of_the_page_fetches_another_from_elsewhere() -> None:
    for name, content in static_files().contents.items():
        text = content.decode()
        assert "@import" not in text, name
        assert "url(" not in text, name
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("plain http", ""), name


def test_wording_is_in_both_languages_and_escaped() -> None:
    assert both(Message(zh="找到 {n} 段", en="<{n}>"), n="<b>") == (
        '<span class="zh">找到 &lt;b&gt; 段</span><span class="en">&lt;&lt;b&gt;&gt;</span>'
    )


@pytest.mark.parametrize(("text", "tag"), [("成员国主张", "zh-Hans"), ("Ask a text", ""), ("東京に行く", ""), ("", "")])
def test_the_language_of_a_source_is_marked_where_it_is_known(text: str, tag: str) -> None:
    assert language(document_of(text, Span(0, 1))[0]) == tag


def test_headings_of_a_reply_lead_to_the_reading_pane(shipped: Document) -> None:
    """Of a rejection and of an answer; the words above them are the program's."""
    message = Message(zh="可以挑一个标题。", en="Choose a heading.")
    headings = tuple((shipped, section) for section in shipped.sections[:3])
    passage = shipped.passages[0]
    hit = Hit(Citation(shipped, passage), passage.sentences[0], (), 0.9)
    replies = (
        Rejected("总结一下", message, headings),
        Answer("有几章？", None, (), (hit,), message=message, headings=headings),
    )
    for reply in replies:
        article = tree(reply_html(reply)).all("article")[0]
        chips = article.all("button", **{"class": "chip"})

        assert [chip.attributes["data-document"] for chip in chips] == [shipped.name] * 3
        assert all(f'id="{chip.attributes["data-to"]}"' in document_html(shipped) for chip in chips)
        assert "可以挑一个标题。" in article.all("p", **{"class": "verdict"})[0].text
