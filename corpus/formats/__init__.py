"""The formats that are read: bytes in, text and what the format knows beside it out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from corpus.errors import SourceError
from corpus.formats.extracted_text import Extracted

READABLE: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "text",
        ".text": "text",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".shtml": "html",
        ".docx": "docx",
        ".pdf": "pdf",
        ".epub": "epub",
    }
)
"""Endings of file names, and what is read as what. Files of other endings are read where they are plain text."""

_NAMES = "TXT, Markdown, HTML, DOCX, PDF or EPUB"
_NAMES_ZH = "TXT、Markdown、HTML、DOCX、PDF、EPUB"
_REFUSED = (
    (
        "an older Word file. Save it as “Word document (.docx)”",
        "旧版 Word 文件。请另存为“Word 文档（.docx）”",
        ".doc .dot .wps .wpt",
    ),
    (
        "a Word template or a file with macros. Save it as “Word document (.docx)”",
        "Word 模板或带宏的文件。请另存为“Word 文档（.docx）”",
        ".dotx .docm .dotm",
    ),
    (
        "a text-processor file of another kind. Save it as DOCX or PDF",
        "别种文字处理文件。请另存为 DOCX 或 PDF",
        ".rtf .odt .ott .sxw .pages .hwp",
    ),
    ("a table. Save it as HTML or text", "表格。请另存为网页（HTML）或文本", ".xls .xlsx .xlsm .et .ods .numbers"),
    ("a set of slides. Save it as PDF", "幻灯片。请另存为 PDF", ".ppt .pptx .pps .ppsx .dps .odp .key"),
    (
        "a fixed-layout file that is not read. Save it as PDF",
        "读不了的版式文件。请另存为 PDF",
        ".ofd .caj .kdh .nh .djvu .xps .oxps",
    ),
    (
        "an e-book that is not read. Convert it to EPUB",
        "读不了的电子书。请转成 EPUB",
        ".mobi .azw .azw3 .kfx .fb2 .lit",
    ),
    (
        "an archive. Unpack it and add what is in it",
        "压缩包。请解压，再添加里面的文件",
        ".zip .rar .7z .gz .tgz .bz2 .xz .tar .chm .mht .mhtml .iso",
    ),
    (
        "a picture. Run text recognition (OCR) on it and add what that gives",
        "图片。请先做文字识别（OCR），再添加识别出的文字",
        ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .svg .ico .psd",
    ),
    (
        "sound or film. Add a transcript",
        "录音或录像。请添加整理成文字的稿子",
        ".mp3 .wav .m4a .flac .ogg .mp4 .mov .avi .mkv .webm",
    ),
    (
        "a program or its data",
        "程序或程序的数据，不是文章",
        ".exe .dll .so .bin .class .jar .pyc .o .a .db .sqlite .npz .npy .parquet .pickle",
    ),
)
"""What a file of another ending is and what helps, in both languages, and the endings."""
_REASONS = {ending: (english, chinese) for english, chinese, endings in _REFUSED for ending in endings.split()}
_OLDER = (
    "an older or an encrypted Office file. Save it as DOCX without a password",
    "旧版或加了密码的 Office 文件。请去掉密码，另存为“Word 文档（.docx）”",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def format_of(filename: str, data: bytes) -> str:
    """Return how a file is to be read: a value of `READABLE`. Raises SourceError, with its reason, for other kinds.

    What the file begins with counts more than its name, because names are often wrong.
    """
    ending = PurePath(filename).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        english, chinese = _REASONS.get(ending, _OLDER)
        raise SourceError(f"{filename}: is {english}.", f"这是{chinese}。")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) and ending not in _REASONS:
        return _zip_format(filename, ending, data)
    if ending in _REASONS:
        english, chinese = _REASONS[ending]
        raise SourceError(
            f"{filename}: is {english}. What is read: {_NAMES}.", f"这是{chinese}。能读的有 {_NAMES_ZH}。"
        )
    form = READABLE.get(ending)
    if form in ("pdf", "docx", "epub"):
        raise SourceError(
            f"{filename}: is damaged or no {form.upper()}. Get the file again.",
            f"文件损坏了，或者根本不是 {form.upper()}。请重新取得这个文件。",
        )
    if form is None and re.match(rb"\s*(?:<!doctype html|<html)", data[:500], re.IGNORECASE):
        return "html"
    return form or "text"


def _zip_format(filename: str, ending: str, data: bytes) -> str:
    if b"mimetypeapplication/epub+zip" in data[:200] or ending == ".epub":
        return "epub"
    if ending == ".docx" or b"word/document.xml" in data:
        return "docx"
    raise SourceError(
        f"{filename}: is an archive of another kind. Unpack it and add what is in it: {_NAMES}.",
        f"这是压缩包。请解压，再添加里面的 {_NAMES_ZH} 文件。",
    )


def extract(form: str, data: bytes, *, name: str) -> Extracted:
    """Return the text of a file of format `form`. Raises SourceError, with its reason, and nothing else."""
    try:
        match form:
            case "html":
                from corpus.formats.html import read_html as read
            case "docx":
                from corpus.formats.docx import read_docx as read
            case "pdf":
                from corpus.formats.pdf import read_pdf as read
            case "epub":
                from corpus.formats.epub import read_epub as read
            case _:
                raise ValueError(f"no such format: {form}")
        return read(data, name=name)
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # libraries that read damaged files raise whatever they come upon
        raise SourceError(
            f"{name}: is damaged ({type(error).__name__}: {error}). Get the file again.",
            f"文件损坏了，读不下去（{type(error).__name__}）。请重新取得这个文件。",
        ) from error


def refuse_binary(text: str, filename: str) -> None:
    """Raise SourceError where a file of unknown ending decodes, but is no text."""
    known = PurePath(filename).suffix.lower() in READABLE
    if not known and len(_BINARY.findall(text)) > 0.001 * len(text):
        raise SourceError(f"{filename}: is no text. What is read: {_NAMES}.", f"这不是文本文件。能读的有 {_NAMES_ZH}。")
