"""Annexes whose title stands on the line of their number."""

from __future__ import annotations

import pytest

from corpus.parse import parse

_BODY = "粮站管理办法\n\n第一章 收粮\n\n秋后收粮。\n\n第二章 存粮\n\n粮要晒干。\n\n"


def _paths(text: str) -> dict[str, list[str]]:
    """The headings above each passage."""
    document = parse(text, name="a")
    return {
        document.quote(passage.spans): [section.label for section in passage.section.path]
        for passage in document.passages
    }


@pytest.mark.parametrize("label", ["附件一 价目", "附录2 名词", "附表1　仓位", "附图三 平面图", "附圖1 路線"])
def test_an_annex_stands_beside_the_chapters(label: str) -> None:
    assert _paths(f"{_BODY}{label}\n\n每斤一元。\n")["每斤一元。"] == [label]


def test_so_does_an_english_one() -> None:
    text = "Mill Rules\n\nChapter 1 Grain\n\nBring it dry.\n\nChapter 2 Flour\n\nTake it home.\n\n"

    assert _paths(f"{text}Annex 1 Prices\n\nA sack costs a pound.\n")["A sack costs a pound."] == ["Annex 1 Prices"]


@pytest.mark.parametrize(
    "lines",
    ["附件1 报名表\n\n附件2 名单\n\n粮站\n\n2024年3月1日\n", "附件1 报名表\n", "附件1 所列的粮\n\n每斤一元。\n"],
)
def test_a_list_of_annexes_and_a_mention_are_text(lines: str) -> None:
    """What nothing stands under would be lost as a heading."""
    document = parse(_BODY + lines, name="a")

    assert not any("附件" in section.label for section in document.sections)
    assert "附件1" in "".join(document.quote(passage.spans) for passage in document.passages)
