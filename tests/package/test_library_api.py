"""`yuanwen.Library`, the interface for Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qa.service.bootstrap
from corpus.errors import IndexNotFound
from qa.engine import Engine
from yuanwen import Answer, Library, NotFound, QAError, Rejected


@pytest.fixture
def library(fake_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library of one's own over the shipped text, with the fake embedder."""
    monkeypatch.setattr(qa.service.bootstrap, "open_embedder", lambda model: fake_engine.embedder)
    shutil.copytree(str(fake_engine.index.folder), tmp_path / "index")
    return Library.open(tmp_path / "index")


def test_a_question_gets_an_answer_not_found_or_rejected(library: Library) -> None:
    """Values to match on, none of them an exception."""
    answer = library.ask("各国在管理互联网方面享有平等权利，并拥有网络主权")

    assert isinstance(answer, Answer)
    assert answer.hits[0].citation.text == "成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。"
    assert str(answer.hits[0].citation).endswith("第7段（第179行）")
    assert isinstance(library.ask("Who?"), NotFound)
    assert isinstance(library.ask(""), Rejected)


def test_added_files_can_be_asked(library: Library, tmp_path: Path) -> None:
    """One path or several; what becomes of each is told."""
    (tmp_path / "养蜂.txt").write_text("养蜂须知\n\n蜂箱每七天检查一次，雨天不开箱。\n", encoding="utf-8")
    (tmp_path / "图.png").write_bytes(b"\x89PNG")

    changes = library.add([tmp_path / "养蜂.txt", tmp_path / "图.png"])
    assert (changes[0].name, changes[0].what) == ("养蜂", "added")
    assert changes[1].what == "refused"
    assert library.add(str(tmp_path / "养蜂.txt"))[0].what == "unchanged"
    assert [document.name for document in library.documents] == ["sco-2021", "养蜂"]
    reply = library.ask("蜂箱多少天检查一次？", documents=["养蜂"])
    assert isinstance(reply, Answer | NotFound)
    found = reply.hits if isinstance(reply, Answer) else reply.near
    assert found[0].citation.text == "蜂箱每七天检查一次，雨天不开箱。"


def test_a_folder_without_an_index_and_an_unknown_document_are_told(library: Library, tmp_path: Path) -> None:
    """With errors of one kind."""
    with pytest.raises(IndexNotFound):
        Library.open(tmp_path / "none")
    with pytest.raises(QAError, match="no document 'x'"):
        library.ask("?", documents=["x"])


def test_a_setting_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANWEN_ANSWERS_TOPP", "5")

    with pytest.raises(QAError, match="there is no setting YUANWEN_ANSWERS_TOPP"):
        Library.open()
