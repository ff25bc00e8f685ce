"""Tables: their rows are passages, their heads and merged cells are known, and a row is cited with both."""

from __future__ import annotations

import io
import re
from itertools import chain

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.document import Document
from corpus.document_json import dumps, loads
from corpus.formats.extracted_text import TextWriter
from corpus.formats.table_cells import Cell, cells_of, head_of, lay_out
from corpus.parse import parse_source
from corpus.source import Source
from index.chunks import chunks_of
from qa.citations.forms import quote_in_markdown
from qa.ranking.citable_units import unit_of
from tests.corpus.test_formats import docx_file, read
from web.html.card import quote_html
from web.html.reading_pane import document_html
from web.html.verify import is_exact


def _html(table: str) -> Document:
    return parse_source(read("a.html", f"<h1>办法</h1><p>标准见下表。</p>{table}<p>自公布之日起施行。</p>".encode()))


def _cited(document: Document, row: str) -> list[str]:
    """The slices of the unit of the row that begins with these words."""
    passage = next(one for one in document.passages if document.quote(one.spans).startswith(row))
    unit = unit_of(document, passage)
    assert unit is not None
    assert is_exact(quote_html(document, unit.passage), document, (document,))
    slices = [document.quote((span,)) for span in unit.passage.spans]
    assert all(one.endswith(("\t", "\n")) for one in slices[:-1])  # nothing is glued to what follows
    return [re.sub(r"\t*\n$", "", one) for one in slices]


_MERGED = (
    "<table><tr><th>级别<th>城市<th>标准</tr><tr><td rowspan=2>处级<td>一类<td>650</tr><tr><td>二类<td>480</tr>"
    "<tr><td>科级<td>一类<td rowspan=2>330</tr><tr><td>司机<td>二类</tr></table>"
)


def test_a_merged_cell_counts_for_all_its_rows() -> None:
    document = _html(_MERGED)

    assert _cited(document, "二类\t480") == ["级别\t城市\t标准", "处级\t", "二类\t480"]
    assert _cited(document, "处级\t一类") == ["级别\t城市\t标准", "处级\t一类\t650"]
    assert _cited(document, "司机") == ["级别\t城市\t标准", "330", "司机\t二类"]


def test_a_row_is_searched_with_its_head_and_merged_cells() -> None:
    document = _html(_MERGED)
    chunks = [chunk.text for chunk in chunks_of(document, with_context=False)]

    assert "级别\t城市\t标准\n处级\n二类\t480" in chunks


def test_a_head_never_answers_alone() -> None:
    document = _html(_MERGED)
    head = next(one for one in document.passages if document.quote(one.spans).startswith("级别"))

    assert unit_of(document, head) is None


def test_a_head_of_two_rows() -> None:
    document = _html(
        "<table><tr><td rowspan=2>乡镇<td colspan=2>人口</tr><tr><td>男<td>女</tr>"
        "<tr><td>石浦<td>5208<td>5391</tr><tr><td>白沙<td>2960<td>3015</tr></table>"
    )

    assert _cited(document, "白沙") == ["乡镇\t人口", "\t男\t女", "白沙\t2960\t3015"]


def test_heads_beside_the_rows_are_no_head_over_them() -> None:
    document = _html("<table><tr><th>姓名<td>林晚</tr><tr><th>部门<td>研发部</tr></table>")

    assert _cited(document, "部门") == ["部门\t研发部"]


def test_merged_cells_of_docx() -> None:
    file = docx.Document()
    file.add_paragraph("标准见下表。")
    table = file.add_table(4, 3)
    for number, row in enumerate(
        (("级别", "城市", "标准"), ("处级", "一类", "650"), ("", "二类", "480"), ("科级", "一类", "520"))
    ):
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document = parse_source(read("a.docx", docx_file(file)))

    assert _cited(document, "二类") == ["级别\t城市\t标准", "处级\t", "二类\t480"]
    assert _cited(document, "科级") == ["级别\t城市\t标准", "科级\t一类\t520"]


