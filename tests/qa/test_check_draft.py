"""`check --draft`: drafts of each format, with footnotes and endnotes, each form of report, files that are no draft."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as Docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

import qa.service.bootstrap
from corpus.corpus_settings import FORMATS
from corpus.draft_reader import read_draft
from corpus.parse import parse
from qa.cli import main
from qa.output.docx_footnotes import add_footnote, set_up_footnotes

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ENDNOTES = f"""<w:endnotes xmlns:w="{_W}">
<w:endnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:endnote>
<w:endnote w:type="continuationSeparator" w:id="0"><w:p/></w:endnote>
<w:endnote w:id="7"><w:p><w:r><w:endnoteRef/></w:r><w:r><w:t xml:space="preserve"> {{}}</w:t></w:r></w:p></w:endnote>
</w:endnotes>"""
_FIRST, _SECOND, _THIRD = "《甲法》第一条。", "《乙法》，又说“由守闸人记录”。", "《乙法》第二条。"
FOUND = [
    (1, "", "exact", False),
    (2, "", "altered", False),
    (2, "2", "exact", False),
    (3, "", "exact", True),
    (5, "", "absent", False),
]
"""Of each draft: paragraph, note, verdict, and whether the words stand in another work than the one that is named."""


def word_draft() -> bytes:
    """A draft with two footnotes, one of which quotes, an endnote and a block quote."""
    file = docx.Document()
    set_up_footnotes(file)
    add_footnote(file.add_paragraph("古人说“河道每年疏浚”"), _FIRST)
    add_footnote(file.add_paragraph("今人说“闸门夜间关闭，由守闸人登录”"), _SECOND)
    _add_endnote(file, file.add_paragraph("另说“堤岸不得种树”"), _THIRD)
    file.add_paragraph("还有人说：")
    file.add_paragraph("天上另有一座玻璃桥", "Quote")
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _add_endnote(file: Docx, paragraph: Any, text: str) -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
    part = Part(PackURI("/word/endnotes.xml"), kind, _ENDNOTES.format(text).encode(), file.part.package)
    file.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/endnotes")
    paragraph.add_run()._r.append(OxmlElement("w:endnoteReference", {qn("w:id"): "7"}))


_MARKDOWN = f"""古人说“**河道**每年疏浚”[^1]。

今人说“闸门夜间关闭，由守闸人登录”[^2]。

另说“堤岸不得种树”[^i]。

还有人说：

> 天上另有一座玻璃桥

[^1]: {_FIRST}
[^2]: {_SECOND}
[^i]: {_THIRD}
"""
_HTML = f"""<!DOCTYPE html><title>稿</title><p>古人说“<b>河道</b>每年疏浚”<sup><a href="#n1">1</a></sup>。</p>
<p>今人说<q>闸门夜间关闭，由守闸人登录</q><a href="#n2">2</a>。</p>
<p>另说“堤岸不得种树”<a href="#e1">i</a>。</p><p>还有人说：</p><blockquote>天上另有一座玻璃桥</blockquote>
<ol><li id="n1">{_FIRST}</li><li id="n2">{_SECOND}</li></ol><ol><li id="e1">{_THIRD}</li></ol>"""
_TEXT = f"""古人说“河道每年疏浚”[1]。

今人说“闸门夜间关闭，由守闸人登录”[2]。

另说“堤岸不得种树”[3]。

还有人说：

“天上另有一座玻璃桥”。

[1] {_FIRST}

[2] {_SECOND}

[3] {_THIRD}
"""
DRAFTS: dict[str, bytes] = {
    "稿.docx": word_draft(),
    "稿.md": _MARKDOWN.encode(),
    "稿.html": _HTML.encode(),
    "稿.txt": _TEXT.encode("gb18030"),
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `check --draft` against two texts; give the exit code, stdout and stderr."""
    documents = [
        parse("第一条 河道每年疏浚。\n\n第二条 堤岸不得种树。\n", name="甲法"),
        parse("第一条 闸门夜间关闭，由守闸人记录。\n", name="乙法"),
    ]
    monkeypatch.setattr(qa.service.bootstrap, "open_documents", lambda *_: documents)

    def check(draft: Path, *options: str) -> tuple[int, str, str]:
        code = main(["check", "--draft", str(draft), *options])
        written = capsys.readouterr()
        return code, written.out, written.err

    return check


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "稿.md"
    file.write_bytes(DRAFTS["稿.md"])
    return file


