"""Each refused file has an error that says why, where and what to do, in Chinese and in English."""

from __future__ import annotations

import ast
import io
import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docx
import openpyxl
import pytest
from PIL import Image
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

import corpus
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from index.storage.lock import locked
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.corpus.test_formats import docx_file, epub_file, html_file, pdf_file
from tests.corpus.test_office_formats import odf_file
from tests.fakes import CharacterEmbedder
from web.api.desk import Desk

HERE = Path(corpus.__file__).parent
READERS = [HERE / "text" / "encoding.py", HERE / "source.py", *sorted((HERE / "formats").glob("*.py"))]
"""The modules that refuse files without an edition."""
ERRORS = {
    *("QAError", "SourceError", "StoreError", "IndexNotFound", "IndexStale", "IndexCorrupt", "EmbedderError"),
    *("OpenVinoUnavailable", "Refused", "Gone"),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOTHING: Mapping[str, bytes] = MappingProxyType({})
GOOD = "第一条 猫应当吃鱼。".encode()


def _zip(parts: dict[str, bytes], *, encrypted: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    written = bytearray(stream.getvalue())
    if encrypted:  # the flag of each entry of the directory
        at = -1
        while (at := written.find(b"PK\x01\x02", at + 1)) >= 0:
            written[at + 8] |= 1
    return bytes(written)


def _changed(data: bytes, change: Callable[[str, bytes], bytes | None], more: Mapping[str, bytes] = NOTHING) -> bytes:
    """Return a ZIP file with changed and additional parts. A change to None leaves a part out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    return _zip({**{name: part for name, part in parts.items() if part is not None}, **more})


def _picture_file(form: str, size: tuple[int, int], *, pages: int = 1) -> bytes:
    stream = io.BytesIO()
    first, *others = [Image.new("L", size, 255) for _ in range(pages)]
    first.save(stream, form, **({"save_all": True, "append_images": others} if others else {}))
    return stream.getvalue()


def _huge_picture(side: int) -> bytes:
    """A PNG that says that it is a square of this size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 0)
        + b"IDAT"
    )


def _word() -> bytes:
    file = docx.Document()
    file.add_paragraph("猫吃鱼。")
    return docx_file(file)


def _sheet() -> bytes:
    book = openpyxl.Workbook()
    for words in "猫狗鱼":
        book.active.append([words])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _nested_shapes() -> bytes:
    deck = Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    for _ in range(25):
        shapes = shapes.add_group_shape().shapes
    shapes.add_textbox(0, 0, 9, 9).text_frame.text = "猫吃鱼。"
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


_ROW = "<table:table-row><table:table-cell><text:p>猫</text:p></table:table-cell></table:table-row>"


def _nested() -> bytes:
    file = docx.Document()
    cell: Any = file
    for _ in range(25):
        cell = cell.add_table(1, 1).cell(0, 0)
    cell.text = "猫吃鱼。"
    return docx_file(file)


def _blank_pages() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    for _ in range(3):
        canvas.drawString(72, 700, "1")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _unreadable_fonts() -> bytes:
    """Return a PDF whose font maps its glyphs to characters without meaning, and whose page shows nothing."""
    table = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <e000> endbfrange"
    letters = b"BT 1 1 1 rg /F 12 Tf 72 700 Td (" + b"ABCDEFGHIJ" * 3 + b") Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        *(b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream) for stream in (letters, table)),
    ]
    return (
        b"%PDF-1.4\n"
        + b"".join(b"%d 0 obj%b endobj\n" % (number, one) for number, one in enumerate(objects, 1))
        + b"trailer<</Root 1 0 R/Size 7>>"
    )


def _torn(data: bytes) -> bytes:
    """Return a ZIP file with a valid directory and one part that cannot be unpacked."""
    torn = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = next(one for one in archive.infolist() if one.filename.endswith(("document.xml", "container.xml")))
    start = part.header_offset + 30 + len(part.filename)
    torn[start : start + part.compress_size] = b"\xff" * part.compress_size
    return bytes(torn)


def _hidden_type(part: bytes) -> bytes:
    """Return an XML part with a document type, in an encoding in which its bytes are not those of <!DOCTYPE."""
    root = part.decode().partition("?>")[2]
    return f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a>{root}'.encode("utf-16")


_EPUB = epub_file({"a": "<p>猫吃鱼。</p>"})
_ENTITY = b'<!DOCTYPE html [<!ENTITY b "ccc">]><html><body><p>&b;</p></body></html>'
_DRM = (
    b'<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
    b'<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e:EncryptedData></encryption>'
)
_GARBLED = "的人在这里修路种树，先修路后种树。".encode().decode("gb18030", "ignore") * 3

