"""The files of a grid: which questions are read, and that every cell keeps what it is given."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils.escape import unescape

from corpus.document import Document
from corpus.errors import QAError, SourceError
from index.catalog import CatalogEntry
from qa import grid_messages, qa_messages
from qa.output.grid_files import check_size, grid_csv, grid_xlsx
from qa.output.grid_table import Grid, Provenance
from qa.output.json_records import reply_as_json
from qa.output.question_sheet import QuestionRow, QuestionSheet, read_questions
from qa.output.xlsx_cells import in_cells
from qa.qa_settings import GRID
from qa.reply import Answer, Citation, Hit, NotFound

MADE = Provenance("1.0", "abc", [CatalogEntry("sco-2021", "", 3, 10, "f" * 64)], "m", None, "own", 1)
HIT = {
    "passage_id": "0123456789abcdef",
    "document": "d",
    "spans": [[0, 1]],
    "lines": [1, 1],
    "section": ["一"],
    "citation": "c",
    "grade": "answers",
    "confidence": 0.5,
    "source_sha256": "f" * 64,
    "copies": [],
}


def _hit(text: str, **more: Any) -> dict[str, Any]:
    return {**HIT, "text": text, **more}


def _grid(*hits: dict[str, Any], page: str | None = None, question: str = "问？") -> Grid:
    """A row for each hit."""
    replies = {(row, 0): {"status": "answered", "missing_terms": [], "hits": [hit]} for row, hit in enumerate(hits)}
    return Grid(QuestionSheet.of([question] * len(hits)), [()], replies, MADE, page)


def _open(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


# Questions


def _csv(text: str) -> QuestionSheet:
    return read_questions(text.encode(), name="q.csv")


def _xlsx(*rows: list[Any], title: str = "Sheet") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def _bytes(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("head", ["问题", " 問題 ", "Question", "QUESTIONS", "问题 Question", "问题（Question）"])
def test_the_head_says_which_column_is_asked(head: str) -> None:
    """What stands beside it is kept, in the sheet's order."""
    sheet = _csv(f"编号,{head},备注\n1,甲？,a\n\n2,,b\n3, 乙？ ,\n")

    assert (sheet.head, sheet.others) == (head, ("编号", "备注"))
    assert sheet.rows == (
        QuestionRow("甲？", ("1", "a")),
        QuestionRow("", ("2", "b")),
        QuestionRow("乙？", ("3", "")),
    )


def test_without_a_head_the_first_column_is_asked() -> None:
    """Its first row too."""
    sheet = _csv("甲？,a\n乙？,b\n")

    assert sheet.questions == ["甲？", "乙？"]
    assert (sheet.head, sheet.others) == ("问题 Question", ("第 B 列 Column B",))


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("问题\nWhat, when?\n哪年, 哪月?\n", ["What, when?", "哪年, 哪月?"]),
        ("Who?\nWhat, when?\n", ["Who?", "What, when?"]),
        ('问题\n"What, when?"\n"a ""b"" c"\n', ["What, when?", 'a "b" c']),
        ("问题;n\n甲, 乙？;1\n", ["甲, 乙？"]),
        ("n\t问题\n1\t甲, 乙？\n", ["甲, 乙？"]),
        ('问题,n\r\n"甲\r\n乙？",1\r\n', ["甲\r\n乙？"]),
        ("问题,n,,\n甲？,1,,,,\n", ["甲？"]),
    ],
)
def test_commas_do_not_cut_a_question(text: str, questions: list[str]) -> None:
    """In whatever way a program or a person wrote the file."""
    assert _csv(text).questions == questions


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_encoding(encoding: str) -> None:
    text = "问题,备注\n各国在互联网上有没有自己做主的权利？,重要的一条\n"
    assert read_questions(text.encode(encoding), name="Q.CSV").questions == ["各国在互联网上有没有自己做主的权利？"]


