"""Words are cut and tagged as jieba does it, from tables that are mapped and not read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.source import SHIPPED
from qa.qa_settings import QUESTION
from qa.question import word_segmenter
from qa.question.word_segmenter import tagged


@pytest.fixture(scope="module")
def plain() -> jieba.posseg.POSTokenizer:
    """jieba as it comes, with a dictionary of its own that it reads whole."""
    word_segmenter._tagger()  # imports jieba.posseg
    tagger = jieba.posseg.POSTokenizer(jieba.Tokenizer())
    tagger.initialize()
    return tagger


@pytest.mark.model
def test_shipped_text_is_cut_and_tagged_as_by_jieba(plain: jieba.posseg.POSTokenizer) -> None:
    """Every line of it."""
    text = SHIPPED.read_text(encoding="utf-8")

    assert list(tagged(text)) == [(pair.word, pair.flag) for pair in plain.cut(text)]


@pytest.mark.model
@given(text=st.text(max_size=30) | st.text("上海合作组织在北京，的a1 .-%\n", max_size=30))
def test_any_text_is_cut_and_tagged_as_by_jieba(text: str, plain: jieba.posseg.POSTokenizer) -> None:
    """And the words together are the text, unless jieba itself loses something."""
    assert list(tagged(text)) == [(pair.word, pair.flag) for pair in plain.cut(text)]


def test_tables_lie_in_the_users_cache_and_not_in_the_folder_for_temporary_files() -> None:
    """There, anybody could have put a file for us to load."""
    assert "yuanwen" in word_segmenter._folder().parts
    assert not word_segmenter._tagger().tokenizer.cache_file


@pytest.mark.model
def test_dictionary_is_read_where_the_cache_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are the same, only later."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    word_segmenter._made_tagger.cache_clear()
    try:
        words = list(tagged("秘书处设在北京"))
    finally:
        monkeypatch.undo()
        word_segmenter._made_tagger.cache_clear()

    assert words == list(tagged("秘书处设在北京"))


def test_few_look_ups_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is asked."""
    monkeypatch.setitem(vars(QUESTION), "kept_look_ups", 10)
    table = word_segmenter._tagger().tokenizer.FREQ

    seen = table["北京"]
    for point in range(0x4E00, 0x4E32):
        table.get(chr(point))

    assert table["北京"] == seen
    assert len(table.cached) <= 10


def test_the_first_words_may_be_cut_by_several_threads_at_once() -> None:
    """As several people ask a page that has just started."""
    word_segmenter._made_tagger.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        cut = list(pool.map(lambda text: list(tagged(text)), ["秘书处设在哪里"] * 8))

    assert cut == [cut[0]] * 8
