"""The texts on the page: added, refused, filtered, described and removed, while questions go on."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus import corpus_messages
from corpus.parse import parse
from corpus.reading_process import ReadingProcess
from corpus.source import SHIPPED, load
from index.catalog import Catalog, CatalogEntry
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from tests.hostile_worker import COMMAND
from tests.web.elements import tree
from web import strings
from web.api.desk import Desk
from web.html.document_list import can_ask_html, heading_html, listed
from web.html.example_questions import example_questions, examples_html
from web.html.markup import both
from web.web_settings import UPLOADS

LAW = "猫狗条例\n\n第一条 猫应当吃鱼。\n\n第二条 狗应当吃肉。\n"


@pytest.fixture
def engine(characters: CharacterEmbedder, tmp_path: Path) -> BackgroundEngine:
    """An engine over an index of the shipped text."""
    index = Index.build(tmp_path / "index", [load(SHIPPED)], characters)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, characters, Settings()))
    engine.start()
    assert engine.wait(10)
    return engine


@pytest.fixture
def jobs(engine: BackgroundEngine) -> IndexJobs:
    return IndexJobs(engine)


@pytest.fixture
def desk(engine: BackgroundEngine, jobs: IndexJobs) -> Desk:
    """A desk whose documents can be changed."""
    return Desk(engine, jobs=jobs)


def _add(desk: Desk, name: str, data: bytes) -> dict[str, Any]:
    return _wait(desk, desk.upload(name, io.BytesIO(data), len(data)))


def _wait(desk: Desk, answer: dict[str, Any]) -> dict[str, Any]:
    for _ in range(600):
        progress = desk.call({"kind": "progress", "change": answer["change"]})
        if progress["stage"] in ("done", "failed"):
            return progress
        time.sleep(0.05)
    raise AssertionError("the change took too long")


def _names(desk: Desk) -> list[str]:
    names: list[str] = desk.call({"kind": "texts"})["names"]
    return names


def test_a_file_is_added_asked_alone_and_removed(desk: Desk) -> None:
    assert _add(desk, "../../猫狗条例.txt", LAW.encode())["name"] == "猫狗条例"
    assert _names(desk) == ["sco-2021", "猫狗条例"]
    only = desk.call({"kind": "ask", "question": "狗应当吃什么？", "documents": ["猫狗条例"]})["html"]
    assert 'data-document="猫狗条例"' in only
    assert 'data-document="sco-2021"' not in only
    assert _wait(desk, desk.call({"kind": "remove", "document": "猫狗条例"}))["stage"] == "done"
    assert _names(desk) == ["sco-2021"]
    gone = desk.call({"kind": "ask", "question": "狗？", "documents": ["猫狗条例"]})
    assert "这里已经没有文本" in gone["failed"]


def test_a_list_is_never_older_than_its_version(
    desk: Desk, engine: BackgroundEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a page that is told of a change while it is made keeps the list from before."""
    version = desk.call({"kind": "texts"})["version"]
    heading = heading_html

    def change(entries: Sequence[CatalogEntry]) -> str:
        _wait(desk, desk.upload("猫狗条例.txt", io.BytesIO(LAW.encode()), len(LAW.encode())))
        return heading(entries)

    monkeypatch.setattr("web.api.documents.heading_html", change)
    assert desk.call({"kind": "texts"})["version"] == version
    monkeypatch.undo()
    assert desk.call({"kind": "texts"})["version"] > version