def test_a_workbook_is_read_as_it_shows() -> None:
    """From the sheet with the head, below a title; dates and numbers as they are shown."""
    book = _xlsx(["说明"], ["这里不是问题"])
    sheet = book.create_sheet("问卷")
    sheet["C2"] = "调查表"
    for column, text in zip("CDE", ("编号", "问题", "日期"), strict=True):
        sheet[f"{column}4"] = text
    sheet["C5"], sheet["D5"], sheet["E5"] = 0.5, "甲_x000D_\n乙？", date(2021, 9, 17)
    sheet["C5"].number_format, sheet["E5"].number_format = "0%", "yyyy-mm-dd"
    read = read_questions(_bytes(book), name="q.xlsx")

    assert (read.head, read.others) == ("问题", ("编号", "日期"))
    assert read.rows == (QuestionRow("甲\n乙？", ("50%", "2021-09-17")),)


def test_a_question_that_is_a_formula_without_a_result_is_named() -> None:
    """It would be left out, and nobody would know."""
    data = _bytes(_xlsx(["问题"], ["甲？"], ['="乙"&"？"']))

    with pytest.raises(SourceError) as told:
        read_questions(data, name="q.xlsx")
    assert told.value.message == grid_messages.FORMULAS.format(count=1, place="A3")


@pytest.mark.parametrize("rows", [[], [["问题"]], [["问题", "x"], [None, 1]], [[" "]]])
def test_a_workbook_without_questions_is_refused(rows: list[list[Any]]) -> None:
    with pytest.raises(SourceError) as told:
        read_questions(_bytes(_xlsx(*rows)), name="q.xlsx")
    assert told.value.message == grid_messages.NO_QUESTIONS


def test_other_endings_are_refused() -> None:
    with pytest.raises(SourceError) as told:
        read_questions(b"", name="q.ods")
    assert told.value.message == grid_messages.NOT_A_SHEET


# XLSX

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60) | st.text(
    "=+-@'_x0041F\x07\r\n\t  \u3000甲𠮷#N/A", min_size=1, max_size=12
)


def _value(cell: Any) -> str:
    """What Excel reads: openpyxl leaves `_x0007_` as it is."""
    assert cell.data_type == "s"
    return str(unescape(cell.value))


@given(TEXTS)
@example("=1+1")
@example("-1")
@example("@SUM(A1)")
@example("'quoted")
@example("#N/A")
@example("_x0041_")
@example("_x005F_x0041_")
@example("a\x07\x00\x0b\x1f\ufffe\r\nb\r")
@example(" \t")
def test_every_quote_is_read_back_as_it_was(text: str) -> None:
    """In the answers and among the sources, as text, whatever it begins with or holds; so are the user's own words."""
    book = _open(grid_xlsx(_grid(_hit(text, citation=text, document=text), question=f"{text}问")))
    answers, sources, _ = book.worksheets

    assert _value(answers["B2"]) == _value(sources["C2"]) == text
    assert _value(answers["C2"]) == _value(sources["D2"]) == _value(sources["B2"]) == text
    assert answers["B2"].quotePrefix == text.startswith(("=", "+", "-", "@", "\t", "\r", "'"))
    assert _value(answers["A2"]) == f"{text}问".strip()


def test_every_passage_of_the_shipped_text_is_its_slices(shipped: Document) -> None:
    """Each cell is the source over the spans that stand beside it."""
    hits = tuple(Hit(Citation(shipped, one), one.sentences[0], (), 0.9) for one in shipped.passages)
    replies = {(row, 0): reply_as_json(Answer("问？", None, (), (hit,)), None) for row, hit in enumerate(hits)}
    grid = Grid(QuestionSheet.of(["问？"] * len(hits)), [()], replies, MADE)
    answers, sources, _ = _open(grid_xlsx(grid)).worksheets

    assert answers.max_row == sources.max_row == len(shipped.passages) + 1
    for number, passage in enumerate(shipped.passages, start=2):
        spans = [map(int, span.split("–")) for span in sources.cell(number, 7).value.split(", ")]
        quote = "".join(shipped.text[start:end] for start, end in spans)
        assert quote == shipped.quote(passage.spans) == answers.cell(number, 2).value == sources.cell(number, 3).value
        assert sources.cell(number, 12).value == shipped.sha256


