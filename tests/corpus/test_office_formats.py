"""Sheets, slides and texts of other programs are written with other libraries, or by hand, and read back."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from pptx import Presentation
from pptx.util import Inches

from corpus.document import Document
from corpus.parse import parse_source
from corpus.source import Source
from qa.citations.reference import place, refer
from qa.ranking.citable_units import unit_of


def read(filename: str, data: bytes) -> Document:
    return parse_source(Source.from_file(filename, data, None))


def saved(file: Any) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def places(document: Document) -> dict[str, str]:
    """Return the words of each passage by its place."""
    return {
        place(refer(document, one)).rpartition("（")[2][:-1]: document.quote(one.spans) for one in document.passages
    }


def with_head(document: Document, words: str) -> str:
    passage = next(one for one in document.passages if document.quote(one.spans).startswith(words))
    unit = unit_of(document, passage)
    assert unit is not None
    *heads, row = document.quote(unit.passage.spans).split("\n")  # each row of the head ends with its line
    return "".join((*heads, row))


def staff() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "人员"
    sheet["A1"] = "岚阳研究院人员表"
    sheet.merge_cells("A1:F1")
    sheet.append(["部门", "人数", None, "成立日期", "占比", "经费"])
    sheet.append([None, "男", "女", None, None, None])
    for merged in ("B2:C2", "A2:A3", "D2:D3", "E2:E3", "F2:F3"):
        sheet.merge_cells(merged)
    sheet.append(["研发部", 30, 12, date(2015, 3, 1), 0.42, 1234567.5])
    sheet.append(["财务部", 3, 4, date(2010, 7, 15), 0.07, None])
    for row in (4, 5):
        sheet[f"E{row}"].number_format = "0%"
        sheet[f"F{row}"].number_format = '"¥"#,##0.00'
    sheet["B6"] = "=SUM(B4:B5)"
    sheet["A8"] = "注：人数截至十二月三十一日。"
    sheet["F5"].comment = Comment("含审计费两万元", "周岚")
    return book


def test_a_row_of_a_sheet_is_a_passage_with_its_place_and_its_head() -> None:
    """Numbers are as the cells show them, a title is a heading, and what stands below the table is no row."""
    document = read("人员表.xlsx", saved(staff()))

    assert [section.label for section in document.sections] == ["人员表", "人员", "岚阳研究院人员表"]
    head = "部门\t人数 男\t人数 女\t成立日期\t占比\t经费"
    assert places(document) == {
        "人员!A2:F3": head,
        "人员!A4:F4": "研发部\t30\t12\t2015-03-01\t42%\t¥1,234,567.50",
        "人员!A5:F5": "财务部\t3\t4\t2010-07-15\t7%",
        "人员!A8": "注：人数截至十二月三十一日。",
        "人员!F5": "含审计费两万元",
    }
    assert with_head(document, "财务部") == head + "财务部\t3\t4\t2010-07-15\t7%"


def test_a_formula_without_a_result_is_named() -> None:
    document = read("人员表.xlsx", saved(staff()))

    assert [warning.message.zh.partition(" ")[0] for warning in document.warnings] == ["人员!B6"]


def test_a_merged_label_counts_for_all_its_rows_and_tables_are_told_apart() -> None:
    """Blank rows part two tables; the second is as wide as the first, and has its own head."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "货物 清单"
    for row in (["类别", "名称", "价格"], ["水果", "苹果", 5.5], [None, "梨", 4], [], ["地区", "销量", "季度"]):
        sheet.append(row)
    sheet.append(["华东", 120, "一"])
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("空表")
    document = read("a.xlsx", saved(book))

    assert with_head(document, "水果\t梨") == "类别\t名称\t价格水果\t梨\t4"
    assert with_head(document, "华东") == "地区\t销量\t季度华东\t120\t一"
    assert "'货物 清单'!A3:C3" in places(document)


def test_a_blank_row_inside_a_table_does_not_end_it() -> None:
    book = openpyxl.Workbook()
    for row in (["部门", "人数", "地点"], ["研发部", 42, "二楼"], [], ["财务部", 7, "一楼"]):
        book.active.append(row)
    assert with_head(read("a.xlsx", saved(book)), "财务部") == "部门\t人数\t地点财务部\t7\t一楼"


def test_tables_beside_each_other_are_two() -> None:
    book = openpyxl.Workbook()
    for row in (["部门", "人数", None, "城市", "人口"], ["研发部", 42, None, "岚阳", 300], [None] * 3 + ["石浦", 80]):
        book.active.append(row)
    document = read("a.xlsx", saved(book))

    assert with_head(document, "石浦") == "城市\t人口石浦\t80"
    assert "Sheet!A2:B2" in places(document)


