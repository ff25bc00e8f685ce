"""Saved pages and books: what a click shows, notes, titles, names of parts."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.parse import parse, parse_source
from corpus.source import Source
from tests.corpus.test_formats import epub_file


def text_of(body: str) -> str:
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    return Source.from_file("a.html", page.encode(), None).text


_SENTENCE = "晚间九时后由值班室登记。"


@pytest.mark.parametrize(
    "hidden",
    [
        f'<div style="display: none"><p>{_SENTENCE}</p></div>',
        f"<section hidden><p>{_SENTENCE}</p></section>",
        f'<div id="content" style="visibility:hidden;opacity:0"><p><span>{_SENTENCE}</span></p></div>',
        f'<dl><dt>几点？</dt><dd style="DISPLAY:NONE">{_SENTENCE}</dd></dl>',
        f"<div hidden><div hidden><p>{_SENTENCE}</p></div></div>",
    ],
)
def test_what_a_click_shows_is_text(hidden: str) -> None:
    """Collapsed answers, tabs, and the body of an article that a script shows."""
    assert _SENTENCE in text_of(f"<h1>须知</h1><p>先看须知。</p>{hidden}")


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>分享</div>",
        "<ul hidden><li>首页</li><li>联系我们</li></ul>",
        f"<div hidden role='dialog'><p>{_SENTENCE}</p></div>",
        f"<div class='cookie-bar' style='display:none'><p>{_SENTENCE}</p></div>",
        f"<div hidden><script>var a = '{_SENTENCE}';</script></div>",
        f"<p>乙。<del>{_SENTENCE}</del></p>",
    ],
)
def test_labels_dialogs_and_what_is_deleted_are_no_text(hidden: str) -> None:
    found = text_of(f"<h1>须知</h1><p>先看须知。</p>{hidden}")

    assert not any(word in found for word in ("分享", "联系我们", _SENTENCE))


def test_notes_of_a_book_are_apart_from_its_numbers() -> None:
    """As pandoc writes them: the mark raised by its style sheet alone, an arrow back after each note."""
    chapter = (
        '<h1>渡口</h1><p>设官渡84处<a href="#n1" role="doc-noteref">1</a>。'
        '又设2处<a href="#n2" epub:type="noteref">12</a>。</p>'
        '<aside epub:type="footnote" id="n1"><p>见州志。<a href="#r1" role="doc-backlink">↩︎</a></p></aside>'
    )
    text = Source.from_file("a.epub", epub_file({"one": chapter}), None).text

    assert "设官渡84处¹。又设2处¹²。" in text
    assert "见州志。" in text
    assert "↩" not in text


@pytest.mark.parametrize("kind", ['epub:type="rearnote"', 'epub:type="note z"', 'role="doc-endnote"'])
def test_a_note_of_a_book_is_a_passage(kind: str) -> None:
    """Not page chrome, as other asides are, and without the arrow back, which may lead to another file."""
    chapter = (
        "<h1>潮位</h1><p>大潮六尺。</p><aside><p>广告之属。</p></aside>"
        f'<aside {kind}><p>据港务所测量。 <a href="two.xhtml#r9">⤴</a></p></aside>'
        '<p>小潮二尺，见<a href="#x">上表</a>。</p>'
    )
    document = parse_source(Source.from_file("a.epub", epub_file({"one": chapter}), None))
    passages = [document.quote(passage.spans) for passage in document.passages]

    assert passages == ["潮位", "大潮六尺。", "据港务所测量。", "小潮二尺，见上表。"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_of_parts_may_lack_the_flag_for_utf_8(encoding: str) -> None:
    """Programs write such archives in the encoding of their system."""
    name = "章一".encode(encoding)
    placeholder = "x" * len(name)
    plain = epub_file({placeholder: "<h1>渡口</h1><p>设官渡一处。</p>"}, metadata="<dc:title>岚河志</dc:title>")
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            new.writestr(
                part.filename, old.read(part).replace(f'href="{placeholder}.'.encode(), 'href="章一.'.encode())
            )
    data = stream.getvalue().replace(f"OPS/{placeholder}.".encode(), b"OPS/" + name + b".")

    assert "设官渡一处。" in Source.from_file("a.epub", data, None).text


def test_a_book_is_called_by_its_package_and_not_by_its_first_chapter() -> None:
    """And calibre's date that stands for none is none."""
    chapters = {"one": "<h1>第一章 渡口</h1><p>甲。</p>", "two": "<h1>第二章 水患</h1><p>乙。</p>"}
    metadata = "<dc:title>岚河纪事</dc:title><dc:date>0101-01-01T00:00:00+00:00</dc:date>"
    document = parse_source(Source.from_file("a.epub", epub_file(chapters, metadata=metadata), None))

    assert [section.label for section in document.sections] == ["岚河纪事", "第一章 渡口", "第二章 水患"]
    assert document.metadata[0].date is None


def test_the_first_chapter_of_a_markdown_file_is_not_its_title() -> None:
    document = parse("# 第一章 总则\n\n甲。\n\n# 第二章 附则\n\n乙。\n", name="章程")

    assert [(section.level, section.label) for section in document.sections] == [
        (0, "章程"),
        (1, "第一章 总则"),
        (1, "第二章 附则"),
    ]