@pytest.mark.parametrize(
    "text", ["甲" * 32_767, "甲" * 32_768, "𠮷" * 20_000, "\x07" * 10_000, "_x0041_" * 9_000, "a\r\n" * 40_000]
)
def test_a_quote_that_no_cell_holds_stands_whole_in_several(text: str) -> None:
    """And the cell that it does not fit says where it is; none is cut."""
    answers, sources, _ = _open(grid_xlsx(_grid(_hit("short"), _hit(text)))).worksheets
    parts = [_value(sources["C3"]), *(_value(cell) for cell in sources[3][12:] if cell.value)]

    assert "".join(parts) == text
    assert all(
        len(cell.value.encode("utf-16-le")) // 2 <= 32_767
        for cell in sources[3]
        if cell.data_type == "s" and cell.value
    )
    message = grid_messages.LONG_QUOTE.format(count=len(text), row=3, parts=len(parts)).bilingual
    assert _value(answers["B3"]) == (text if len(parts) == 1 else message)
    assert (len(parts) == 1) == (text == "甲" * 32_767)
    heads = [cell.value for cell in sources[1][12:]]
    assert heads == [grid_messages.QUOTE_GOES_ON.format(part=part).bilingual for part in range(2, len(parts) + 1)]


@given(st.text("_x0041甲𠮷\x07", max_size=40))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(in_cells(text * 900)) == text * 900


def test_words_that_no_cell_holds_are_told() -> None:
    """A question of a CSV may be as long."""
    answers = _open(grid_xlsx(_grid(_hit("a"), question="问" * 40_000))).worksheets[0]
    assert answers["A2"].value == grid_messages.LONG_WORDS.format(count=40_000).bilingual


def test_links_lead_to_the_sources_or_to_the_page() -> None:
    """Each to its own row; on the page to the passage."""
    book = _open(grid_xlsx(_grid(_hit("a"), _hit("b"))))
    links = [book.worksheets[0][f"E{row}"].hyperlink for row in (2, 3)]
    assert [link.location for link in links] == ["'出处 Sources'!C2", "'出处 Sources'!C3"]
    assert [book["出处 Sources"][link.location.rpartition("!")[2]].value for link in links] == ["a", "b"]

    cell = _open(grid_xlsx(_grid(_hit("a"), page="https://host/yw/"))).worksheets[0]["E2"]
    assert cell.value == cell.hyperlink.target == "https://host/yw/?p=0123456789abcdef"