def _pdf(name: str, rows: list[list[str]], *, rules: str) -> Document:
    """A page with lines of prose around rows that are 80 points apart in columns."""
    data = io.BytesIO()
    page = Canvas(data, A4, invariant=True)
    page.setFont("Helvetica", 11)
    line = "The returns of the year were compiled by the office and were read twice before the print."
    y = 760
    for _ in range(4):
        page.drawString(60, y, line)
        y -= 15
    y -= 15
    top = y + 12
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            page.drawString(64 + 110 * column, y, text)
        if rules == "all" or (rules == "few" and number in (0, len(rows) - 1)):
            page.line(60, y - 4, 60 + 110 * len(row), y - 4)
        y -= 16
    if rules != "none":
        page.line(60, top, 60 + 110 * len(rows[0]), top)
    if rules == "all":
        for column in range(len(rows[0]) + 1):
            page.line(60 + 110 * column, top, 60 + 110 * column, y + 12)
    y -= 15
    for _ in range(4):
        page.drawString(60, y, line)
        y -= 15
    page.save()
    return parse_source(read(f"{name}.pdf", data.getvalue()))


_ROWS = [
    ["Vessel", "Built", "Home port"],
    ["Heron", "1987", "Portree"],
    ["Gannet", "2003", "Oban"],
    ["Skua", "2011", "Ullapool"],
]


@pytest.mark.parametrize("rules", ["all", "few", "none"])
def test_tables_of_pdf(rules: str) -> None:
    document = _pdf("a", _ROWS, rules=rules)

    assert _cited(document, "Gannet") == ["Vessel\tBuilt\tHome port", "Gannet\t2003\tOban"]
    assert [(table.heads, len(table.rows)) for table in document.tables] == [(1, 4)]
    prose = [text for one in document.passages if "compiled" in (text := document.quote(one.spans))]
    assert all(text.count("The returns") == 4 and "\t" not in text for text in prose)


def test_a_numbered_list_is_no_table() -> None:
    rows = [[f"{number}.", text] for number, text in enumerate(("Sweep the yard", "Oil the gate", "Lock it"), start=1)]

    assert _pdf("a", rows, rules="none").tables == ()


def test_prose_in_two_columns_is_no_table() -> None:
    data = io.BytesIO()
    page = Canvas(data, A4, invariant=True)
    page.setFont("Helvetica", 10)
    words = re.findall(r"\w+", "the ferry left the harbour before dawn and came back with the evening tide of herring")
    for column in range(2):
        for number in range(30):
            text = " ".join(words[(number + at) % len(words)] for at in range(8))
            page.drawString(60 + 250 * column, 760 - 14 * number, text)
    page.save()

    assert parse_source(read("a.pdf", data.getvalue())).tables == ()


def test_the_head_is_guessed() -> None:
    assert head_of(lay_out(cells_of([["甲", "数"], ["乙", "3"]]))) == 1
    assert head_of(lay_out(cells_of([["甲", "12"], ["乙", "3"], ["丙", "4"]]))) == 0
    assert head_of(lay_out(cells_of([["地区", "2023年"], ["乙", "3"], ["丙", "4"]]))) == 1
    assert head_of(lay_out([[Cell("表", 2)], [Cell("甲"), Cell("数")], [Cell("乙"), Cell("3")]])) == 2


_CELLS = st.builds(Cell, st.sampled_from(["", "甲", "12", "a b"]), st.integers(1, 300), st.integers(1, 9))


