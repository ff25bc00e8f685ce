"""Layouts that format readers give, and the laws of the parser with them."""

from __future__ import annotations

from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from corpus.document import Document, Span
from corpus.layout import KnownHeading, KnownNonBody, Layout
from corpus.parse import parse, parse_source
from corpus.source import Source
from tests.corpus.test_parse_laws import placed_spans

_LINES = st.lists(
    st.sampled_from(["一、总则", "先修路。", "后种树", "and then", "", "第一条 本法", "各位同事！", "甲"]), max_size=12
)
_KINDS: tuple[Literal["chrome"], Literal["contents"]] = ("chrome", "contents")


def _placed(document: Document) -> list[int]:
    """Every character that the document places, in order."""
    return sorted(at for span in placed_spans(document) for at in range(span.start, span.end))


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, Layout]:
    """A text and a layout that a reader might give, line by line."""
    lines = draw(_LINES)
    text, at = "".join(f"{line}\n" for line in lines), 0
    headings, non_body, wholes, joins = [], [], [], []
    for line in lines:
        span = Span(at, at + len(line)) if line else None
        match draw(st.sampled_from(["", "heading", "matter", "join", "whole"])) if span else "":
            case "heading" if span:
                headings.append(KnownHeading(span, draw(st.integers(1, 6))))
            case "matter" if span:
                non_body.append(KnownNonBody(span, draw(st.sampled_from(_KINDS))))
            case "join":
                joins.append(at)
            case "whole" if span:
                wholes.append(span)
        at += len(line) + 1
    return text, Layout(
        headings=tuple(headings),
        non_body=tuple(non_body),
        wholes=tuple(wholes),
        joins=tuple(joins),
        pages=(0, len(text) // 2) if text else (),
        whole_paragraphs=draw(st.booleans()),
    )


@given(_files())
@settings(deadline=None)
def test_nothing_is_lost_and_nothing_twice(file: tuple[str, Layout]) -> None:
    """Law 2 holds for any layout."""
    text, layout = file
    placed = _placed(parse(text, name="a", layout=layout))

    assert len(placed) == len(set(placed))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(placed)


def test_a_paragraph_that_a_page_cut_is_one_passage() -> None:
    """It has two slices, with non-body text between them. Alphabetic words keep a blank between them."""
    text = "先修\n- 1 -\n路。\nwe make\n- 2 -\nroads."
    layout = Layout(
        non_body=(KnownNonBody(Span(3, 8), "chrome"), KnownNonBody(Span(20, 25), "chrome")),
        joins=(9, 26),
        pages=(0, 9, 26),
        whole_paragraphs=True,
    )
    document = parse(text, name="a", layout=layout)

    assert [document.quote(passage.spans) for passage in document.passages] == ["先修路。", "we make\nroads."]
    assert [document.page(passage.spans[-1].start) for passage in document.passages] == [2, 3]


def test_a_heading_over_two_lines_is_one_heading() -> None:
    """Its label is on one line."""
    layout = Layout(headings=(KnownHeading(Span(0, 2), 1), KnownHeading(Span(3, 15), 2)), whole_paragraphs=True)
    document = parse("总题\n关于修路和种树\n的规定。\n先修路。", name="a", layout=layout)

    assert [section.label for section in document.sections] == ["总题", "关于修路和种树的规定。"]


@given(_files())
@settings(deadline=None)
def test_a_source_comes_back_from_json(file: tuple[str, Layout]) -> None:
    """An index stores it as JSON, and the document is the same without the format's reader."""
    text, layout = file
    source = Source("a", b"", None, text, layout=layout, format="pdf")
    adapter = TypeAdapter(Source)

    assert adapter.validate_json(adapter.dump_json(source, by_alias=True)) == source
    assert parse_source(source).blocks == parse(text, name="a", layout=layout).blocks
