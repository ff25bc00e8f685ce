"""Sections that a text mentions, among several or behind a short unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.source import Source
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import QUESTION, Settings
from qa.question.section_numbers import cites, mentions
from tests.fakes import CharacterEmbedder


@pytest.mark.parametrize(
    ("text", "section", "is_cited"),
    [
        ("see sections 3 and 8 of the act", "section 8", True),
        ("sections 3, 8 and 11 apply", "section 11", True),
        ("under s. 21 a tenant may leave", "section 21", True),
        ("arts. 4–9 were repealed", "article 6", True),
        ("chapters 2 to 5 are new", "chapter 4", True),
        ("parts 2 and 5", "part 5", True),
        ("chapters 2 and 5 are new", "chapter 4", False),
        ("sections 3 and 80", "section 8", False),
        ("the girls 21 and 22", "section 21", False),
        ("the act of 8 may", "section 8", False),
        ("依照第十二条至第十五条处理", "第十三条", True),
        ("依照第12至15条处理", "第十五条", True),
        ("见第三、五条", "第三条", True),
        ("见第三、五条", "第四条", False),
        ("第三方和第五条", "第三条", False),
        ("第四章、第六条", "第四条", False),
        ("第二届和第三届会议", "第三条", False),
    ],
)
def test_a_list_or_a_range_has_its_numbers(text: str, section: str, is_cited: bool) -> None:
    assert cites(text, mentions(section)[0]) is is_cited


def test_separators_without_numbers_end_soon() -> None:
    assert not cites("s. 1" + " , " * 20_000 + "x", mentions("section 2")[0])


def test_a_question_about_a_section_of_another_law_is_answered(tmp_path: Path) -> None:
    """The text counts articles, too, and has the number only in a range or behind very many rows with the unit."""
    own = "".join(f"第{number}条 船只编号{number}。\n\n" for number in range(1, QUESTION.rows_read_for_a_word + 20))
    text = f"船只条例\n\n{own}末尾：按渔业法第九百条至第九百零九条罚款的，以及按第九百五十条扣船的，另行登记。\n"
    embedder = CharacterEmbedder("".join(sorted(set(text))), common="的了是，。")
    engine = Engine(
        Index.build(tmp_path / "index", [Source.from_bytes("a", text.encode(), None)], embedder), embedder, Settings()
    )

    assert getattr(engine.ask("按第九百五十条扣船的怎么办？"), "unmatched_words", ()) == ()
    assert getattr(engine.ask("按第八百条扣船的怎么办？"), "unmatched_words", ()) == ("第八百条",)
