import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bibliography.edition import parse_edition
from corpus.bibliography.edition_template import draft_edition
from corpus.parse import parse
from qa.cli import main

_TEXT = "下载\n打印\n某市工作报告\n——2020年1月1日\n市长 张 三\n各位代表：\n一、回顾\n修了路。\n三、打算\n再修路。\n"


def test_a_draft_gives_the_same_document() -> None:
    """Title, sections and passages are the same."""
    document = parse(_TEXT, name="报告")
    again = parse(_TEXT, name="报告", edition=parse_edition(draft_edition(document), name="a.toml"))

    assert again == document


@given(st.text(max_size=120))
def test_a_draft_can_be_read_back_for_any_text(text: str) -> None:
    """This holds for any text, also with control characters."""
    document = parse(text, name="a")
    edition = parse_edition(draft_edition(document), name="a.toml")

    assert parse(text, name="a", edition=edition) == document


def test_a_draft_names_headings_and_warnings() -> None:
    """It gives their lines, so that a person can correct them."""
    draft = draft_edition(parse(_TEXT, name="报告"))

    assert "line     7, level 1  一、回顾" in draft
    assert "line     9  三、打算  编号不连续" in draft
    assert '# title_block = "3-5"  # 某市工作报告' in draft


def test_the_command_writes_beside_the_text_and_never_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An existing file is not changed."""
    path = tmp_path / "报告.txt"
    path.write_text(_TEXT, encoding="utf-8")

    assert main(["edition", str(path)]) == 0
    written = path.with_suffix(".toml")
    assert capsys.readouterr().out == f"{written}\n"
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    assert main(["edition", str(path)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert hashlib.sha256(written.read_bytes()).hexdigest() == digest
    assert main(["edition", "--print", str(path)]) == 0
    assert capsys.readouterr().out == written.read_text(encoding="utf-8")