@given(st.lists(st.lists(_CELLS, max_size=4), min_size=1, max_size=6), st.booleans())
def test_any_table_keeps_the_laws(rows: list[list[Cell]], is_marked: bool) -> None:
    """Each cell's words stand in the text once, quotes are exact, and the stored form is read again."""
    writer = TextWriter("a")
    writer.line("以下是表格，其中各项由各单位上报。")
    writer.table(rows, 1 if is_marked else None)
    writer.line("以上是表格，其中各项由各单位上报。")
    extracted = writer.finish(None)
    source = Source("a", b"", None, extracted.text, "utf-8", extracted.layout, "docx")
    document = parse_source(source)
    spans = {cell for table in document.tables for row in table.rows for cell in row if cell is not None}

    assert sorted(document.quote((span,)) for span in spans) == sorted(
        cell.text for cell in chain.from_iterable(rows) if cell.text
    )
    assert loads(dumps(document), source).tables == document.tables
    for passage in document.passages:
        unit = unit_of(document, passage)
        for one in (passage, *((unit.passage,) if unit else ())):
            assert is_exact(quote_html(document, one), document, (document,))
    assert document_html(document).count('class="passage') == len(document.passages)


def test_a_row_in_markdown() -> None:
    document = _html(_MERGED)
    passage = next(one for one in document.passages if document.quote(one.spans).startswith("二类\t480"))
    unit = unit_of(document, passage)

    assert unit is not None
    assert quote_in_markdown(document, unit.passage) == (
        "> | 级别 | 城市 | 标准 |\n> | --- | --- | --- |\n> | 处级 | 二类 | 480 |"
    )


@pytest.mark.parametrize("repeats", [True, False])
def test_a_table_over_two_pages_is_one(repeats: bool) -> None:
    """Its head counts once, whether it is set again on the second page or not."""
    data = io.BytesIO()
    page = Canvas(data, A4, invariant=True)
    rows = [(f"L{number:02}", f"Quay {number}", str(1900 + number)) for number in range(60)]
    for start in (0, 30):
        page.setFont("Helvetica", 11)
        shown = [("Code", "Name", "Opened"), *rows[start : start + 30]][0 if repeats or not start else 1 :]
        for number, row in enumerate(shown):
            y = 760 - 18 * number
            page.line(60, y + 13, 390, y + 13)
            for column, text in enumerate(row):
                page.drawString(64 + 110 * column, y, text)
        page.line(60, y - 5, 390, y - 5)
        page.showPage()
    page.save()
    document = parse_source(read("a.pdf", data.getvalue()))

    assert [(table.heads, len(table.rows)) for table in document.tables] == [(1, 61)]
    assert _cited(document, "L45") == ["Code\tName\tOpened", "L45\tQuay 45\t1945"]


def _white_pdf(rows: list[list[str]], lefts: list[float]) -> Document:
    """A page with rows without rules, whose cells begin at these points, between lines of prose."""
    data = io.BytesIO()
    page = Canvas(data, A4, invariant=True)
    page.setFont("Helvetica", 10)
    prose = "The returns of the year were compiled by the office and were read twice before the print."
    top = 760
    for row in [[prose]] * 2 + rows + [[prose]] * 2:
        for left, text in zip(lefts, row, strict=False):
            page.drawString(left, top, text)
        top -= 14
    page.save()
    return parse_source(read("a.pdf", data.getvalue()))


_NEAR = [
    ["Office", "Last count", "Remarks made", "Staff"],
    ["North", "5208", "", "17"],
    ["South", "", "pending", "9"],
    ["Pier", "471", "", ""],
    ["Quays", "", "", ""],
    ["West", "3015", "checked", "23"],
]


def test_an_empty_cell_stays_empty_though_the_columns_are_near() -> None:
    """The heads are 4 to 6 points apart, of 10."""
    document = _white_pdf(_NEAR, [60, 95, 147, 221])
    (table,) = document.tables

    assert [[(span and document.quote((span,))) or "" for span in row] for row in table.rows] == _NEAR


def test_columns_that_cannot_be_told_are_no_table() -> None:
    """In several lines two values stand in what looks like one column, but nowhere in the same place."""
    rows = [["Office", "Counted in spring and autumn", "Staff"]]
    for name, values in (
        ("North", "351          9"),
        ("Pier", "120938475600          7"),
        ("West", "1      2094875643120"),
    ):
        rows.append([name, values, "4"])
    document = _white_pdf(rows, [60, 120, 300])

    assert document.tables == ()
