"""What of a Markdown text is no passage, and what is one: each character stands where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, NonBody
from corpus.parse import parse
from corpus.parser import markdown_blocks
from corpus.parser.markdown_blocks import MarkdownBlock, find_blocks


def _read(body: str) -> tuple[list[str], list[str]]:
    """Return the passages and the markup under the heading of a text."""
    document: Document = parse(f"# 航道\n\n{body}", name="a")
    markup = [block.span for block in document.blocks if isinstance(block, NonBody)]
    return (
        [document.quote(one.spans) for one in document.passages][1:],
        [document.quote((span,)) for span in markup][1:],
    )


@pytest.mark.parametrize(
    ("body", "passages", "markup"),
    [
        (
            "水深见[志][zhi]。\n\n[zhi]: https://a.example/x_y '航道志'\n[图]:\n  ./tu.png\n",
            ["水深见[志][zhi]。"],
            ["[zhi]: https://a.example/x_y '航道志'", "[图]:\n  ./tu.png"],
        ),
        (
            "水深三尺[^甲]。\n\n[说明]: 枯水期不计。\n\n[^甲]: 据1982年测\n",
            ["水深三尺[^甲]。", "[说明]: 枯水期不计。", "[^甲]: 据1982年测"],
            [],
        ),
        ("> [a]: /b\n> 水深三尺。\n", ["> 水深三尺。"], ["> [a]: /b"]),
        (
            "<!-- 存疑\n\n再查 --> 水深三尺。 <!-- 一 -->\n\n<!--二-->宽五丈。\n",
            ["水深三尺。 <!-- 一 -->", "宽五丈。"],
            ["<!-- 存疑", "再查 -->", "<!--二-->"],
        ),
        ("宽五丈。 <!-- 三 --> <!-- 四 -->\n", ["宽五丈。 <!-- 三 -->"], ["<!-- 四 -->"]),
        ("<!-- 没有结束\n\n水深三尺。\n", ["<!-- 没有结束", "水深三尺。"], []),
        (
            "![全图][t]\n\n[![水位](w.svg)](https://a.example)\n\n![](k.png)\n\n如 ![甲](b.png) 所示。\n",
            ["全图", "水位", "如 ![甲](b.png) 所示。"],
            ["![", "][t]", "[![", "](w.svg)](https://a.example)", "![](k.png)"],
        ),
        (
            "<style>\n.a { }\n\n.b { }\n</style>\n\n水深三尺。\n",
            ["水深三尺。"],
            ["<style>\n.a { }\n\n.b { }\n</style>"],
        ),
        ("[TOC]\n\n> [!TIP]\n> 慢行。\n\n$$\n|v|\n$$\n", ["> 慢行。", "|v|"], ["[TOC]", "> [!TIP]", "$$", "$$"]),
        ("+--+--+\n| 甲 | 乙 |\n+==+==+\n", ["| 甲 | 乙 |"], ["+--+--+", "+==+==+"]),
        ("2\\. 不是第二。\n\n\\[甲\\]\\: &lt;乙&gt;\n", ["2\\. 不是第二。", "\\[甲\\]\\: &lt;乙&gt;"], []),
    ],
)
def test_what_stands_for_programs_is_markup(body: str, passages: list[str], markup: list[str]) -> None:
    assert _read(body) == (passages, markup)


@pytest.mark.parametrize(
    "body",
    [
        "水深。\n\n    # 宽度\n    ls\n",
        "水深。\n\n```sh\n# 宽度\n\n## 流速\n",
        "- 水深\n\n      # 宽度\n",
        "> ```\n> # 宽度\n> ```\n",
        "~~~\n# 宽度\n```\n# 流速\n~~~\n",
    ],
)
def test_code_has_no_headings(body: str) -> None:
    assert [section.label for section in parse(f"# 航道\n\n{body}", name="a").sections] == ["航道"]


def test_headings_go_on_behind_code_that_its_list_ends() -> None:
    document = parse("# 航道\n\n- 水深\n  ```\n  # 码\n\n## 流速\n\n每秒一尺。\n", name="a")

    assert [section.label for section in document.sections] == ["航道", "流速"]


def test_code_between_fences_is_one_passage_with_its_line_ends() -> None:
    """A shorter fence inside does not end it, nor one of another character."""
    code = "````md\r\n```\r\n\r\n~~~~\r\n````"

    assert _read(f"水深。\r\n\r\n{code}\r\n\r\n宽度。\r\n") == (["水深。", code, "宽度。"], [])


@pytest.mark.parametrize(
    "front", ["---\ndate: 1982-03-04\ntitle: 航道\n---", "+++\ntags = ['水']\n+++", "---\n# 注\nAuthor: 林晚\n..."]
)
def test_front_matter_is_no_passage_where_no_heading_follows(front: str) -> None:
    document = parse(f"{front}\n\n水深三尺，枯水期二尺。\n\n宽五丈，涨水时八丈。\n", name="a")

    assert [document.quote(one.spans) for one in document.passages][-1] == "宽五丈，涨水时八丈。"
    assert not any(front[:3] in document.quote(one.spans) for one in document.passages)


@pytest.mark.parametrize(
    ("body", "passages"),
    [
        ("<style> 写样子。\n\n水深三尺。\n", ["<style> 写样子。", "水深三尺。"]),
        ("<SCRIPT>\n\n水深三尺。\n", ["水深三尺。"]),
        ("<style>b{}</style> 水深三尺。\n\n宽五丈。\n", ["<style>b{}</style> 水深三尺。", "宽五丈。"]),
        ('[船家]: 到了\n\n[Ann]: Hello\n\n[客]: "Oh"\n', ["[船家]: 到了", "[Ann]: Hello", '[客]: "Oh"']),
        (">\n宽五丈\n", ["宽五丈"]),
        ("[问]: #tu\n[图]: tu.png\n\n水深三尺。\n", ["水深三尺。"]),
    ],
)
def test_words_that_only_look_like_markup_are_passages(body: str, passages: list[str]) -> None:
    """A tag without an end reaches no further than its line, and who speaks is no link."""
    document = parse(f"# 航道\n\n河道概况如下。\n\n{body}", name="a")
    quoted = [document.quote(one.spans) for one in document.passages]

    assert quoted[quoted.index("河道概况如下。") + 1 :] == passages


def test_a_line_of_dashes_over_a_text_is_no_front_matter() -> None:
    document = parse("---\n问：水深几何？\n---\n答：三尺。\n", name="a")

    assert [document.quote(one.spans) for one in document.passages] == ["---", "问：水深几何？", "---", "答：三尺。"]


def test_items_of_a_list_end_where_the_next_begins() -> None:
    """The last one goes on under its indent."""
    body = "- 深\n- 宽\n  - 涨\n  - 落\n\n    港|吨\n    -|-\n    东|7\n\n- 长\n* * *\n\n      # 码\n"
    document = parse(f"# 航道\n\n{body}", name="a")

    assert [document.quote(one.spans) for one in document.passages][1:7] == [
        "- 深",
        "- 宽",
        "- 涨",
        "- 落",
        "港|吨",
        "东|7",
    ]
    assert [section.label for section in document.sections] == ["航道"]


_PIECES = (
    "- 甲",
    "* 乙",
    "  - 丙",
    "  甲",
    "    x|y",
    "x|y",
    "-|-",
    "",
    "```",
    "    码",
    "> 丁",
    "> x|y",
    "- ```",
    "[a]: b",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=10))
def test_lines_that_are_passed_over_change_no_block(pieces: list[str]) -> None:
    """The library alone finds the same blocks."""
    text = "\n".join(pieces)
    found = list(find_blocks(text))
    rules = markdown_blocks._markdown().block.ruler
    rules.disable("one_line")
    try:
        alone: list[MarkdownBlock] = list(find_blocks(text))
    finally:
        rules.enable("one_line")

    assert found == alone