def test_a_sheet_holds_so_many_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel calls a file with more damaged; the rest is text, and that is said."""
    monkeypatch.setattr("qa.output.grid_files._MOST_LINKS", 1)
    book = _open(grid_xlsx(_grid(_hit("a"), _hit("b"))))
    cells = [book.worksheets[0][f"E{row}"] for row in (2, 3)]

    assert [cell.value for cell in cells] == ["出处 Sources!C2", "出处 Sources!C3"]
    assert [bool(cell.hyperlink) for cell in cells] == [True, False]
    said = [cell.value for row in book.worksheets[2].rows for cell in row]
    assert grid_messages.WITHOUT_LINKS.format(most=1, count=1).bilingual in said


def test_it_says_how_it_was_made() -> None:
    """Date, index, model, and each document with its SHA-256."""
    about = _open(grid_xlsx(_grid(_hit("a")), on=date(2026, 11, 26))).worksheets[2]
    rows = [[cell.value for cell in row] for row in about.rows]

    assert rows[0][:2] == [grid_messages.MADE_BY.format(version="1.0").bilingual, qa_messages.EXPORT_PROMISE.bilingual]
    assert ["日期 Date", "2026-11-26", None] in rows
    assert ["索引 Index", "abc", None] in rows
    assert ["已问 / 全部 Asked, of all", "1 / 1", None] in rows
    assert rows[-1] == ["sco-2021", "f" * 64, "3"]


def test_what_is_said_of_a_cell() -> None:
    """Found, perhaps, not found with the words that the text lacks, a rejection, and what is not asked yet."""
    found = {"status": "answered", "missing_terms": [], "hits": [_hit("a"), _hit("b", grade="may_answer")]}
    replies: dict[tuple[int, int], Any] = {
        (0, 0): found,
        (1, 0): reply_as_json(NotFound("乙", None, ("红烧肉",), ()), None),
        (2, 0): {"status": "rejected", "missing_terms": [], "hits": [], "reason": "为何 Why"},
    }
    grid = Grid(QuestionSheet.of(["甲", "乙", "丙", "丁", ""]), [()], replies, MADE)
    answers = _open(grid_xlsx(grid)).worksheets[0]
    grades = [[answers.cell(row, column).value for column in (4, 8)] for row in range(2, 7)]

    assert grades == [
        ["回答了 It answers", "可能回答 It may answer"],
        ["文中没有找到答案。Not in the text.\n文本未提到 Not mentioned in the text: 红烧肉", None],
        ["为何 Why", None],
        [grid_messages.NOT_ASKED.bilingual, None],
        [None, None],
    ]
    assert [cell.value for cell in answers[1]][1:5] == [
        "引文 Quote 1",
        "引用 Citation 1",
        "评价 Grade 1",
        "链接 Link 1",
    ]


def test_the_head_stays_and_words_are_wrapped() -> None:
    answers, sources, _ = _open(grid_xlsx(_grid(_hit("长" * 500), _hit("短")))).worksheets

    assert answers.freeze_panes == sources.freeze_panes == "B2"
    assert answers["B2"].alignment.wrap_text
    assert answers.row_dimensions[2].height > 5 * answers.row_dimensions[3].height
    assert answers.auto_filter.ref == "A1:E3"


def test_no_part_of_the_file_is_a_formula() -> None:
    """Nor is anything fetched from outside."""
    data = grid_xlsx(_grid(_hit('=HYPERLINK("http://x")', citation="=1", document="=2", section=["=3"])))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        parts = [archive.read(name) for name in names if name.endswith(".xml")]
    assert not any(etree.fromstring(part).findall(".//{*}f") for part in parts)
    assert not [name for name in names if re.search("external|connection|vba", name, re.IGNORECASE)]


@pytest.mark.parametrize(("rows", "columns", "passages"), [(1_048_576, 5, 1), (1, 16_385, 1), (9, 9, 1_048_576)])
def test_what_xlsx_cannot_hold_is_refused(rows: int, columns: int, passages: int) -> None:
    with pytest.raises(QAError):
        check_size(rows, columns, passages)
    check_size(rows - 1 or 1, min(columns, 16_384), passages - 1)


# CSV


@given(TEXTS)
@example("=1+1")
@example('a"b,c\r\nd\re\nf')
def test_every_quote_in_csv_is_read_back_as_it_was(text: str) -> None:
    """To the letter: nothing is put before what looks like a formula."""
    data = grid_csv(_grid(_hit(text, citation=text), page="http://h/"))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))

    assert data.startswith(b"\xef\xbb\xbf")
    assert rows == [
        ["问题 Question", "引文 Quote", "引用 Citation", "评价 Grade", "链接 Link"],
        ["问？", text, text, "回答了 It answers", "http://h/?p=0123456789abcdef"],
    ]


def test_a_csv_without_a_page_has_no_links() -> None:
    grid = dataclasses.replace(_grid(_hit("a")), page=None)
    assert "Link" not in grid_csv(grid).decode()


@pytest.mark.parametrize(
    "rows", ["一？\n二？\n三？\n四？\n", "编号,问题\n1,一？\n2,二？\n3,三？\n", "一？\n二，\n三，甲,乙\n四？\n"]
)
def test_a_sheet_with_too_many_rows_is_refused_before_it_is_taken_apart(
    rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million rows in a file of 4 MB would keep a server busy for half a minute."""
    monkeypatch.setitem(vars(GRID), "rows", 3)
    with pytest.raises(SourceError) as told:
        read_questions(rows.encode(), name="q.csv")
    assert told.value.message == grid_messages.TOO_MANY_ROWS.format(most=3)
    assert len(read_questions("问题\n一？\n\n\n二？\n".encode(), name="q.csv").rows) == 2
