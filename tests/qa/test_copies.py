"""Copies of a passage are one hit that names them; editions, and a passage that occurs twice in a document, stay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from corpus.source import Source
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.output.json_records import reply_as_json
from qa.qa_settings import Settings
from qa.ranking.copies import Copies
from qa.reply import Answer, Hit, NotFound, Reply, all_hits, copies_line
from tests.fakes import CharacterEmbedder

_EMBEDDER = CharacterEmbedder("甲乙丙丁戊己庚辛壬癸")
_TEXT = "乐园须知\n\n一、开门\n甲乙丙丁。\n戊己庚辛。\n\n二、关门\n壬癸甲乙。\n"


def _engine(folder: Path, texts: Mapping[str, str], *, candidates: int = 100) -> Engine:
    new = [NewDocument(name, name, partial(Source.from_bytes, name, texts[name].encode(), None)) for name in texts]
    [*Library(folder / "i", lambda: _EMBEDDER).add(new)]
    return Engine(Index.open(folder / "i"), _EMBEDDER, Settings(candidates=candidates))


def _found(reply: Reply, words: str) -> list[Hit]:
    assert isinstance(reply, Answer | NotFound)
    return [hit for hit in all_hits(reply) if words in hit.citation.text]


def _names(hit: Hit) -> list[str]:
    return [copy.document.name for copy in hit.copies]


@pytest.mark.parametrize(
    "texts",
    [
        {"a": _TEXT, "b": _TEXT, "c": _TEXT},
        {"a": _TEXT, "b": _TEXT.replace("\n", "\r\n"), "c": "\n　　".join(_TEXT.split("\n"))},  # as formats set them
        {"a": _TEXT, "b": f"{_TEXT}\n三、其他\n癸壬辛庚。\n", "c": _TEXT},  # one was edited elsewhere
    ],
)
def test_copies_of_a_passage_are_one_hit_that_names_them(tmp_path: Path, texts: Mapping[str, str]) -> None:
    (hit,) = _found(_engine(tmp_path, texts).ask("甲乙丙丁"), "甲乙丙丁")

    assert [hit.citation.document.name, *_names(hit)] == ["a", "b", "c"]
    assert all(copy.text == hit.citation.text for copy in hit.copies)


def test_json_and_the_line_name_the_copies(tmp_path: Path) -> None:
    """JSON has all of them, the line a few."""
    reply = _engine(tmp_path, dict.fromkeys("abcdefgh", _TEXT)).ask("甲乙丙丁")
    (hit,) = _found(reply, "甲乙丙丁")
    found = reply_as_json(reply, None)
    record = next(one for one in found["hits"] + found["near"] if "甲乙丙丁" in one["text"])

    assert [copy["document"] for copy in record["copies"]] == ["b", "c", "d", "e", "f", "g", "h"]
    assert list(record["copies"][0]) == ["document", "passage_id", "citation"]
    own = "此处引自文件 a quoted here from the file a"
    assert copies_line(hit) == f"同文还见于 Also in: b；c；d；e；f；另有 2 处 and 2 more（{own}）"


def test_a_scope_shows_the_document_that_it_selects(tmp_path: Path) -> None:
    engine = _engine(tmp_path, {"a": _TEXT, "b": _TEXT, "c": _TEXT})
    (one,) = _found(engine.ask("甲乙丙丁", documents=["b"]), "甲乙丙丁")
    (two,) = _found(engine.ask("甲乙丙丁", documents=["c", "b"]), "甲乙丙丁")

    assert (one.citation.document.name, _names(one)) == ("b", [])
    assert (two.citation.document.name, _names(two)) == ("b", ["c"])


@pytest.mark.parametrize("blank", ["", " "])
def test_copies_push_no_other_passage_out(tmp_path: Path, blank: str) -> None:
    """There is room for four candidates. The copies are the same text, or differ in blanks at their ends."""
    count = 12 if not blank else 3
    texts = {f"a{number:02}": _TEXT + blank * number for number in range(count)}
    reply = _engine(tmp_path, texts | {"其他": "别的须知\n\n甲乙丙。\n"}, candidates=4).ask("甲乙丙丁")

    assert len(_found(reply, "甲乙丙丁")) == 1
    assert len(_found(reply, "甲乙丙。")) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "乐园条例\n（2019年3月1日公布）\n\n第一条　甲乙丙丁。\n",
            "乐园条例\n（2024年3月1日修订）\n\n第一条　甲乙丙丁。\n第二条　庚辛。\n",
        ),
        ("乐园条例\n\n第一条　甲乙丙丁。\n", "花园条例\n\n第一条　甲乙丙丁。\n"),  # other works
        ("乐园条例\n\n第一条　甲乙丙丁。\n", "乐园条例\n\n第二条　甲乙丙丁。\n"),  # another place
    ],
)
def test_the_same_words_elsewhere_are_no_copy(tmp_path: Path, first: str, second: str) -> None:
    """Each edition, each work and each article is a hit of its own, with its own citation."""
    hits = _found(_engine(tmp_path, {"a": first, "b": second}).ask("甲乙丙丁"), "甲乙丙丁")

    assert [hit.citation.document.name for hit in hits] == ["a", "b"]
    assert len({str(hit.citation) for hit in hits}) == 2
    assert [_names(hit) for hit in hits] == [[], []]


def test_an_article_that_a_question_points_at_is_one_hit_of_its_copies(tmp_path: Path) -> None:
    text = "乐园条例\n\n第一条　甲乙丙丁。\n第二条　戊己庚辛。\n"
    reply = _engine(tmp_path, {"a": text, "b": text}).ask("乐园条例第二条")

    assert isinstance(reply, Answer)
    assert [(hit.citation.document.name, _names(hit)) for hit in reply.hits] == [("a", ["b"])]


def test_a_refrain_stays_twice_and_so_do_its_copies(tmp_path: Path) -> None:
    text = "乐园之歌\n\n甲乙丙丁。\n\n戊己庚辛。\n\n甲乙丙丁。\n\n壬癸壬癸。\n"
    hits = _found(_engine(tmp_path, {"a": text, "b": text + " "}).ask("甲乙丙丁"), "甲乙丙丁")

    assert [(hit.citation.document.name, hit.citation.passage.paragraph) for hit in hits] == [("a", 1), ("a", 3)]
    assert [[(copy.document.name, copy.passage.paragraph) for copy in hit.copies] for hit in hits] == [
        [("b", 1)],
        [("b", 3)],
    ]


def test_of_some_documents_all_copies_but_the_first_are_left_out(tmp_path: Path) -> None:
    """Those of a text whose first copy is not among them keep one; rows of other documents stay."""
    texts = {"a": "甲。\n乙。", "b": "丙。", "c": "甲。\n乙。", "d": "甲。\n乙。", "e": "丁。"}
    index = _engine(tmp_path, texts).index
    every = np.arange(8)

    def searched(rows: npt.NDArray[np.int64] | None) -> list[int]:
        found = Copies(index).searched(rows)
        assert found is not None
        return [int(row) for row in found]

    assert searched(None) == [0, 1, 2, 7]
    assert searched(every) == [0, 1, 2, 7]
    assert searched(every[2:]) == [2, 3, 4, 7]
    assert searched(every[[2, 7]]) == [2, 7]
