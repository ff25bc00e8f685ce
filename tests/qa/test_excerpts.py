"""Words that a reader selected: which slices they are, how they are cited, and their records for programs."""

from __future__ import annotations

import json

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, NonBody, Span
from corpus.parse import parse
from qa.citations.excerpt import Excerpt, excerpts_of
from qa.citations.forms import FORMS, cite, quote_on_lines, quote_with_citation, reference_alone
from tests.qa.test_citation_forms import bibtex_fields

TEXT = """# 总论

第一段写𠮷野家，第二句写é。

第二段的话，**强调**在其中。

## 分论

分论的第一段。
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(TEXT, name="a.md")


def select(document: Document, first: str, last: str) -> tuple[Excerpt, ...]:
    """Select from the first words to the last words."""
    start = document.text.index(first)
    return excerpts_of(document, [Span(start, document.text.index(last, start) + len(last))])


def test_a_part_of_a_paragraph_has_its_own_words_and_lines(shipped: Document) -> None:
    """Line 81 goes on with line 79: only the line of the selected words is cited."""
    [passage] = [one for one in shipped.passages if shipped.line(one.spans[0].start) == 79]
    first, second = passage.spans
    [of_first] = excerpts_of(shipped, [Span(first.start + 3, first.start + 9)])
    [of_both] = excerpts_of(shipped, [Span(first.end - 2, first.end), Span(second.start, second.start + 2)])

    assert shipped.quote(of_first.spans) == shipped.text[first.start + 3 : first.start + 9]
    assert cite("own", shipped, of_first).endswith(f"第{passage.paragraph}段（第79行）")
    assert cite("own", shipped, of_both).endswith(f"第{passage.paragraph}段（第79–81行）")
    assert len(of_both.parts) == 1
    assert of_both.id == passage.id


@pytest.mark.parametrize(
    ("first", "last", "quote", "place"),
    [
        ("𠮷野家", "é", "𠮷野家，第二句写é", " · 第1段（第3行）"),
        ("野家", "第二段", "野家，第二句写é。\n第二段", " · 第1–2段（第3–5行）"),
        ("分论", "分论", "分论", "分论（第7行）"),
        ("分论", "分论的", "分论\n分论的", "分论 · 第1段（第7–9行）"),
        ("在其中", "分论的", "在其中。\n分论\n分论的", "（第5、7–9行）"),
        ("总论", "第一段", "总论\n第一段", " · 题头至第1段（第1–3行）"),
    ],
)
def test_selected_words_are_cut_to_what_is_shown(
    document: Document, first: str, last: str, quote: str, place: str
) -> None:
    """No markup, no blank lines; several paragraphs of a section are named, several sections are not."""
    [excerpt] = select(document, first, last)

    assert quote_on_lines(document, excerpt) == quote
    assert cite("own", document, excerpt).endswith(place)
    for form in FORMS:
        assert "None" not in cite(form, document, excerpt)


def test_two_works_are_two_excerpts(shipped: Document) -> None:
    """In the source, the declaration begins between two columns of the speech."""
    title, last = shipped.works[0].title_span, shipped.passages[-1].spans[0]
    assert title is not None
    both = excerpts_of(shipped, [title, last])

    assert [one.section.work for one in both] == [shipped.works[0], shipped.works[1]]


def test_nothing_shown_is_no_excerpt_and_nonsense_is_refused(document: Document) -> None:
    gap = document.text.index("\n\n")

    assert excerpts_of(document, [Span(gap, gap + 2)]) == ()
    assert excerpts_of(document, []) == ()
    for spans in ([Span(0, len(document.text) + 1)], [Span(0, 5), Span(4, 9)]):
        with pytest.raises(ValueError, match="overlaps"):
            excerpts_of(document, spans)


@given(st.data())
def test_any_selection_is_its_own_shown_characters(shipped: Document, data: st.DataObject) -> None:
    """And the parts are in reading order, none empty, each inside one block."""
    start = data.draw(st.integers(0, len(shipped.text) - 1))
    end = data.draw(st.integers(start + 1, len(shipped.text)))
    found = excerpts_of(shipped, [Span(start, end)])
    spans = [span for one in found for span in one.spans]

    assert all(start <= span.start < span.end <= end for span in spans)
    shown = sum(1 for one in shipped.text[start:end] if not one.isspace())
    hidden = sum(
        1
        for block in shipped.blocks
        if isinstance(block, NonBody) and block.kind == "markup"
        for at in range(block.span.start, block.span.end)
        if start <= at < end and not shipped.text[at].isspace()
    )
    assert sum(1 for span in spans for one in shipped.quote([span]) if not one.isspace()) == shown - hidden


def test_records_can_be_imported_and_have_the_quote_in_their_notes(document: Document) -> None:
    """What is copied for a program is the record alone."""
    [excerpt] = select(document, "野家", "第二段")
    quote = quote_on_lines(document, excerpt)

    fields = bibtex_fields(quote_with_citation("bibtex", document, excerpt))
    assert (fields["annote"], fields["note"].partition("（")[2]) == (quote, "第3–5行）")
    [record] = rispy.loads(quote_with_citation("ris", document, excerpt) + "\n")
    assert record["notes"][1:] == [quote.replace("\n", " ")]
    [item] = json.loads(quote_with_citation("csl-json", document, excerpt))
    assert item["note"].endswith(f"（第3–5行）\n\n{quote}")


def test_a_record_says_which_characters_it_cannot_hold() -> None:
    document = parse("前\0后。", name="a")
    copied = quote_with_citation("bibtex", document, document.passages[0])

    assert "U+0000" in copied and "后" not in copied.partition("annote")[2].split("，")[0]


def test_the_reference_alone_never_has_the_quote(document: Document) -> None:
    [excerpt] = select(document, "𠮷野家", "é")
    for form in FORMS:
        assert "𠮷" not in reference_alone(form, document, excerpt)


def test_a_part_of_a_table_row_is_cited_as_it_stands() -> None:
    document = parse("|国家|首都|\n|-|-|\n|甲国|乙城|\n|丙国|丁城|\n", name="t.md")
    [excerpt] = select(document, "乙城", "丙国")

    assert "乙城" in quote_on_lines(document, excerpt)
    assert "丁城" not in quote_on_lines(document, excerpt)
