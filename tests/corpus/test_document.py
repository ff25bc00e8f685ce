import pytest

from corpus.document import Document, Span, cut


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 2), (3, 2)])
def test_span_refuses_what_is_no_range(start: int, end: int) -> None:
    """A span is not empty, and its end is not before its start."""
    with pytest.raises(ValueError, match="start < end"):
        Span(start, end)


def test_cut_crosses_from_one_span_to_the_next() -> None:
    """Characters 2 to 5 of 甲乙丙 + 丁戊己 are 丙 and 丁戊."""
    assert cut((Span(0, 3), Span(10, 13)), 2, 5) == (Span(2, 3), Span(10, 12))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_count_every_kind_of_line_end_once(newline: str) -> None:
    """Line numbers are those an editor shows."""
    document = Document("a", f"甲{newline}{newline}乙丙", "", ())
    place = document.text.index("乙")

    assert document.lines((Span(place, place + 2),)) == (3, 3)


def test_quote_joins_slices_by_nothing() -> None:
    """A quote has the characters of its spans and no others."""
    assert Document("a", "甲乙丙丁", "", ()).quote((Span(0, 1), Span(2, 4))) == "甲丙丁"
