"""The cards of an answer: how many are open, what is marked in them, and of a long paragraph the part that answers."""

import re
from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, Passage, Span
from qa.citations.slices import part_of, sentences_around
from qa.reply import Answer, Citation, Hit
from tests.web.elements import tree
from tests.web.test_reply_view import document_of, hit_of
from web.html.card import card_html
from web.html.reading_pane import document_html
from web.html.reply_view import reply_html
from web.html.verify import is_exact, read_spans
from web.web_settings import PAGE


def test_a_passage_of_one_sentence_is_yellow_unless_the_words_that_answer_stand_out_in_it() -> None:
    document, passage = document_of("秘书处设在北京。", Span(0, 8))

    assert "<mark>秘书处设在北京。</mark>" in card_html(hit_of(document, passage))
    html = card_html(hit_of(document, passage, answer=(Span(5, 7),)))
    assert '>秘书处设在<mark class="answer">北京</mark>。<' in html
    assert "<mark>" not in html


def test_what_only_may_answer_is_yellow_in_the_first_card_alone() -> None:
    """Elsewhere a script finds the sentence, and nobody sees it."""
    document, passage = document_of("秘书处设在北京。反恐机构设在塔什干。", Span(0, 18))
    hit = hit_of(document, replace(passage, ends=(8, 18)), 0.4, answer=(Span(5, 7),), grade="may_answer")

    assert "<mark" in card_html(hit, is_first=True)
    for html in (card_html(hit), card_html(hit, is_near=True)):
        assert "<mark" not in html
        assert '<span class="best">秘书处设在北京。</span>' in html
        assert "标黄" not in html


def test_asterisks_of_the_source_stay_and_are_set_apart() -> None:
    """In cards and in the pane; a rule of asterisks and a single one are left alone."""
    text = "——**我们共促**，2*3 与 ****"
    document, passage = document_of(text, Span(0, len(text)))
    for html in (card_html(hit_of(document, passage)), document_html(document)):
        root = tree(html)
        shown = root.all("blockquote") or root.all("article")
        assert shown[0].text == text
        found = [one.text for one in shown[0].all("span") if one.attributes.get("class") == "asterisks"]
        assert found == ["**", "**"]


def test_an_answer_of_very_many_passages_opens_some_and_counts_all(shipped: Document) -> None:
    hits = tuple(hit_of(shipped, passage) for passage in shipped.passages[:12])
    root = tree(reply_html(Answer("问", None, (), hits)))
    (rest,) = root.all("details")
    assert root.all("p", **{"class": "count"})[0].text.startswith("找到 12 段原文")
    assert [len(part.all("blockquote")) for part in (root, rest)] == [12, 12 - PAGE.cards]


LONG = "".join(f"第{number}句说的是一件平常的小事，没有什么可以说的。" for number in range(1, 200))
"""A paragraph of some 5,000 characters."""


@pytest.mark.parametrize("number", [0, 90, 198])
def test_of_a_long_paragraph_the_sentences_around_the_answer_are_shown(number: int) -> None:
    """Both the part and the whole are exactly their slices, cited alike; the whole waits in a template."""
    sentences = re.findall("[^。]*。", LONG)
    ends = tuple(accumulate(map(len, sentences)))
    document, passage = document_of(LONG, Span(0, len(LONG)))
    passage = replace(passage, ends=ends)
    document = replace(document, blocks=(passage.section, passage))
    hit = Hit(Citation(document, passage), passage.sentences[number], (), 0.9)
    card = card_html(hit, is_first=True)
    part, whole = tree(card).all("blockquote")
    assert part.text in LONG
    assert whole.text == LONG
    assert len(part.text) <= PAGE.excerpt
    assert "".join(mark.text for mark in part.all("mark")) == sentences[number]
    assert part.text.count("。") >= 5
    assert [name in (part.attributes["class"] or "") for name in ("from-within", "goes-on")] == [
        number > 0,
        number < 198,
    ]
    assert all(is_exact(str(quote), document, [document]) for quote in re.findall("<blockquote.*?</blockquote>", card))
    assert f"展开全段（{len(LONG):,} 字）" in card


def test_a_paragraph_that_is_not_long_and_a_list_are_shown_whole(shipped: Document) -> None:
    """Whatever is an article with its items is one card: none of them is left out."""
    items = [f"（{number}）" + "甲" * 90 + "；\n" for number in "一二三四五六七"]
    text = "下列情形应当删除：\n" + "".join(items)
    borders = [0, *accumulate(map(len, ["下列情形应当删除：\n", *items]))]
    spans = [Span(start, end - 1) for start, end in pairwise(borders)]
    document, first = document_of(text, *spans[:1])
    own = tuple(replace(first, id=f"{n:016}", spans=(span,), ends=(len(span),)) for n, span in enumerate(spans))
    document = replace(document, blocks=(first.section, *own))
    whole = replace(first, spans=tuple(spans), ends=tuple(accumulate(map(len, spans))))
    card = card_html(Hit(Citation(document, whole), whole.sentences[3], (), 0.9), is_first=True)
    assert [quote.text for quote in tree(card).all("blockquote")] == [
        "".join(map(document.quote, ([one] for one in spans)))
    ]
    assert "展开全段" not in card


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.data())
def test_the_sentences_around_an_answer_are_a_part_of_the_passage(lengths: list[int], data: st.DataObject) -> None:
    """Whatever its slices are: whole sentences, in order, within the room unless one alone is longer."""
    ends = tuple(accumulate(lengths))
    cuts = sorted(data.draw(st.sets(st.integers(1, ends[-1] - 1), max_size=4))) if ends[-1] > 1 else []
    spans, shift = [], 0
    for start, end in pairwise((0, *cuts, ends[-1])):
        spans.append(Span(start + shift, end + shift))
        shift += data.draw(st.integers(1, 5))
    _, one = document_of("甲", Span(0, 1))
    passage: Passage = replace(one, spans=tuple(spans), ends=ends)
    answer = passage.sentences[data.draw(st.integers(0, len(lengths) - 1))].spans
    room = data.draw(st.integers(1, 200))
    shown = sentences_around(passage, answer, room)
    part = part_of(passage, shown)
    assert part is not None
    assert part.spans == shown
    assert all(any(whole.start <= span.start and span.end <= whole.end for whole in shown) for span in answer)
    size = sum(map(len, shown))
    assert size <= room or shown == answer
    assert size <= room or size == sum(map(len, answer))


def test_what_is_no_part_of_a_passage_is_refused() -> None:
    _, one = document_of("甲" * 20, Span(0, 5), Span(10, 15))
    assert part_of(one, one.spans) is not None
    assert part_of(one, [Span(1, 3), Span(4, 5), Span(10, 12)]) is not None
    for wrong in ([], [Span(4, 6)], [Span(10, 12), Span(0, 2)], [Span(0, 3), Span(2, 5)], [Span(15, 16)]):
        assert part_of(one, wrong) is None
    assert read_spans("3-5,9-12") == (Span(3, 5), Span(9, 12))
    assert read_spans("3-3") == read_spans("9-3") == read_spans("nonsense") == ()