@pytest.mark.parametrize("name", DRAFTS)
def test_each_format_has_the_same_quotations_with_their_notes(run: Run, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(DRAFTS[name])
    code, out, _ = run(file, "--json")
    report = json.loads(out)

    assert code == 0
    found = [
        (one["paragraph"], one["note"], one["verdict"], one.get("misattributed", False)) for one in report["quotations"]
    ]
    assert found == FOUND
    assert report["quotations"][1]["nearest"]["text"] == "闸门夜间关闭，由守闸人记录"
    assert file.read_bytes() == DRAFTS[name]


def test_footnotes_and_endnotes_of_word_have_the_marks_that_a_reader_sees() -> None:
    paragraphs = read_draft("稿.docx", word_draft())

    assert [(one.number, one.kind, one.note, one.text.strip()) for one in paragraphs if one.kind != "body"] == [
        (1, "note", "1", _FIRST),
        (2, "note", "2", _SECOND),
        (3, "note", "i", _THIRD),
        (5, "quote", "", "天上另有一座玻璃桥"),
    ]
    assert [one.cited for one in paragraphs if one.kind == "body"] == [
        ((11, "1"),),
        ((18, "2"),),
        ((10, "i"),),
        (),
    ]


def test_without_a_file_name_the_report_is_markdown_on_stdout(run: Run, draft: Path) -> None:
    code, out, err = run(draft)

    assert (code, err) == (0, "")
    assert "闸门夜间关闭，由守闸人记录" in out
    assert "第2段 · 注2" in out


@pytest.mark.parametrize("ending", [".html", ".docx", ".md", ".json"])
def test_each_form_of_report_has_each_quotation_and_its_right_wording(run: Run, draft: Path, ending: str) -> None:
    file = draft.with_name(f"报告{ending}")
    code, out, _ = run(draft, "-o", str(file))

    assert (code, out) == (0, f"{file}\n")
    words = _words(file)
    for quoted in ("河道每年疏浚", "闸门夜间关闭，由守闸人登录", "堤岸不得种树", "天上另有一座玻璃桥"):
        assert quoted in words
    assert "闸门夜间关闭，由守闸人记录" in words


def _words(file: Path) -> str:
    """The words of a report, without what marks differences within them."""
    if file.suffix == ".json":
        report = json.loads(file.read_text("utf-8"))
        return "\n".join(f"{one['quote']}\n{(one['nearest'] or {}).get('text')}" for one in report["quotations"])
    if file.suffix == ".html":  # read as a draft, it would lack the words that it shows struck
        return re.sub("<[^>]*>", "", file.read_text("utf-8"))
    return "\n".join(one.text for one in read_draft(file.name, file.read_bytes()))


def test_a_draft_without_quotations_gets_a_report_that_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "稿.txt"
    file.write_text("这里没有一句引文。", "utf-8")
    code, out, _ = run(file)

    assert code == 0
    assert "没有找到引文" in out


def test_a_report_never_replaces_its_draft(run: Run, draft: Path) -> None:
    code, out, err = run(draft, "-o", str(draft))

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert draft.read_bytes() == DRAFTS["稿.md"]


def test_an_unknown_ending_is_wrong_usage_and_nothing_is_written(run: Run, draft: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(draft, "-o", str(draft.with_name("报告.pdf")))

    assert ended.value.code == 2
    assert [one.name for one in draft.parent.iterdir()] == ["稿.md"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.md", b"", "there is no text in it"),
        ("空.docx", None, "there is no text in it"),
        ("断.docx", DRAFTS["稿.docx"][:900], "is damaged"),
        ("图.gif", b"GIF89a", "Save it as PNG, JPEG or TIFF"),
        ("密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        ("不在.docx", b"-", "不在.docx"),
    ],
)
def test_a_file_that_is_no_draft_gets_one_line_and_no_report(
    run: Run, tmp_path: Path, name: str, data: bytes | None, words: str
) -> None:
    file = tmp_path / name
    if data is None:
        docx.Document().save(str(file))
    elif data != b"-":
        file.write_bytes(data)
    before = file.read_bytes() if file.exists() else None
    code, out, err = run(file, "-o", str(tmp_path / "报告.html"))

    assert (code, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "报告.html").exists()
    assert (file.read_bytes() if file.exists() else None) == before


def test_a_draft_that_is_too_big_is_refused_with_the_limit(
    run: Run, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(FORMATS), "most_bytes", 64)
    code, out, err = run(draft)

    assert (code, out) == (1, "")
    assert "64" in err
    assert err.count("\n") == 1
