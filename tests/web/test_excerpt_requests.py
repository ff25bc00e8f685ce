"""What the page's server makes of selected words, of nonsense, and of a document that has changed."""

from __future__ import annotations

import base64
import json

import pytest

from corpus.document import Document
from corpus.parse import parse, parse_source
from corpus.source import Source
from tests.web.elements import tree
from tests.web.page import FakeEngine
from web.api.desk import Desk
from web.html.reading_pane import document_html

MARKDOWN = (
    "# 甲\n\n一行**粗**字\n第二行 *斜* 字  \n第三行\n\n- 项一\n  续行\n- 项二\n\n|a|b|\n|-|-|\n||x|\n\n## 乙\n尾\n"
)
HTML = "<h1>题</h1><p>一 <b>粗</b><br>二</p><table><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3</table><p>尾"


@pytest.fixture
def desk(shipped: Document) -> Desk:
    return Desk(FakeEngine(shipped))


def sent(document: Document, spans: list[list[int]], **more: object) -> dict[str, object]:
    return {"document": document.name, "sha256": document.sha256, "spans": spans, "form": "own", **more}


@pytest.mark.parametrize(("name", "text"), [("a.md", MARKDOWN), ("a.html", HTML), ("a.txt", "\n 甲\n\n  乙说。\n")])
def test_the_pane_says_where_its_text_stands(name: str, text: str, shipped: Document) -> None:
    """`data-runs`: the text content of the pane, in its order; the shipped text has interleaved works."""
    for document in (parse_source(Source.from_file(name, text.encode(), None)), shipped):
        [article] = tree(document_html(document)).all("article")
        runs = [list(map(int, run.split("-"))) for run in (article.attributes["data-runs"] or "").split(",")]
        assert article.text == "".join(document.text[start:end] for start, end in runs)
        assert len(article.text) == len(document.text)


def test_selected_words_are_cut_and_cited(desk: Desk, shipped: Document) -> None:
    start = shipped.text.index("政治互信")
    answer = desk.call({"kind": "span", **sent(shipped, [[start, start + 4]])})

    assert answer["text"] == "政治互信"
    assert answer["cited"] == f"政治互信\n{answer['reference']}"
    assert "&w=" in answer["link"]
    again = desk.call({"kind": "span", **sent(shipped, [[start, start + 4]], digest=answer["digest"])})
    assert again == answer
    moved = desk.call({"kind": "span", **sent(shipped, [[start + 1, start + 5]], digest=answer["digest"])})
    assert "已经变了" in moved["failed"]


@pytest.mark.parametrize(
    "spans",
    [[], [[5, 5]], [[5, 2]], [[-1, 3]], [["a", 3]], [[1]], [[0, 10**9]], [[0, 9], [3, 12]], "0-9", [[True, 3]], [{}]],
)
def test_nonsense_is_refused_in_words(desk: Desk, shipped: Document, spans: list[list[int]]) -> None:
    for kind, values in (("span", sent(shipped, spans)), ("excerpts", {"excerpts": [sent(shipped, spans)]})):
        answer = desk.call({"kind": kind, **values})
        words = str(answer.get("failed", "")) + str(answer.get("html", ""))
        assert "没有选中文字" in words or "已经变了" in words
        assert "blockquote" not in words


def test_what_is_listed_is_cut_again_or_says_why_not(desk: Desk, shipped: Document) -> None:
    start = shipped.text.index("政治互信")
    excerpts = [
        sent(shipped, [[start, start + 4]], note="<b>批注</b>", question=""),
        sent(parse("别的。", name=shipped.name), [[0, 2]]),
        sent(parse("没有。", name="<gone>"), [[0, 2]]),
    ]
    html = desk.call({"kind": "excerpts", "excerpts": excerpts})["html"]

    quotes = tree(html).all("blockquote")
    assert [quote.text for quote in quotes] == ["政治互信"]
    assert "已经变了" in html and "&lt;gone&gt;" in html and "<b>批注" not in html

    answer = desk.call({"kind": "exportexcerpts", "format": "csl-json", "form": "own", "excerpts": excerpts})
    [item] = json.loads(base64.b64decode(answer["data"]))
    assert "政治互信" in item["note"] and "<b>批注</b>" in item["note"]
    assert "2" in answer["html"]
    nothing = desk.call({"kind": "exportexcerpts", "format": "docx", "form": "own", "excerpts": excerpts[1:]})
    assert "没有可以导出的摘录" in nothing["failed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"spans": [[5, 2]]},
        {"spans": [[0, 1]] * 10_001},
        {"document": "甲" * 20_000},
        {"document": None},
        {"note": "长" * 20_000, "question": "长" * 20_000},
    ],
)
def test_one_that_is_wrong_does_not_hide_the_others(desk: Desk, shipped: Document, wrong: dict[str, object]) -> None:
    """The list is all that a reader has of the excerpts, and the only way to remove one."""
    start = shipped.text.index("政治互信")
    good = sent(shipped, [[start, start + 4]])
    listed = desk.call({"kind": "excerpts", "excerpts": [{**good, **wrong}, good]})

    assert listed["html"].count('class="excerpt"') == 2
    assert "政治互信</" in listed["html"]
    exported = desk.call({"kind": "exportexcerpts", "excerpts": [{**good, **wrong}, good], "form": "own"})
    assert "政治互信" in base64.b64decode(exported["data"]).decode()


def test_too_much_at_once_is_refused(desk: Desk, shipped: Document) -> None:
    answer = desk.call({"kind": "excerpts", "excerpts": [sent(shipped, [[0, 9]])] * 5_001})
    assert "5,001" in answer["failed"]
    answer = desk.call({"kind": "span", **sent(shipped, [[n, n + 1] for n in range(10_001)])})
    assert "10,001" in answer["failed"]
