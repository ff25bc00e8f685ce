"""Metadata of works, from edition files and from title blocks (tests/golden/titleblocks.txt)."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bibliography.edition import parse_edition
from corpus.document import Date, Document, Metadata, SourcedValue, Span
from corpus.errors import SourceError
from corpus.parse import parse
from corpus.parser.builder import title_on_one_line

_CASES = [
    case.strip("\n").split("\n.\n")
    for case in (Path(__file__).parents[1] / "golden" / "titleblocks.txt").read_text(encoding="utf-8").split("\n.\n\n")
]
_TEXT = "甲\n乙说于2021年9月在丙地\n丁"


def _said(metadata: Metadata) -> list[SourcedValue | Date]:
    """Return all values of a work's metadata."""
    values = [getattr(metadata, field.name) for field in dataclasses.fields(metadata)]
    return [*metadata.authors, *(value for value in values if isinstance(value, SourcedValue | Date))]


def _parse(toml: str) -> Document:
    sha256 = parse(_TEXT, name="a").sha256
    work = f'sha256 = "{sha256}"\n[[works]]\nlines = ["1-3"]\nsupplied_title = "题"\n'
    return parse(_TEXT, name="a", edition=parse_edition(f"{work}{toml}", name="a.toml"))


@pytest.mark.parametrize(("text", "expected"), [case[1:3] for case in _CASES], ids=[case[0] for case in _CASES])
def test_a_title_block_says(text: str, expected: str) -> None:
    """Each case gives kind, subtitle, authors and date, or - for what the title block does not state."""
    metadata = parse(text, name="case").metadata[0]
    subtitle = metadata.subtitle.text if metadata.subtitle else "-"
    authors = ", ".join(author.text for author in metadata.authors) or "-"

    assert f"{metadata.kind} | {subtitle} | {authors} | {metadata.date or '-'}" == expected.removesuffix("\n.")


def test_the_shipped_speech(shipped: Document) -> None:
    """Title of line 3, subtitle of 5, date of 7, speaker of 9; the newspaper's name is not in the source."""
    speech = shipped.metadata[0]

    assert speech.kind == "speech"
    assert speech.title.text == "不忘初心 砥砺前行 开启上海合作组织发展新征程"
    assert speech.subtitle and speech.subtitle.text == "在上海合作组织成员国元首理事会第二十一次会议上的讲话"
    assert [author.text for author in speech.authors] == ["习近平"]
    assert str(speech.date) == "2021-09-17"
    assert [shipped.line(fact.spans[0].start) for fact in _said(speech)] == [9, 3, 5, 7]
    assert (speech.publication, speech.publisher, speech.place, speech.page, speech.url) == (None,) * 5


def test_the_shipped_declaration(shipped: Document) -> None:
    """Line 41 has date and place; title and author are supplied, and shown as supplied."""
    declaration = shipped.metadata[1]

    assert declaration.kind == "official"
    assert declaration.title == SourcedValue("上海合作组织二十周年杜尚别宣言", ())
    assert declaration.authors == (SourcedValue("上海合作组织成员国", ()),)
    assert declaration.date and shipped.quote(declaration.date.spans) == "2021年9月17日"
    assert declaration.place and shipped.quote(declaration.place.spans) == "杜尚别"
    assert {shipped.line(fact.spans[0].start) for fact in _said(declaration) if fact.spans} == {41}


def test_an_edition_points_at_words_of_the_source() -> None:
    """The values are slices of the source; for a date, the slice that states it."""
    metadata = _parse(
        "[works.citation]\nauthors = [{ line = 2, words = '乙' }]\ndate = { line = 2 }\npublication = { line = 3 }"
    ).metadata[0]

    assert [author.text for author in metadata.authors] == ["乙"]
    assert metadata.date == Date(2021, 9, None, (Span(5, 12),))  # 2021年9月
    assert metadata.publication and metadata.publication.text == "丁"


def test_what_an_edition_supplies_has_no_place_in_the_source() -> None:
    """It has no spans, so that it cannot be taken for source text."""
    metadata = _parse("[works.citation]\ndate = { supplied = '2021' }\npublisher = { supplied = '某社' }").metadata[0]

    assert metadata.date == Date(2021, None, None, ())
    assert metadata.publisher == SourcedValue("某社", ())