CASES: tuple[tuple[str, bytes, str], ...] = (
    ("坏字节.txt", "第一行\n第二".encode() + b"\xff\xfe\xfa" + "行".encode(), "第 2 行（字节 "),
    ("宽.txt", b"\xff\xfe\x00\xd8\x81", "第 1 行（字节 2）不合 UTF-16-LE"),
    ("乱码.txt", f"题目\n{_GARBLED}".encode(), "大部分是乱码"),
    ("空.txt", b"", "里面没有文字"),
    ("空白.md", " \n\u3000\n".encode(), "里面没有文字"),
    ("数据.dat", bytes(range(9)) * 9, "不是文本文件"),
    ("旧.doc", OLE, "旧版 Word 文件。请另存为“Word 文档（.docx）”"),
    ("密.docx", OLE, "加了密码的 Office 文件"),
    ("包.zip", b"PK\x03\x04", "压缩包。请解压"),
    ("图.gif", b"GIF89a", "请另存为 PNG、JPEG 或 TIFF"),
    ("图.png", b"\x89PNG", "不是 图片"),
    ("点.png", _picture_file("PNG", (1, 1)), "没有认出文字"),
    ("大.png", _huge_picture(9_100), "像素"),
    ("弹.png", _huge_picture(60_000), "像素"),
    ("表.xls", OLE, "请另存为 XLSX 或 CSV"),
    ("表.numbers", b"PK\x03\x04", "请另存为 XLSX 或 CSV"),
    ("片.key", b"PK\x03\x04", "请另存为 PPTX 或 PDF"),
    ("文.pages", b"PK\x03\x04", "请另存为 DOCX 或 PDF"),
    ("文.rtf", b"{\\rtf1}", "里面没有文字"),
    ("断.xlsx", b"PK\x03\x04", "打不开"),
    ("型.xlsx", _changed(_sheet(), lambda n, d: b"<!DOCTYPE a>" + d if "sheet1" in n else d), "文档类型"),
    ("片.pptx", _changed(_word(), lambda n, d: d), "不是普通的演示文稿"),
    ("组.pptx", _nested_shapes(), "图形组合"),
    ("锁.odt", _changed(odf_file("text", ""), lambda n, d: d, {"META-INF/manifest.xml": b"encryption-data"}), "有密码"),
    (
        "页.mht",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n--b--",
        "里面没有文字",
    ),
    ("书.mobi", b"x", "请转成 EPUB"),
    ("版.caj", b"x", "请另存为 PDF"),
    ("音.mp3", b"x", "整理成文字"),
    (
        "信.eml",
        b"Subject: =?gbk?B?0MU=?=\nContent-Transfer-Encoding: base64\n\n0MXKx9K7t+I=\n",
        "请在邮件程序里另存为 PDF",
    ),
    ("箱.MBOX", b"From a@b\n\n\xd0\xc5", "请在邮件程序里另存为 PDF"),
    ("宏.docm", b"PK\x03\x04", "带宏的文件"),
    ("程.exe", b"MZ", "程序"),
    ("假.pdf", b"hello", "不是 PDF"),
    ("假.docx", b"hello", "不是 DOCX"),
    ("别.bin2", _zip({"a": b"b"}), "压缩包"),
    ("截.docx", _word()[:200], "打不开"),
    ("弹.docx", _zip({"word/document.xml": b"\0" * (FORMATS.small + 1)}), "不合常理"),
    ("锁.docx", _zip({"word/document.xml": b"<a/>"}, encrypted=True), "有密码"),
    ("缺.epub", _zip({"mimetype": b"application/epub+zip"}), "里面缺少 META-INF/container.xml"),
    ("破.docx", _torn(_word()), "解不开"),
    ("破.epub", _torn(_EPUB), "解不开"),
    ("错.epub", _changed(_EPUB, lambda n, d: b"<a" if n.endswith("opf") else d), "不是完好的 XML"),
    ("残.docx", _changed(_word(), lambda n, d: d[:99] if n == "word/document.xml" else d), "文件损坏了，读不下去"),
    ("体.epub", _changed(_EPUB, lambda n, d: _ENTITY if n.endswith("a.xhtml") else d), "自己定义了实体"),
    ("型.docx", _changed(_word(), lambda n, d: b"<!DOCTYPE a>" + d if n.endswith("styles.xml") else d), "文档类型"),
    ("藏.docx", _changed(_word(), lambda n, d: _hidden_type(d) if n.endswith("styles.xml") else d), "文档类型"),
    ("严.docx", _changed(_word(), lambda n, d: None if n == "_rels/.rels" else d), "不是普通的 Word 文档"),
    (
        "别.docx",
        _changed(_word(), lambda n, d: d.replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")),
        "别种 Office 文件",
    ),
    ("套.docx", _nested(), "表格套表格"),
    ("护.epub", _changed(_EPUB, lambda n, d: d, {"META-INF/encryption.xml": _DRM}), "版权保护（DRM）"),
    ("白.docx", docx_file(docx.Document()), "里面没有文字"),
    ("白.html", html_file("<script>x</script>"), "里面没有文字"),
    ("无.html", b"<!---->", "里面没有文字"),
    ("深.html", html_file("<div>" * 3000 + "猫" + "</div>" * 3000), "嵌套"),
    ("白.pdf", _blank_pages(), "没有认出文字"),
    ("锁.pdf", pdf_file([[(72, 700, "先修路，后种树。")]], encrypt="secret"), "有密码"),
    ("字.pdf", _unreadable_fonts(), "取出来的都是乱码"),
    ("断.pdf", b"%PDF-1.4 and nothing", "不是 PDF"),
)

TOO_MUCH: tuple[tuple[str, str, bytes, str], ...] = (
    ("most_part", "大.epub", _EPUB, "太大了"),
    ("most_characters", "长.html", html_file("<p>猫吃鱼，狗吃肉。</p>" * 9), "太长了"),
    ("most_characters", "密.pdf", pdf_file([[(72, 700, "先修路，后种树。")]]), "太长了"),
    ("most_pages", "厚.pdf", _blank_pages(), "有 3 页"),
    ("most_pages", "厚.tiff", _picture_file("TIFF", (1, 1), pages=3), "有 3 页"),
    ("sheet_cells", "大.xlsx", _sheet(), "3 个单元格"),
    ("sheet_cells", "大.ods", odf_file("spreadsheet", f"<table:table>{_ROW * 3}</table:table>"), "3 个单元格"),
    ("rtf_depth", "深.rtf", b"{\\rtf1 {{{x}}}}", "一层套一层"),
    ("odf_depth", "深.odt", odf_file("text", "<text:p><x><x><x>猫</x></x></x></text:p>"), "一层套一层"),
)
"""Each limit, and a file that exceeds it when it is set to 2."""


def _refusal(filename: str, data: bytes) -> tuple[SourceError, tuple[str, int]]:
    """Return the error, and the position of the `raise` that raised it."""
    with pytest.raises(SourceError) as caught:
        Source.from_file(filename, data, None)
    place = caught.traceback[-1]
    return caught.value, (str(place.path), place.lineno + 1)


def assert_chinese(sentence: str) -> None:
    """Assert that it is one or two whole Chinese sentences without an English one."""
    assert len(re.findall(r"[\u4e00-\u9fff]", sentence)) >= 6
    assert sentence.endswith(("。", "）"))
    assert not re.search(r"(?:[A-Za-z]+ ){3}[A-Za-z]+", sentence)


@pytest.mark.parametrize(("filename", "data", "words"), CASES, ids=[case[0] for case in CASES])
def test_a_refusal_says_what_where_and_what_to_do_in_both_languages(filename: str, data: bytes, words: str) -> None:
    error, _ = _refusal(filename, data)

    assert words in error.message.zh
    assert_chinese(error.message.zh)
    assert str(error).startswith(f"{filename}: ")
    assert not re.search(r"[\u4e00-\u9fff]", str(error).removeprefix(f"{filename}: "))


@pytest.mark.parametrize(("bound", "filename", "data", "words"), TOO_MUCH, ids=[one[0] for one in TOO_MUCH])
def test_too_much_is_refused_in_both_languages(
    bound: str, filename: str, data: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(FORMATS), bound, 2)
    error, _ = _refusal(filename, data)
    assert words in error.message.zh
    assert_chinese(error.message.zh)


def _raises() -> dict[tuple[str, int], str]:
    """Return every line on which a reader refuses a file, with the name of its function."""
    found: dict[tuple[str, int], str] = {}
    for path in READERS:
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    called = node.exc.func
                    if isinstance(called, ast.Name) and called.id == "SourceError":
                        found[str(path), node.lineno] = function.name
    return found


def test_the_cases_are_all_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `raise` of the readers is reached by a case of this file.

    But those for paths, which an upload has none of, for a page of a PDF, which PDFium repairs or refuses, and for text
    recognition that is not installed.
    """
    reached = {_refusal(filename, data)[1] for filename, data, _ in CASES}
    for bound, filename, data, _ in TOO_MUCH:
        with monkeypatch.context() as patch:
            patch.setitem(vars(FORMATS), bound, 2)
            reached.add(_refusal(filename, data)[1])
    missing = {f"{Path(path).name} {name}" for (path, line), name in _raises().items() if (path, line) not in reached}
    assert missing == {
        *("source.py _read", "source.py read_stream", "pdf.py _open_page", "ocr.py read_picture"),
    }


def test_each_error_is_raised_with_a_message_of_a_table() -> None:
    """Each error is therefore in both languages (`tests/test_message_tables.py`)."""
    wrong = [
        f"{path.name}:{node.lineno}"
        for folder in ("corpus", "index", "qa", "web")
        for path in sorted((HERE.parent / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ERRORS
        and not _is_message(node.args[0])
    ]
    assert wrong == []


def _is_message(argument: ast.expr) -> bool:
    """Whether it is `table.NAME`, that filled in or as an advice, or a variable: only the tables have wordings."""
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute) and argument.func.attr == "advice":
        argument = argument.args[0]
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute) and argument.func.attr == "format":
        argument = argument.func.value
    if isinstance(argument, ast.Attribute) and isinstance(argument.value, ast.Name):
        return argument.value.id.endswith("_messages") or argument.value.id == "strings"
    return isinstance(argument, ast.Name)


# On the page


@pytest.fixture(scope="module")
def embedder() -> CharacterEmbedder:
    return CharacterEmbedder("猫狗鱼肉吃应当第一二条")


@pytest.fixture(scope="module")
def folder(embedder: CharacterEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refusals") / "index"
    Index.build(folder, [Source.from_file("猫.txt", GOOD, None)], embedder)
    return folder


@pytest.fixture(scope="module")
def desk(folder: Path, embedder: CharacterEmbedder) -> Desk:
    index = Index.open(folder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(10)
    return Desk(engine, jobs=IndexJobs(engine))


def _send(desk: Desk, name: str, data: bytes) -> int:
    change: int = desk.upload(name, io.BytesIO(data), len(data))["change"]
    return change


def _follow(desk: Desk, change: int) -> dict[str, Any]:
    for _ in range(1200):
        progress = desk.call({"kind": "progress", "change": change})
        if progress["stage"] in ("done", "failed"):
            return progress
        time.sleep(0.01)
    raise AssertionError("the change took too long")


def _add(desk: Desk, name: str, data: bytes) -> dict[str, Any]:
    return _follow(desk, _send(desk, name, data))


def _said(html: str) -> tuple[str, str]:
    chinese, english = re.fullmatch(r'<span class="zh">(.*?)</span><span class="en">(.*?)</span>', html).groups()  # type: ignore[union-attr]
    return chinese, english


def test_the_page_says_each_refusal_beside_the_name_and_the_other_files_are_added(desk: Desk) -> None:
    changes = [_send(desk, name, data) for name, data, _ in (*CASES, ("好.txt", GOOD, ""))]
    for change, (name, _, words) in zip(changes, CASES, strict=False):
        progress = _follow(desk, change)
        assert (progress["stage"], progress["name"]) == ("failed", name)
        chinese, english = _said(progress["html"])
        assert words in chinese
        assert_chinese(chinese)
        assert name not in english
    assert _add(desk, "好.txt", GOOD)["stage"] == "done"
    assert desk.call({"kind": "texts"})["names"] == ["猫", "好"]


def test_what_is_wrong_with_the_index_or_the_model_is_said_in_chinese(
    desk: Desk, folder: Path, embedder: CharacterEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    with locked(folder):
        chinese, english = _said(_add(desk, "新.txt", "狗吃肉。".encode())["html"])
    assert chinese == "另一个程序正在改动这份索引。请等它做完再试。"
    assert "another process is changing" in english

    embedder.fails_after = len(embedder.embedded)
    chinese, english = _said(_add(desk, "新.txt", "狗吃肉。".encode())["html"])
    embedder.fails_after = None
    assert chinese == "模型出错了。请再试一次。"
    assert english.startswith("The model failed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadingProcess, "read", lambda *_, **__: 1 / 0)
        chinese, _ = _said(_add(desk, "新.txt", "狗吃肉。".encode())["html"])
    assert chinese == "出了差错，终端里有记录。请再试一次。"
    assert "ZeroDivisionError" in caplog.text

    assert _add(desk, "新.txt", "狗吃肉。".encode())["stage"] == "done"


def test_what_is_wrong_with_the_size_of_a_file_is_said_in_chinese(desk: Desk) -> None:
    chinese, _ = _said(desk.upload("大.txt", io.BytesIO(), 10**8)["failed"])
    assert_chinese(chinese)