def test_years_over_numbers_are_a_head_and_a_form_is_one_passage() -> None:
    book = openpyxl.Workbook()
    for row in (["指标", 2021, 2022], ["产量", 50, 60], ["销量", 40, 55]):
        book.active.append(row)
    form = book.create_sheet("登记")
    for row in (["编号", 7001], ["电话", 5550100]):
        form.append(row)
    document = read("a.xlsx", saved(book))

    assert with_head(document, "销量") == "指标\t2021\t2022销量\t40\t55"
    assert places(document)["登记!A1:B2"] == "编号\t7001\n电话\t5550100"


def test_a_label_with_a_number_and_a_unit_is_no_figure() -> None:
    """The number of a hotline in a head makes no row of it; a remark that each figure has is no unit."""
    book = openpyxl.Workbook()
    book.active.title = "热线"
    for row in (("区", "12345来电（次）"), ("城东", 310), ("城西", 287)):
        book.active.append(row)
    grades = book.create_sheet("成绩")
    for row in (("甲班", "9200（优）"), ("乙班", "8500（良）"), ("丙班", "8100（良）")):
        grades.append(row)
    document = read("a.xlsx", saved(book))

    assert with_head(document, "城西") == "区\t12345来电（次）城西\t287"
    assert document.tables[0].heads == 1
    assert sum(table.heads for table in document.tables) == 1


def test_raised_digits_of_a_cell_stay_apart() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText("年运量约3×10", TextBlock(InlineFont(vertAlign="superscript"), "5"), "石。")
    assert read("a.xlsx", saved(book)).text.split() == ["Sheet", "年运量约3×10⁵石。"]


