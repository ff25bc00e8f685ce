"""Golden cases of the parser: tests/golden/structure.txt, which a person can read."""

from pathlib import Path

import pytest

from benchmarks import genres
from corpus.document import NonBody, Passage, Section
from corpus.parse import parse
from corpus.text.sentences import split_sentences

_CASES = [
    case.strip("\n").split("\n.\n")
    for case in (Path(__file__).parents[1] / "golden" / "structure.txt").read_text(encoding="utf-8").split("\n.\n\n")
]


def _outline(text: str) -> str:
    """Return one line for each block: sections by level, passages by paragraph, with `|` between slices."""
    document = parse(text, name="case")
    lines = []
    for block in document.blocks:
        match block:
            case Section(level=0):
                lines.append(f"0 《{block.label}》" if block.title_span else f"0 〔{block.label}〕")
            case Section():
                lines.append(f"{block.level} {block.label}")
            case Passage():
                lines.append(f"  {block.paragraph} " + "|".join(document.quote((span,)) for span in block.spans))
            case NonBody():
                lines.append(f"  {block.kind} {document.quote((block.span,))}")
    return "\n".join(lines)


@pytest.mark.parametrize(("text", "outline"), [case[1:3] for case in _CASES], ids=[case[0] for case in _CASES])
def test_outline(text: str, outline: str) -> None:
    """The text parses to the outline."""
    assert _outline(text) == outline.removesuffix("\n.")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("天亮了。鸟叫了！你醒了吗？", ["天亮了。", "鸟叫了！", "你醒了吗？"]),
        ("他说：“走吧。”我们就走了。", ["他说：“走吧。”", "我们就走了。"]),
        ("先修路；后种树。", ["先修路；", "后种树。"]),
        ("Pi is 3.14. It is not 3. Really", ["Pi is 3.14. ", "It is not 3. ", "Really"]),
        ("等等……还有呢", ["等等……", "还有呢"]),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, sentences: list[str]) -> None:
    """Sentences include closing quotation marks, and do not end inside numbers."""
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_headings_of_texts_of_many_kinds_are_found() -> None:
    """Nearly all headings of `benchmarks/genres.py` are found, and hardly anything else."""
    wanted = found = right = 0
    for block in (Path(__file__).parents[1] / "golden" / "genres.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        text, headings = genres.read(block.split("\n", 1)[1])
        got = genres.found(parse(text, name="text"))
        wanted, found, right = wanted + len(headings), found + len(got), right + len(genres.right_ones(headings, got))

    assert right >= 0.98 * wanted
    assert right >= 0.99 * found