def test_the_list_has_titles_dates_and_kinds_and_reads_no_document(desk: Desk, engine: BackgroundEngine) -> None:
    speech = "在修路大会上的讲话\n\n（2020年5月1日）\n\n同志们：\n\n先修路，后种树。\n"
    _add(desk, "1632987.txt", speech.encode())
    rows = tree(desk.call({"kind": "texts"})["html"]).all("div", **{"class": "row"})
    shown = [{name: row.attributes[f"data-{name}"] for name in ("document", "title", "kind", "date")} for row in rows]
    assert shown[1] == {
        "document": "1632987",
        "title": "《在修路大会上的讲话》",
        "kind": "speech",
        "date": "2020-05-01",
    }
    assert shown[0]["title"] == "《不忘初心 砥砺前行 开启上海合作组织发展新征程》〔上海合作组织二十周年杜尚别宣言〕"
    assert engine.catalog.documents._opened == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("count", "said"), [(0, "还没有文本"), (1, "《甲》"), (5, "《甲》、《甲》、《甲》等 5 份文本")]
)
def test_the_first_view_names_some_documents(count: int, said: str) -> None:
    entries = Catalog.of([parse("甲\n\n第一条 猫。\n", name=f"d{n}") for n in range(count)]).entries
    html = tree(can_ask_html(entries, may_change=False))
    chinese = "".join(e.text for e in html.walk() if e.attributes.get("class") in ("zh", "title"))
    assert said in chinese


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "数据条例\n\n第一章 总则\n\n第一条 本条例所称网络数据，是指各种电子数据。"
            "\n\n第二章 监督检查\n\n第二条 查。\n",
            ["什么是网络数据？", "“总则”写了什么？", "“监督检查”写了什么？"],
        ),
        (
            "借书办法\n\n第一章 总则\n\n第一条 为了借书。\n本办法所称图书室，是指借书的地方。\n",
            ["什么是图书室？", "“总则”写了什么？"],
        ),
        ("猫狗条例\n\n第一条 猫吃鱼。\n\n第二条 狗吃肉。\n", ["“第一条”写了什么？"]),
        ("修路记\n\n先修路，后种树。\n", []),
    ],
)
def test_examples_are_of_definitions_then_of_headings_with_words(text: str, questions: list[str]) -> None:
    assert example_questions(parse(text, name="甲")) == questions


@pytest.mark.parametrize(
    ("text", "reader", "said"),
    [
        ("猫狗条例\n\n第一章 猫\n\n第一条 猫吃鱼。\n", "en", "You can ask in English too."),
        ("Cats and Dogs\n\nIn this act “Cat food” means fish of every kind.\n", "zh", "用中文提问也可以"),
        ("修路记\n\n先修路，后种树。\n", "en", None),
    ],
)
def test_examples_in_another_language_than_the_readers_say_that_theirs_does_too(
    text: str, reader: str, said: str | None
) -> None:
    """A reader of the examples' own language sees no such word, and there is none without an example."""
    notes = [one for one in tree(examples_html(parse(text, name="甲"))).walk() if one.tag == "p"]
    assert [one.attributes["class"] for one in notes] == ([f"note {reader}"] if said else [])
    assert not said or said in notes[0].text


def test_where_there_is_no_document_each_place_says_what_to_do(desk: Desk, engine: BackgroundEngine) -> None:
    assert _wait(desk, desk.call({"kind": "remove", "document": "sco-2021"}))["stage"] == "done"
    said = [
        desk.call({"kind": "check", "text": "“三股势力”"})["failed"],
        desk.call({"kind": "ask", "question": "猫？"})["failed"],
        desk.call({"kind": "texts"})["html"],
    ]
    assert all("添加" in one and "Add" in one for one in said)
    reading = Desk(engine)
    assert all(
        "Whoever runs this page" in one
        for one in (
            reading.call({"kind": "check", "text": "“三股势力”"})["failed"],
            reading.call({"kind": "ask", "question": "猫？"})["failed"],
            reading.call({"kind": "texts"})["html"],
        )
    )


def test_a_file_that_is_no_text_is_refused_and_nothing_changes(desk: Desk) -> None:
    refused = _add(desk, "bad.txt", b"\xff\xfe\x00\xd8\x81")
    assert refused["stage"] == "failed"
    assert "第 1 行（字节 2）不合 UTF-16-LE 编码" in refused["html"]
    assert _names(desk) == ["sco-2021"]


def test_the_same_name_with_other_words_is_another_text(desk: Desk) -> None:
    _add(desk, "a.txt", "猫。".encode())
    assert _add(desk, "a.txt", "狗。".encode())["name"] == "a-2"


def test_what_a_person_supplies_is_cited_in_brackets_and_embeds_nothing(
    desk: Desk, characters: CharacterEmbedder
) -> None:
    _add(desk, "猫狗条例.txt", LAW.encode())
    before = len(characters.embedded)
    works = [{"publisher": "某出版社", "date": "2020-01-02"}]
    assert _wait(desk, desk.call({"kind": "describe", "document": "猫狗条例", "works": works}))["stage"] == "done"
    assert len(characters.embedded) == before
    assert 'value="某出版社"' in desk.call({"kind": "about", "document": "猫狗条例"})["html"]
    wrong = desk.call({"kind": "describe", "document": "猫狗条例", "works": [{"date": "哈"}]})
    assert "不是日期" in wrong["failed"]


def test_a_file_that_is_too_large_is_refused_in_words_and_closed(desk: Desk) -> None:
    file = io.BytesIO()
    assert "最多 64 MB" in desk.upload("a", file, 10**9)["failed"]
    assert file.closed
    assert _names(desk) == ["sco-2021"]


