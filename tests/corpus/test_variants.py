"""Variants of a text have the same structure: how a file was saved, wrapped or spaced changes nothing."""

import re
import unicodedata
from collections.abc import Callable

import pytest

from corpus.document import NonBody, Passage, Section, Span
from corpus.layout import KnownHeading, Layout
from corpus.parse import parse

_BODY = (
    "去年修了三条路，种了十万棵树，疏了五条河，大家都出了力气，成绩来之不易，值得我们好好总结，也值得我们接着做下去。"
)
_TEXT = "\n".join(
    [
        "某市工作报告",
        "——2020年1月1日在某市大会上",
        "市长 张 三",
        "各位代表：",
        "　　现在，我向大会报告工作，请予审议。",
        "　　一、去年的工作",
        f"　　{_BODY}",
        f"　　（一）修路种树，造福于民。{_BODY}{_BODY}",
        f"　　还有一段。{_BODY}",
        f"　　（二）疏通河道，防患未然。{_BODY}",
        "　　各位代表！",
        f"　　成绩属于大家。{_BODY}",
        "　　二、今年的打算",
        f"　　打算是这样的。{_BODY}{_BODY}{_BODY}",
        "　　（一）接着修路",
        f"　　{_BODY}",
        "　　（二）接着种树",
        f"　　再种。{_BODY}",
    ]
)


def _even(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _tree(text: str) -> list[tuple[object, str]]:
    """Return sections by level, passages by paragraph and non-body by kind, with words folded and without blanks."""
    document = parse(text, name="a")
    tree: list[tuple[object, str]] = []
    for block in document.blocks:
        match block:
            case Section():
                tree.append((block.level, _even(block.label)))
            case Passage():
                tree.append((f"p{block.paragraph}", _even(document.quote(block.spans))))
            case NonBody():
                tree.append((block.kind, _even(document.quote((block.span,)))))
    return tree


def _wrap(text: str, width: int, *, columns: bool = False) -> str:
    """Wrap every line at a width, as the command `fold` does."""
    lines = []
    for line in text.split("\n"):
        piece, used = "", 0
        for character in line:
            size = 2 if columns and character > "\u2000" else 1
            if used + size > width:
                lines.append(piece)
                piece, used = "", 0
            piece, used = piece + character, used + size
        lines.append(piece)
    return "\n".join(lines)


_VARIANTS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "half width": lambda text: unicodedata.normalize("NFKC", text),
    "blanks between characters": lambda text: re.sub(r"([\u4e00-\u9fff])", r"\1 ", text),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "no indents": lambda text: re.sub(r"(?m)^\s+", "", text),
    "tabs and trailing blanks": lambda text: re.sub(r"(?m)^\s*(.*)$", "\t\\1  ", text),
    "wrapped at 40": lambda text: _wrap(text, 40),
    "wrapped at 33": lambda text: _wrap(text, 33),
    "wrapped at 72 columns": lambda text: _wrap(text, 72, columns=True),
    "wrapped, empty lines, no indents": lambda text: _wrap(re.sub(r"\n\s*", "\n\n", text), 40),
}


@pytest.mark.parametrize("variant", _VARIANTS.values(), ids=_VARIANTS)
def test_a_variant_has_the_same_structure(variant: Callable[[str], str]) -> None:
    """Sections and paragraphs are the same."""
    assert _tree(variant(_TEXT)) == _tree(_TEXT)


def test_the_text_is_what_a_reader_sees() -> None:
    """This is the structure with which all variants are compared."""
    assert [words for level, words in _tree(_TEXT) if isinstance(level, int)] == [
        "某市工作报告",
        "一、去年的工作",
        "(一)修路种树,造福于民",
        "(二)疏通河道,防患未然",
        "二、今年的打算",
        "(一)接着修路",
        "(二)接着种树",
    ]


def test_one_line_holds_the_same_headings() -> None:
    """Blanks stand for the line ends."""
    flat = _tree(re.sub(r"\n\s*", "　　", _TEXT))

    assert flat == _tree(_TEXT)


def test_wrapped_english_keeps_a_blank_between_words() -> None:
    """The line end counts as the blank, and the passage is one span with it."""
    line = "It is a truth that lines of this length are cut between words and never"
    text = "\n".join(
        [f"{line} in", "the middle of one."] + ["", f"{line} on", f"{line} so", f"{line} up", "again."] * 2
    )
    document = parse(text, name="a")

    assert [document.quote(passage.spans).split("\n")[-1] for passage in document.passages] == [
        "the middle of one.",
        "again.",
        "again.",
    ]
    assert all(len(passage.spans) == 1 for passage in document.passages)


def test_a_reader_of_a_format_says_what_is_a_heading_and_where_pages_begin() -> None:
    """Headings of the format nest by level, and numbered headings that the rules find stand below them."""
    text = "题目\n甲部\n一、小节\n话在这里。\n乙部\n话在那里。"
    spans = [Span(text.index(words), text.index(words) + 2) for words in ("题目", "甲部", "乙部")]
    layout = Layout(
        headings=(KnownHeading(spans[0], 1), KnownHeading(spans[1], 2), KnownHeading(spans[2], 2)),
        pages=(0, text.index("乙部")),
        whole_paragraphs=True,
    )
    document = parse(text, name="a", layout=layout)

    assert [(section.level, section.label) for section in document.sections] == [
        (0, "题目"),
        (1, "甲部"),
        (2, "一、小节"),
        (1, "乙部"),
    ]
    assert [document.page(passage.spans[0].start) for passage in document.passages] == [1, 1, 2]