def test_slides_are_pages_with_titles_and_notes() -> None:
    """Shapes are read from above and from the left, groups and tables with merged cells included."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = "岚河治理汇报"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "一、投资"
    for left, words in ((5, "右边的意见是缓建。"), (1, "左边的意见是先建。")):
        box = slide.shapes.add_group_shape().shapes.add_textbox(Inches(left), Inches(5), Inches(2), Inches(1))
        box.text_frame.text = words
    run = box.text_frame.paragraphs[0].add_run()
    run.text = "2"
    run.font._element.set("baseline", "30000")
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for top, row in enumerate((["年份", "项目", "金额"], ["2023", "堤防", "1200"], ["", "泵站", "800"])):
        for left, words in enumerate(row):
            table.cell(top, left).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    slide.notes_slide.notes_text_frame.text = "讲到这里放照片。"
    slide._element.set("show", "0")
    document = read("汇报.pptx", saved(deck))

    assert [section.label for section in document.sections] == ["岚河治理汇报", "一、投资"]
    assert with_head(document, "泵站") == "年份\t项目\t金额2023\t泵站\t800"
    assert document.text.index("左边的意见是先建。²") < document.text.index("右边的意见")
    assert document.pages[1] == document.text.index("一、投资")
    assert places(document)["第2页，备注"] == "讲到这里放照片。"


_RTF = rb"""{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}{\f1\fcharset0 Arial;}}
{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 Title;}}{\info{\title \'e1\'b0\'ba\'d3}{\author \u26519?}}
{\header \'d2\'b3\'c3\'bc}
\pard\s1 \'b5\'da\'d2\'bb\'d5\'c2 \'d7\'dc\'d4\'f2\par
\pard {\f1 10}{\f1\super 5}\'ca\'af{\v \'d2\'fe}{\deleted \'c9\'be}\uc1\u-10174?\u-8265?\'cc\'ef\'cf\'c8\'c9\'fa\'a1\'a3
{\super\chftn}{\footnote\pard {\super\chftn} \'bd\'c5\'d7\'a2\'d4\'da\'b4\'cb\'a1\'a3}\par
{\listtext\f1 1.\tab}\'b5\'da\'d2\'bb\'b5\'e3\'a1\'a3\par
{\listtext\f1\'b7\tab}\'81@\'d4\'b2\'b5\'e3\'a1\'a3\par
\trowd\clvmgf\cellx1000\cellx2000\cellx3000\intbl \'b4\'a6\cell A\cell 600\cell\row
\trowd\clvmrg\cellx1000\cellx2000\cellx3000\intbl \cell B\cell 480\cell\row
\pard {\*\unknown x}{\pict\bin4 \par}\'cd\'ea\'a1\'a3\par}"""


@pytest.mark.parametrize("filename", ["a.rtf", "a.txt", "a.doc", "a"])
def test_rich_text_is_read_under_any_name(filename: str) -> None:
    """Code pages of fonts, characters beyond them, raised digits, notes, numbers of lists and merged cells."""
    document = read(filename, _RTF)

    assert [section.label for section in document.sections][-1] == "第一章 总则"
    assert document.text.split("\n") == [
        "第一章 总则",
        "10⁵石𠮷田先生。",
        "脚注在此。",
        "1. 第一点。",
        "丂圆点。",
        "",
        "处\tA\t600",
        "处\tB\t480",
        "",
        "完。",
        "",
        "",
    ]


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def odf_file(kind: str, body: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", content)
    return stream.getvalue()


def test_an_open_document_text_is_read() -> None:
    """Deleted and hidden text is left out; lists have their numbers, notes stand after their paragraph."""
    styles = (
        '<style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/>'
        '</style:style><style:style style:name="T2" style:family="text"><style:text-properties text:display="none"/>'
        '</style:style><text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
        'style:num-format="一, 二, 三, ..." style:num-suffix="、"/></text:list-style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删去的话。</text:p></text:deletion>"
        '</text:changed-region></text:tracked-changes><text:h text:outline-level="1">总则</text:h>'
        '<text:p>运量10<text:span text:style-name="T1">5</text:span>石<text:span text:style-name="T2">隐</text:span>'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>脚注在此。</text:p>"
        '</text:note-body></text:note>，\n   水<text:s text:c="2"/>深。</text:p>'
        '<text:list text:style-name="L1"><text:list-item><text:p>先修路</text:p></text:list-item>'
        "<text:list-item><text:p>后种树</text:p></text:list-item></text:list>"
        '<table:table><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>处级</text:p>'
        "</table:table-cell><table:table-cell><text:p>600</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>480</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    document = read("a.odt", odf_file("text", body, styles))

    assert (
        document.text.split("\n")
        == [
            *("总则", "运量10⁵石， 水  深。", "脚注在此。", "一、先修路", "二、后种树"),
            *("", "处级\t600", "\t480", "", ""),
        ][: len(document.text.split("\n"))]
    )
    assert with_head(document, "480") == "处级\t480"


def test_open_document_sheets_and_slides_are_read_as_those_of_office() -> None:
    row = "<table:table-row>{}</table:table-row>".format
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>".format
    sheet = "".join(row("".join(map(cell, cells))) for cells in (("部门", "人数"), ("研发部", "42"), ("财务部", "7")))
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    document = read("a.ods", odf_file("spreadsheet", f'<table:table table:name="表">{sheet}{blank}</table:table>'))
    assert with_head(document, "财务部") == "部门\t人数财务部\t7"
    assert places(document)["表!A3:B3"] == "财务部\t7"

    frame = (
        '<draw:frame presentation:class="{}" svg:x="{}cm" svg:y="1cm" svg:height="1cm">'
        "<draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    ).format
    shapes = frame("", 9, "右边的话。") + frame("", 2, "左边的话。") + frame("title", 1, "汇报")
    notes = f"<presentation:notes>{frame('notes', 1, '放照片。')}</presentation:notes>"
    document = read("a.odp", odf_file("presentation", f"<draw:page>{shapes}{notes}</draw:page>"))
    assert document.text.split() == ["汇报", "左边的话。", "右边的话。", "放照片。"]
    assert places(document)["第1页，备注"] == "放照片。"


def _outer_and_inner(kind: str, inner_rows: int) -> Document:
    """A table of three rows, with a table of two columns in its last cell, as a format writes it."""
    inner: list[tuple[str, ...]] = [("冰箱", "3"), ("风扇", "8"), ("水壶", "5")] * inner_rows
    outer: list[tuple[str, ...]] = [("单位", "设备"), ("研发部", "电脑"), ("财务部", "")]
    if kind == "docx":
        file = docx.Document()
        table = file.add_table(3, 2)
        for row, texts in zip(table.rows, outer, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        within = table.cell(2, 1).add_table(len(inner), 2)
        for row, texts in zip(within.rows, inner, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        return read("a.docx", saved(file))
    table, row, cell = {
        "html": ("<table>{}</table>", "<tr>{}</tr>", "<td>{}</td>"),
        "odt": (
            "<table:table>{}</table:table>",
            "<table:table-row>{}</table:table-row>",
            "<table:table-cell>{}</table:table-cell>",
        ),
    }[kind]
    words = "<text:p>{}</text:p>" if kind == "odt" else "{}"

    def rows(texts: list[tuple[str, ...]], last: str) -> str:
        lines = [[cell.format(words.format(text)) for text in line] for line in texts]
        lines[-1][-1] = cell.format(last) if last else lines[-1][-1]
        return table.format("".join(row.format("".join(line)) for line in lines))

    body = rows(outer, rows(inner, ""))
    if kind == "html":
        return read("a.html", body.encode())
    return read("a.odt", odf_file("text", body))


@pytest.mark.parametrize("kind", ["html", "docx", "odt"])
def test_a_table_in_a_cell_is_the_text_of_that_cell(kind: str) -> None:
    document = _outer_and_inner(kind, 1)

    assert [len(table.rows) for table in document.tables] == [3]
    assert with_head(document, "财务部") == "单位\t设备财务部\t冰箱 3 风扇 8 水壶 5"


@pytest.mark.parametrize("kind", ["html", "docx", "odt"])
def test_a_table_much_larger_than_the_one_around_it_is_the_table(kind: str) -> None:
    document = _outer_and_inner(kind, 5)

    assert [len(table.rows) for table in document.tables] == [15]
    assert {"单位", "研发部", "财务部"} <= set(document.text.split())
