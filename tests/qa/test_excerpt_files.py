"""Files of kept excerpts: a footnote a quote, a record a work, and the reader's notes."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile

import docx
import rispy
from markdown_it import MarkdownIt

from corpus.document import Document, Span
from corpus.parse import parse
from qa.citations.excerpt import excerpts_of
from qa.citations.forms import own_form, quote_on_lines
from qa.output.excerpt_files import EXTENSIONS, KeptExcerpt, excerpts_file
from tests.qa.test_citation_forms import bibtex_fields

DAY = datetime.date(2026, 1, 2)


def keep(document: Document, words: str, note: str = "") -> KeptExcerpt:
    start = document.text.index(words)
    [excerpt] = excerpts_of(document, [Span(start, start + len(words))])
    return KeptExcerpt(document, excerpt, note, "")


def of_shipped(shipped: Document) -> list[KeptExcerpt]:
    """Two from the speech and one from the declaration between them."""
    return [keep(shipped, "互信", "一条*批注*"), keep(shipped, "国际信息安全"), keep(shipped, "开启上海合作组织")]


def test_word_has_a_real_footnote_for_each_quote(shipped: Document) -> None:
    kept = of_shipped(shipped)
    data = excerpts_file(kept, "docx", "own", on=DAY)
    file = docx.Document(io.BytesIO(data))
    notes = re.sub(r"<[^>]+>", "", zipfile.ZipFile(io.BytesIO(data)).read("word/footnotes.xml").decode())

    quotes = [one.text for one in file.paragraphs if one.style is not None and one.style.name == "Quote"]
    assert sorted(quotes) == sorted(shipped.quote(one.excerpt.spans) for one in kept)
    for one in kept:
        assert own_form(shipped, one.excerpt) in notes
    assert any("一条*批注*" in one.text for one in file.paragraphs)


def test_markdown_has_footnotes_and_shows_the_quotes(shipped: Document) -> None:
    text = excerpts_file(of_shipped(shipped), "markdown", "gbt7714", on=DAY).decode()
    shown = MarkdownIt("commonmark").render(text)

    assert [f"[^{number}]: " in text for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "互信[^1]" in shown and "一条*批注*" in shown
    assert text.count("\n## ") == 2


def test_records_are_one_a_work_with_its_quotes_in_the_notes(shipped: Document) -> None:
    kept = of_shipped(shipped)
    entries = excerpts_file(kept, "bibtex", "own").decode().strip().split("\n\n@")
    records = rispy.loads(excerpts_file(kept, "ris", "own").decode())
    items = json.loads(excerpts_file(kept, "csl-json", "own"))

    assert len(entries) == len(records) == len(items) == 2
    fields = bibtex_fields(entries[0])
    keys = {fields["key"], bibtex_fields("@" + entries[1])["key"]}
    assert keys == {record["id"] for record in records} == {item["id"] for item in items}
    for one in kept:
        quote = quote_on_lines(shipped, one.excerpt)
        assert sum(quote in item["note"].split("\n") for item in items) == 1
        assert sum(any(note.startswith(f"{quote} —— ") for note in record["notes"]) for record in records) == 1
    assert "互信" in fields["annote"] and "一条*批注*" in fields["annote"]


def test_a_quote_that_a_file_cannot_hold_is_left_out_with_a_sentence() -> None:
    document = parse("前\0后。", name="a")
    kept = [keep(document, "前\0后")]
    for format in EXTENSIONS:
        data = excerpts_file(kept, format, "own")
        words = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml") if format == "docx" else data
        assert (b"U+0000" in words) == (format != "csl-json")  # JSON can hold each character


def test_a_row_of_a_table_stays_a_table_in_markdown() -> None:
    document = parse("|国家|首都|\n|-|-|\n|甲国|乙城|\n|丙国|丁城|\n", name="t.md")
    text = excerpts_file(
        [KeptExcerpt(document, excerpts_of(document, [document.passages[-1].spans[0]])[0], "", "")], "markdown", "own"
    ).decode()

    assert "丁城" in text and "[^1]" in text