def test_an_edition_can_switch_the_rules_off() -> None:
    """This is for lines that only look like a title block."""
    text = "携手\n（2020年5月1日）\n某会主席 张三\n正文。"
    sha256 = parse(text, name="a").sha256
    toml = f'sha256 = "{sha256}"\n[[works]]\nlines = ["1-4"]\ntitle_block = "1-3"\n'

    read = parse(text, name="a", edition=parse_edition(toml, name="a.toml")).metadata[0]
    off = parse(text, name="a", edition=parse_edition(f"{toml}[works.citation]\nrules = false", name="a")).metadata[0]

    assert (str(read.date), [author.text for author in read.authors]) == ("2020-05-01", ["张三"])
    assert (off.date, off.authors, off.kind) == (None, (), "document")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("authors = [{ line = 2, words = '丁' }]", "line 2 does not have the words “丁”"),
        ("publisher = { line = 9 }", "points at line 9, which has no text"),
        ("date = { line = 3 }", "line 3 has no date"),
        ("date = { supplied = '2021-02-30' }", "“2021-02-30” is not a date"),
        ("date = { supplied = 'May 2021' }", "“May 2021” is not a date"),
        ("publisher = { line = 1, supplied = '某社' }", "either line or supplied"),
        ("publisher = {}", "either line or supplied"),
        ("publisher = { supplied = '某社', words = '某' }", "words go with the line"),
        ("kind = 'poem'", "kind"),
        ("colour = 'red'", "colour"),
    ],
)
def test_citation_fields_that_do_not_fit_are_refused_by_name(toml: str, words: str) -> None:
    """The message names the wrong entry."""
    with pytest.raises(SourceError, match=re.escape(words)):
        _parse(f"[works.citation]\n{toml}")


_LINES = st.sampled_from(
    [case[1] for case in _CASES]
    + ["——", "（2021年9月17日）", "市长 李四", "在会上", "修正案", "\r\n", "\0", "\ud800", "年月日"]
)


@given(st.lists(_LINES | st.text(max_size=40), max_size=12).map("\n".join))
def test_what_is_not_supplied_is_a_slice_of_the_source(text: str) -> None:
    """This holds for any text: nothing is invented or altered."""
    document = parse(text, name="a")

    assert len(document.metadata) == len(document.works)
    for metadata in document.metadata:
        for fact in _said(metadata):
            if isinstance(fact, SourcedValue):
                assert fact.text == (title_on_one_line(document.quote(fact.spans)) if fact.spans else "a")
            else:
                assert fact.spans


@pytest.mark.parametrize(("year", "month", "day"), [(2021, 13, 1), (2021, 2, 30), (2021, None, 5), (0, None, None)])
def test_a_date_that_is_none_is_refused(year: int, month: int | None, day: int | None) -> None:
    """The constructor checks its values."""
    with pytest.raises(ValueError):
        Date(year, month, day, ())


def test_metadata_belongs_to_its_work_and_not_to_its_title() -> None:
    """Two works with the same title keep their own metadata."""
    sha256 = parse(_TEXT, name="a").sha256
    works = [f'[[works]]\nlines = ["{lines}"]\nsupplied_title = "题"\n' for lines in ("1", "2-3")]
    said = "[works.citation]\npage = { supplied = '%s' }\n"
    toml = f'sha256 = "{sha256}"\n{works[0]}{said % 1}{works[1]}{said % 2}'
    document = parse(_TEXT, name="a", edition=parse_edition(toml, name="a.toml"))

    pages = [document.about(passage.section.work).page for passage in document.passages]
    assert pages == [SourcedValue("1", ()), SourcedValue("2", ()), SourcedValue("2", ())]


@pytest.mark.parametrize(("number", "text"), [(0, None), (1, "甲"), (2, None), (3, "乙 丙"), (4, None), (5, None)])
def test_a_line_is_found_by_its_number(number: int, text: str | None) -> None:
    """The line has no blanks at its ends; lines end as in the file."""
    document = parse("甲\r\n \t\n　乙 丙 \r", name="a")

    span = document.line_span(number)
    assert (span and document.quote((span,))) == text