def test_a_file_is_closed_once_it_is_read(desk: Desk) -> None:
    file = io.BytesIO(LAW.encode())
    assert _wait(desk, desk.upload("条例.txt", file, len(LAW)))["stage"] == "done"
    assert file.closed


def test_not_any_number_of_files_waits(
    engine: BackgroundEngine, characters: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = IndexJobs(engine, new_process=lambda: ReadingProcess(command=COMMAND))
    desk = Desk(engine, jobs=jobs)
    monkeypatch.setitem(vars(UPLOADS), "files", 1)
    change = desk.upload("悬.txt", io.BytesIO(b"hang"), 4)["change"]
    assert "太多" in desk.upload("再.txt", io.BytesIO(b"text"), 4)["failed"]
    monkeypatch.setitem(vars(UPLOADS), "files", 9)
    monkeypatch.setitem(vars(UPLOADS), "together", 7)
    assert "太多" in desk.upload("再.txt", io.BytesIO(b"text"), 4)["failed"]
    jobs.cancel(change)
    _wait(desk, {"change": change})
    assert jobs.waiting == (0, 0)


@pytest.mark.parametrize("change", [None, "1", 7, [1]])
def test_the_progress_of_a_change_that_nobody_began_is_a_sentence(desk: Desk, change: object) -> None:
    assert "出了差错" in desk.call({"kind": "progress", "change": change})["failed"]


def test_an_upload_is_cancelled_in_words_in_both_languages(
    engine: BackgroundEngine, characters: CharacterEmbedder
) -> None:
    jobs = IndexJobs(engine, new_process=lambda: ReadingProcess(command=COMMAND))
    desk = Desk(engine, jobs=jobs)
    change = desk.upload("悬.txt", io.BytesIO(b"hang"), 4)["change"]
    while (progress := desk.call({"kind": "progress", "change": change}))["stage"] == "waiting":
        time.sleep(0.01)
    assert (progress["stage"], progress["html"]) == ("reading", both(strings.BEING_READ))

    desk.call({"kind": "cancel", "change": change})
    cancelled = _wait(desk, {"change": change})
    assert (cancelled["stage"], cancelled["name"]) == ("failed", "悬.txt")
    assert cancelled["html"] == both(corpus_messages.READING_CANCELLED)
    assert desk.call({"kind": "cancel", "change": change})["stage"] == "failed"
    assert _names(desk) == ["sco-2021"]


@pytest.mark.parametrize("change", [None, "1", 7, [1]])
def test_a_change_that_nobody_began_is_not_cancelled(desk: Desk, change: object) -> None:
    assert "出了差错" in desk.call({"kind": "cancel", "change": change})["failed"]


def test_a_page_that_only_reads_changes_nothing(engine: BackgroundEngine) -> None:
    reading = Desk(engine)
    assert list(reading.call({"kind": "remove", "document": "sco-2021"})) == ["failed"]
    assert list(reading.call({"kind": "cancel", "change": 1})) == ["failed"]
    assert 'class="remove"' not in reading.call({"kind": "texts"})["html"]


def test_what_is_done_to_a_text_that_was_removed_meanwhile_names_no_file_and_no_command(
    desk: Desk, jobs: IndexJobs
) -> None:
    """Two requests that both still saw it."""
    _add(desk, "猫狗条例.txt", LAW.encode())
    twice = [jobs.remove("猫狗条例"), jobs.remove("猫狗条例")]
    assert [_wait(desk, {"change": number})["stage"] for number in twice] == ["done", "done"]
    failed = _wait(desk, {"change": jobs.describe("猫狗条例", ())})
    assert failed["stage"] == "failed"
    assert "这里已经没有文本“猫狗条例”" in failed["html"]
    assert "There is no text “猫狗条例” here any more." in failed["html"]
    assert "python" not in failed["html"]
    assert _names(desk) == ["sco-2021"]


def test_a_folder_is_shown_by_its_name_with_a_number_where_two_have_the_same() -> None:
    """A folder without a name, of an index from before, has its number alone."""
    folders = ("a", "规章"), ("a", ""), ("b", "规章"), ("c", "笔记"), ("", ""), ("d", "")
    entries = [CatalogEntry(f"{at}", "", 1, 1, "", (), *one) for at, one in enumerate(folders)]
    assert [(one.folder, one.folder_name) for one in listed(entries)] == [
        (1, "规章 (1)"),
        (1, "规章 (1)"),
        (2, "规章 (2)"),
        (3, "笔记"),
        (0, ""),
        (4, ""),
    ]
