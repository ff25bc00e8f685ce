import pytest

from corpus.bibliography.edition import parse_edition
from corpus.document import Document
from corpus.errors import SourceError
from corpus.parse import parse

_TEXT = "甲一\n乙一\n甲二续\n乙二"
_SHA = parse(_TEXT, name="a").sha256


def _parse(toml: str) -> Document:
    return parse(_TEXT, name="a", edition=parse_edition(f'sha256 = "{_SHA}"\n{toml}', name="a.toml"))


def test_works_are_read_in_the_editions_order() -> None:
    """Two works that the source interleaves come out one after the other."""
    document = _parse(
        '[[works]]\nlines = ["1", "3"]\nsupplied_title = "甲"\n[[works]]\nlines = ["2", "4"]\nsupplied_title = "乙"'
    )

    assert [document.quote(p.spans) for p in document.passages] == ["甲一", "甲二续", "乙一", "乙二"]
    assert [p.section.label for p in document.passages] == ["甲", "甲", "乙", "乙"]


def test_a_join_takes_only_the_words_until() -> None:
    """The rest of the line is a paragraph of its own."""
    document = _parse('[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"\n[[joins]]\nlines = [1, 3]\nuntil = "甲二"')

    assert [document.quote(p.spans) for p in document.passages] == ["甲一甲二", "乙一", "续", "乙二"]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[[works]]\nlines = ["1-3"]\nsupplied_title = "甲"', "places line 4 0 times"),
        ('[[works]]\nlines = ["1-4", "2"]\nsupplied_title = "甲"', "places line 2 2 times"),
        ('[[works]]\nlines = ["4-1"]\nsupplied_title = "甲"', "'4-1' does not run"),
        ('[[works]]\nlines = ["one"]\nsupplied_title = "甲"', "'one' is not a range"),
        (
            '[[works]]\nlines = ["1-4"]\ntitle_block = "1"\nsupplied_title = "甲"',
            "either title_block or supplied_title",
        ),
        ('headings = [{line = 1, level = 0}]\n[[works]]\nlines = ["1-4"]', "headings.0.level"),
        ('[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"\n[[joins]]\nlines = [1, 9]', "joins lines 1 and 9"),
        ('[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"\n[[joins]]\nlines = [3, 3]', "joins lines 3 and 3"),
        (
            '[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"\n[[joins]]\nlines = [1, 3]\nuntil = "丙"',
            "line 3 does not begin with",
        ),
        ('colour = "red"\n[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"', "colour"),
        ("works = ", "not TOML"),
    ],
)
def test_an_edition_that_does_not_fit_is_refused_by_name(toml: str, words: str) -> None:
    """The message names the wrong entry."""
    with pytest.raises(SourceError, match=words):
        _parse(toml)


def test_an_edition_of_another_text_is_refused() -> None:
    """Line numbers of one text do not apply to another."""
    edition = parse_edition('sha256 = "00"\n[[works]]\nlines = ["1-4"]\nsupplied_title = "甲"', name="a.toml")

    with pytest.raises(SourceError, match="made for another text"):
        parse(_TEXT, name="a", edition=edition)


_PLAIN = "一、甲事\n甲事的内容。\n今后的打算。\n打算的内容。\n二、乙事\n乙事的内容。"


def _sections(toml: str) -> list[tuple[int, str]]:
    sha256 = parse(_PLAIN, name="a").sha256
    edition = parse_edition(f'sha256 = "{sha256}"\n{toml}\n[[works]]\nlines = ["1-6"]', name="a.toml")
    return [(section.level, section.label) for section in parse(_PLAIN, name="a", edition=edition).sections[1:]]


def test_without_corrections_the_rules_decide() -> None:
    """An edition that only names the lines changes nothing."""
    assert _sections("") == [(1, "一、甲事"), (1, "二、乙事")]


def test_a_line_that_the_rules_miss_becomes_a_heading() -> None:
    """It gets the level that the edition gives, beside the other headings of that level."""
    assert _sections("headings = [{line = 3, level = 1}]") == [(1, "一、甲事"), (1, "今后的打算。"), (1, "二、乙事")]
    assert _sections("headings = [{line = 3, level = 2}]") == [(1, "一、甲事"), (2, "今后的打算。"), (1, "二、乙事")]


def test_a_line_that_only_looks_like_a_heading_becomes_text() -> None:
    """What follows it then belongs to the section before."""
    assert _sections('not_headings = ["5"]') == [(1, "一、甲事")]
