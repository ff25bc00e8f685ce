"""Tables with bars in Markdown and in plain text: a grid whose quotes are slices of the source."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corpus_settings import FORMATS
from corpus.document import Document, NonBody
from corpus.document_json import dumps, loads
from corpus.parse import parse
from corpus.source import Source
from index.chunks import chunks_of
from qa.citations.forms import quote_in_markdown
from qa.ranking.citable_units import unit_of
from web.html.card import quote_html
from web.html.reading_pane import document_html
from web.html.verify import is_exact

FERRIES = """# Ferries

The council counted them.

| Line | Boats | Note |
| :--- | ----: | ---- |
| Red | 4 | |
| Blue \\| Green | 12 | `new` |
|  | 3 | lent |

## Fares

Class | Fare
--- | :-:
First | 9
Second | 5

They rise in May.
"""


def _grid(document: Document) -> list[tuple[int, list[list[str]]]]:
    return [
        (table.heads, [[document.quote((cell,)) if cell else "" for cell in row] for row in table.rows])
        for table in document.tables
    ]


def _cited(document: Document, row: str) -> list[str]:
    """The slices of the unit of a row, which the page quotes exactly."""
    passage = next(one for one in document.passages if document.quote(one.spans) == row)
    unit = unit_of(document, passage)
    assert unit is not None
    assert is_exact(quote_html(document, unit.passage), document, (document,))
    return [document.quote((span,)) for span in unit.passage.spans]


def test_the_tables_of_a_markdown_text() -> None:
    """With bars at the ends of rows and without, with any alignment, an escaped bar and empty cells."""
    assert _grid(parse(FERRIES, name="a")) == [
        (
            1,
            [
                ["Line", "Boats", "Note"],
                ["Red", "4", ""],
                ["Blue \\| Green", "12", "`new`"],
                ["", "3", "lent"],
            ],
        ),
        (1, [["Class", "Fare"], ["First", "9"], ["Second", "5"]]),
    ]


def test_a_row_is_a_passage_under_its_head() -> None:
    """As it stands in the source, cited and searched with the row over it; the head alone never answers."""
    document = parse(FERRIES, name="a")
    head = next(one for one in document.passages if document.quote(one.spans) == "Class | Fare")

    assert _cited(document, "Red | 4") == ["| Line | Boats | Note |\n", "Red | 4"]
    assert _cited(document, "First | 9") == ["Class | Fare\n", "First | 9"]
    assert unit_of(document, head) is None
    assert "Class | Fare\nSecond | 5" in [chunk.text for chunk in chunks_of(document, with_context=False)]


def test_bars_around_rows_are_markup() -> None:
    document = parse("# 库\n\n| 库 | 斤 |\n|--|--|\n| 东 | 90 |\n", name="a")
    markup = [document.quote((block.span,)) for block in document.blocks if isinstance(block, NonBody)]

    assert markup == ["#", "|", "|", "|--|--|", "|", "|"]


def test_the_pane_draws_a_grid_and_loses_no_character() -> None:
    """One table for each, its head in the head of the grid; bars and blanks are there, unseen."""
    document = parse(FERRIES, name="a")
    html = document_html(document)

    assert html.count("<table>") == html.count("</thead>") == 2
    assert html.count("<th>") + html.count('<th class="stub">') == 5
    runs = [map(int, run.split("-")) for run in re.findall(r"\d+-\d+", re.findall(r'data-runs="([^"]*)"', html)[0])]
    assert unescape(re.sub(r"<[^>]*>", "", html)) == "".join(FERRIES[start:end] for start, end in runs)
    assert 'class="markup">|' not in html


def test_a_row_in_markdown_is_a_row_again() -> None:
    document = parse(FERRIES, name="a")
    passage = next(one for one in document.passages if document.quote(one.spans) == "Second | 5")
    unit = unit_of(document, passage)

    assert unit is not None
    assert quote_in_markdown(document, unit.passage) == "> | Class | Fare |\n> | --- | --- |\n> | Second | 5 |"


def test_a_table_in_a_plain_text_leaves_the_rest_as_it_is() -> None:
    """Its numbered headings remain headings, which in Markdown they would not."""
    text = "粮库年报\n\n一、库存\n\n库|斤\r\n:-|-:\r\n东库|900\r\n西库|80\r\n\n二、人员\n\n共有六人。\n"
    document = parse(text, name="a")

    assert _grid(document) == [(1, [["库", "斤"], ["东库", "900"], ["西库", "80"]])]
    assert [section.label for section in document.sections] == ["粮库年报", "一、库存", "二、人员"]
    assert _cited(document, "西库|80") == ["库|斤\r\n", "西库|80"]


@pytest.mark.parametrize(
    "text",
    [
        "# 甲\n\n| 东 | 9 |\n| 西 | 8 |\n",  # no line
        "# 甲\n\n‖x‖ = |x₁|\n|x₁| ≤ |x|\n|x| ≥ 0\n",
        "# 甲\n\n东 | 9\n西 | 8\n",
        "# 甲\n\n| 东 | 9 |\n\n|--|--|\n",  # a blank line between
        "# 甲\n\n| 东 | 9 |\n|--|--|--|\n",
        "# 甲\n\n```\n| 东 | 9 |\n|--|--|\n| 西 | 8 |\n```\n",
        "# 甲\n\n乙。\n\n    | 东 | 9 |\n    |--|--|\n    | 西 | 8 |\n",
        "# 甲\n\n乙。\n\n- 丙\n\n      东 | 9\n      --|--\n",
        "# 甲\n\n~~~\n\n东 | 9\n--|--\n西 | 8\n",
        "# 甲\n\n<!-- 乙\n\n东 | 9\n--|--\n\n丙 -->\n",
        "# 甲\n\n乙 |\n---\n丙",
        "甲。\n| 东 | 9 |\n| 西 | 8 |\n",  # a plain text
        "甲。\n\n    东 | 9\n    --|--\n",
        "春|夏\n乙。\n",
        "甲\\|乙\n---\n丙",
        "标题\n---\n甲。\n\n标题\n---\n乙 | 丙。",
        "|".join("甲" * (FORMATS.table_columns + 2)) + "\n" + "|".join("-" * (FORMATS.table_columns + 2)),
    ],
)
def test_other_bars_are_no_table(text: str) -> None:
    assert parse(text, name="a").tables == ()


def test_rows_of_other_lengths_belong_to_a_table_with_a_line() -> None:
    document = parse("# 甲\n\n| 库 | 斤 |\n|--|--|\n| 东 |\n| 西 | 8 | 湿 |\n", name="a")

    assert _grid(document) == [(1, [["库", "斤"], ["东"], ["西", "8", "湿"]])]
    assert _cited(document, "西 | 8 | 湿") == ["| 库 | 斤 |\n", "西 | 8 | 湿"]


_LINES = st.sampled_from(
    (
        "| 东 | 9 |",
        "|东|",
        "||",
        "| |",
        "|--|--|",
        "--|:-:",
        "东 | 9",
        "|",
        "\\| | \\\\|",
        "甲。",
        "",
        "# 乙",
        "```",
        "　| 西 |x",
        "> | 东 | 9 |",
        "> -|-",
        "    -|-",
        "-|",
        "- 东|9",
        "<!--",
        "\u200b| 东 | 9 |",
    )
)


def test_a_row_of_dashes_or_of_nothing_is_no_row() -> None:
    """Whatever stands between them belongs to the table, as on GitHub."""
    document = parse("# 库\n\n库|斤\n-|-\n东|90\n:-:|--\n|\n西|80\n||\n| | |\n南|-\n", name="a")

    assert _grid(document) == [(1, [["库", "斤"], ["东", "90"], ["西", "80"], ["南", "-"]])]
    assert [document.quote(one.spans) for one in document.passages] == ["库", "库|斤", "东|90", "西|80", "南|-"]


def test_a_table_whose_head_has_no_words_has_no_head() -> None:
    document = parse("# 库\n\n| | |\n|---|---|\n| 东 | 90 |\n| 西 | 80 |\n", name="a")

    assert _grid(document) == [(0, [["东", "90"], ["西", "80"]])]


def test_a_column_without_bars_at_the_ends() -> None:
    """A line without a bar is a row, whatever its words, up to the next empty line."""
    text = "# 站名\n\n站名 |\n:-- |\n石浦\n下一页\n\n共两站。\n"
    document = parse(text, name="a")

    assert _grid(document) == [(1, [["站名"], ["石浦"], ["下一页"]])]
    assert [document.quote(one.spans) for one in document.passages][-1] == "共两站。"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("# 港\n\n> 港|吨\r\n> -|-\r\n>\t东港|70\r\n", "东港|70"),
        ("# 港\n\n> > | 港 | 吨 |\n> >|:--|--:|\n>>| 东港 | 70 |\n", "东港 | 70"),
        ("# 港\n\n1. | 港 | 吨 |\n   |----|----|\n   | 东港 | 70 |\n", "东港 | 70"),
        ("---\ntitle: 港\n---\n\n# 港\n\n- 表\n\n  港 | 吨\n  --- | ---\n  东港 | 70\n", "东港 | 70"),
        ("+++\ntitle = '港'\n+++\n# 港\n\n港 | 吨\n--- | ---\n东港 | 70\n", "东港 | 70"),
    ],
)
def test_a_table_in_a_quotation_or_a_list(text: str, row: str) -> None:
    """Their marks stand outside the rows, front matter outside all."""
    document = parse(text, name="a")

    assert _grid(document) == [(1, [["港", "吨"], ["东港", "70"]])]
    assert document.quote(document.passages[-1].spans) == row


def test_more_columns_than_a_table_may_have_stand_in_the_last() -> None:
    long = "|".join(map(str, range(FORMATS.table_columns + 5)))
    document = parse(f"# 甲\n\n乙|丙\n-|-\n{long}\n", name="a")

    assert document.quote(document.passages[-1].spans) == long
    assert len(document.tables[0].rows[1]) == FORMATS.table_columns + 1


@given(st.lists(_LINES, max_size=12), st.sampled_from(("\n", "\r\n", "\r")))
def test_any_bars_keep_the_laws(lines: list[str], line_end: str) -> None:
    """Cells lie in their rows, the pane has each passage, quotes are exact, the stored form is read again."""
    text = line_end.join(lines)
    document = parse(text, name="a")
    source = Source.from_bytes("a", text.encode(), None)
    spans = [cell for table in document.tables for row in table.rows for cell in row if cell is not None]

    assert all(document.quote((span,)).strip() == document.quote((span,)) != "" for span in spans)
    assert spans == sorted(set(spans))
    assert loads(dumps(document), source).tables == document.tables
    assert document_html(document).count('class="passage') == len(document.passages)
    for passage in document.passages:
        unit = unit_of(document, passage)
        for one in (passage, *((unit.passage,) if unit else ())):
            assert is_exact(quote_html(document, one), document, (document,))


@pytest.mark.parametrize(
    "line", ["## 新的节 | 有竖线", "- 列表项 | 有竖线", "* 甲 | 乙", "> 引用 | 有竖线", "1. 甲 | 乙"]
)
def test_a_table_ends_where_another_block_begins(line: str) -> None:
    document = parse(f"# 题\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n{line}\n", name="a.md")

    assert [len(table.rows) for table in document.tables] == [2]
    assert not parse(f"# 题\n\n{line}\n--- | ---\n1 | 2\n", name="b.md").tables
