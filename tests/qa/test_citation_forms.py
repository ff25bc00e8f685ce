"""Citations in every form: golden strings (tests/golden/citations.txt), read back by other people's readers."""

import dataclasses
import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pylatexenc import latex2text
from rispy.config import TAG_KEY_MAPPING

from corpus.bibliography.metadata_fields import FIELDS, MetadataField
from corpus.document import Date, Document, Kind, Metadata, Passage, SourcedValue, Span
from corpus.parse import parse
from qa.citations import records
from qa.citations.chicago import chicago
from qa.citations.forms import FORMS, RECORDS, cite, own_form, quote_with_citation
from qa.citations.gbt7714 import gbt7714_2015, gbt7714_2025
from qa.citations.markdown_quote import escape_markdown, uncarriable
from qa.citations.reference import Reference, line_ranges, refer

_CASES = [
    case.strip("\n").split("\n.\n")
    for case in (Path(__file__).parents[1] / "golden" / "citations.txt").read_text(encoding="utf-8").split("\n.\n\n")
]
_HERE = (Span(0, 1),)
_NASTY = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [*"{}\\$&%#_~^\"'`*[]()<>!|=:-+.@, ", "--", "``", "\n", "\r\n", "  ", "\t", "\u3000", "习", "1.", "ER  - "]
    )
).map("".join)


def _at(document: Document, line: int) -> Passage:
    return next(p for p in document.passages if line in {document.line(span.start) for span in p.spans})


def _reference(kind: Kind, **values: str | None) -> Reference:
    """A reference to 甲's 题 of 2021-09-17, all of it in the source, with more values, supplied if in 〔 〕."""

    def value(text: str | None) -> SourcedValue | None:
        return SourcedValue(text.strip("〔〕"), () if text.startswith("〔") else _HERE) if text else None

    metadata = Metadata(
        kind=kind,
        title=SourcedValue("题", _HERE),
        authors=(SourcedValue("甲", _HERE),),
        date=Date(2021, 9, 17, _HERE),
        **{name: value(text) for name, text in values.items()},  # type: ignore[arg-type]
    )
    return Reference("0123456789abcdef", metadata, ("一、总则",), 2, ((7, 7),), page=None)


def _with(reference: Reference, **changes: object) -> Reference:
    metadata = dataclasses.replace(reference.metadata, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(reference, metadata=metadata)


@pytest.mark.parametrize(("head", "expected"), [case[:2] for case in _CASES], ids=[case[0] for case in _CASES])
def test_a_passage_of_the_shipped_text_is_cited(shipped: Document, head: str, expected: str) -> None:
    """The passage of that line, in that form."""
    form, line = head.split()

    assert cite(form, shipped, _at(shipped, int(line))) == expected.removesuffix("\n.")


def test_every_form_has_a_golden_case() -> None:
    """And is offered in the order of the command line."""
    assert list(dict.fromkeys(case[0].split()[0] for case in _CASES)) == list(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_every_citation_points_at_the_paragraph_and_the_lines(shipped: Document, form: str) -> None:
    """All passages, all forms."""
    for passage in shipped.passages:
        citation = cite(form, shipped, passage)
        first, last = shipped.lines(passage.spans)
        assert (
            f"第{passage.paragraph}段" in citation or f"para. {passage.paragraph}" in citation or not passage.paragraph
        )
        assert str(first) in citation and str(last) in citation


@pytest.mark.parametrize("form", [form for form in FORMS if form != "markdown" and form not in RECORDS])
def test_a_copied_quote_is_its_slices(shipped: Document, form: str) -> None:
    """All passages: the quote comes first and whole, then the citation."""
    for passage in shipped.passages:
        copied = quote_with_citation(form, shipped, passage)
        assert copied.startswith(shipped.quote(passage.spans) + "\n")
        assert copied.endswith(cite("own" if form == "text" else form, shipped, passage))


def shown_paragraphs(markdown: str) -> list[str]:
    """The texts of the paragraphs that a Markdown reader shows, smart punctuation on."""
    shown = MarkdownIt("commonmark", {"typographer": True}).enable(["replacements", "smartquotes"]).render(markdown)
    return [html.unescape(re.sub(r"<[^>]*>", "", part)) for part in re.findall(r"<p>(.*?)</p>", shown, re.DOTALL)]


def test_markdown_shows_the_quote(shipped: Document) -> None:
    """All passages, ** and blanks included."""
    for passage in shipped.passages:
        quote, citation = shown_paragraphs(cite("markdown", shipped, passage))
        assert quote == shipped.quote(passage.spans)
        assert citation == f"—— {own_form(shipped, passage)}"


@given(_NASTY.filter(lambda text: text and not uncarriable(text)))
def test_escaped_markdown_shows_every_character(text: str) -> None:
    """Whatever is in it: in a block quote, after smart punctuation."""
    assert shown_paragraphs(f"> {escape_markdown(text)}\n>\n> —— 出处") == [text, "—— 出处"]


def test_markdown_leaves_out_what_it_cannot_hold() -> None:
    """CommonMark turns NUL into U+FFFD; no quote is better than another one."""
    document = parse("前\0后。", name="a")

    assert cite("markdown", document, document.passages[0]).startswith("（引文含有此格式无法保存的字符 U+0000，")
    assert "后" not in cite("markdown", document, document.passages[0])


def bibtex_fields(entry: str) -> dict[str, str]:
    context = latex2text.get_default_latex_context_db()
    named = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}  # pylatexenc lacks these
    context.add_context_category("more", [latex2text.MacroTextSpec(*pair) for pair in named.items()], prepend=True)
    decoder = latex2text.LatexNodes2Text(latex_context=context, strict_latex_spaces=True)
    library = parse_string(entry, append_middleware=[LatexDecodingMiddleware(decoder=decoder)])
    assert not library.failed_blocks
    [read] = library.entries
    return {field.key: field.value for field in read.fields} | {"type": read.entry_type, "key": read.key}


def test_bibtex_is_read_back(shipped: Document) -> None:
    """All passages: key, author, title, date, place."""
    for passage in shipped.passages:
        read = bibtex_fields(cite("bibtex", shipped, passage))
        assert (read["type"], read["key"]) == ("misc", f"yuanwen-{passage.id}")
        assert (read["year"], read["month"], read["day"]) == ("2021", "sep", "17")
        assert read["author"] == ("习, 近平" if passage.section.work is shipped.works[0] else "上海合作组织成员国")
        assert passage.section.work.label in read["title"]


@given(_NASTY.filter(str.strip))
def test_bibtex_keeps_every_character_of_a_title(text: str) -> None:
    """Its specials are escaped, braces keep their balance, and blanks are one."""
    reference = _with(_reference("book"), title=SourcedValue(text, _HERE))
    entry = records.bibtex(reference)

    depth = 0
    for character in entry:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    if title := " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", text).split()):
        assert bibtex_fields(entry)["title"].replace("\u2019", "'") == title.replace("\u2019", "'")


def test_ris_is_read_back(shipped: Document) -> None:
    """All passages in one file: type, author, title, date, place."""
    read = rispy.loads("\n\n".join(cite("ris", shipped, passage) for passage in shipped.passages) + "\n")

    assert [record["id"] for record in read] == [f"yuanwen-{passage.id}" for passage in shipped.passages]
    for record, passage in zip(read, shipped.passages, strict=True):
        speech = passage.section.work is shipped.works[0]
        assert record["type_of_reference"] == ("GEN" if speech else "GOVDOC")
        assert record["authors"] == ["习, 近平" if speech else "上海合作组织成员国"]
        assert (record["year"], record["date"]) == ("2021", "2021/09/17")
        assert own_form(shipped, passage).endswith(record["notes"][0].partition("; ")[0])


@given(_NASTY.filter(str.strip))
def test_ris_keeps_a_title_on_its_line(text: str) -> None:
    """Nothing in it ends the record or begins another tag."""
    [record] = rispy.loads(records.ris(_with(_reference("book"), title=SourcedValue(text, _HERE))) + "\n")

    assert record.get("title", "") == " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", text).split())
    assert (record["id"], record["year"]) == ("yuanwen-0123456789abcdef", "2021")


def test_csl_json_is_read_back(shipped: Document) -> None:
    """All passages: CSL's names for type, author, date."""
    for passage in shipped.passages:
        [item] = json.loads(cite("csl-json", shipped, passage))
        assert item["id"] == f"yuanwen-{passage.id}"
        assert item["type"] == ("speech" if passage.section.work is shipped.works[0] else "document")
        assert item["issued"] == {"date-parts": [[2021, 9, 17]]}
        assert passage.section.work.label in item["title"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (_reference("speech"), "甲. 题[Z]. 2021-09-17: 一、总则 · 第2段（第7行）."),
        (
            _reference("newspaper", publication="某日报", page="02"),
            "甲. 题[N]. 某日报, 2021-09-17(02): 一、总则 · 第2段（第7行）.",
        ),
        (_reference("newspaper"), "甲. 题[Z]. 2021-09-17: 一、总则 · 第2段（第7行）."),  # no newspaper is known
        (
            _reference("article", publication="某刊", page="45-52"),
            "甲. 题[J]. 某刊, 2021: 45-52, 一、总则 · 第2段（第7行）.",
        ),
        (
            _reference("book", publisher="某社", place="北京"),
            "甲. 题[M]. 北京: 某社, 2021: 一、总则 · 第2段（第7行）.",
        ),
        (_with(_reference("book", page="3"), date=None), "甲. 题[M]. 3, 一、总则 · 第2段（第7行）."),
        (_reference("report"), "甲. 题[R]. 2021-09-17: 一、总则 · 第2段（第7行）."),
        (_reference("law"), "甲. 题[A]. 2021-09-17: 一、总则 · 第2段（第7行）."),
        (
            _reference("webpage", url="https://example.org/a"),
            "甲. 题[EB/OL]. (2021-09-17): 一、总则 · 第2段（第7行）. https://example.org/a.",
        ),
        (
            _reference("speech", publication="〔某日报〕"),
            "甲. 题[Z]. 〔某日报〕, 2021-09-17: 一、总则 · 第2段（第7行）.",
        ),
        (_with(_reference("speech"), authors=(), date=None), "题[Z]. 一、总则 · 第2段（第7行）."),
        (
            _with(_reference("speech"), date=Date(2021, 9, None, ())),
            "甲. 题[Z]. 〔2021-09〕: 一、总则 · 第2段（第7行）.",
        ),
        (
            _with(_reference("report"), authors=tuple(SourcedValue(name, _HERE) for name in ("甲", "乙", "丙", "丁"))),
            "甲, 乙, 丙, 等. 题[R]. 2021-09-17: 一、总则 · 第2段（第7行）.",
        ),
        (
            _with(_reference("report"), authors=(SourcedValue("李　四", _HERE),)),
            "李四. 题[R]. 2021-09-17: 一、总则 · 第2段（第7行）.",
        ),
        (
            dataclasses.replace(_reference("book", publisher="某社"), page="12"),
            "甲. 题[M]. 某社, 2021: 一、总则 · 第2段（第12页，第7行）.",
        ),
    ],
)
def test_gbt7714_of_2015_by_kind(reference: Reference, expected: str) -> None:
    """[N] only where a newspaper is known; what is not known is left out; what is supplied is in 〔 〕."""
    assert gbt7714_2015(reference) == expected


def _value(text: str) -> SourcedValue:
    return SourcedValue(text, _HERE)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            _with(
                _reference("newspaper", publication="中国青年报", page="15"),
                authors=(_value("丁文详"),),
                title=_value("数字革命与竞争国际化"),
                date=Date(2000, 11, 20, _HERE),
            ),
            "丁文详. 数字革命与竞争国际化[N]. 中国青年报, 2000-11-20(15)",
        ),
        (
            _with(
                _reference("book", publisher="中华书局", place="北京", page="29"),
                authors=(_value("陈登原"),),
                title=_value("国史旧闻"),
                subtitle=_value("第1卷"),
                date=Date(2000, None, None, _HERE),
            ),
            "陈登原. 国史旧闻: 第1卷[M]. 北京: 中华书局, 2000: 29",
        ),
        (
            _with(
                _reference("official", url="http://example.org"),
                authors=(_value("北京市人民政府办公厅"),),
                title=_value("关于转发北京市企业投资项目核准暂行实施办法的通知"),
                subtitle=_value("京政办发〔2005〕37号"),
                date=Date(2005, 7, 12, _HERE),
            ),
            "北京市人民政府办公厅. 关于转发北京市企业投资项目核准暂行实施办法的通知: "
            "京政办发〔2005〕37号[A/OL]. (2005-07-12)",
        ),
    ],
)
def test_gbt7714_of_2015_agrees_with_the_standards_own_examples(reference: Reference, expected: str) -> None:
    """As far as they go: they name no paragraph, and ours no day of access."""
    assert gbt7714_2015(reference).startswith(expected)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (_reference("speech"), "甲, “题” (speech, September 17, 2021), para. 2 under “一、总则” (line 7)."),
        (
            _reference("newspaper", publication="某日报", page="02"),
            "甲, “题,” 某日报, September 17, 2021, p. 02, para. 2 under “一、总则” (line 7).",
        ),
        (
            _reference("book", publisher="某社", place="北京"),
            "甲, 题 (北京: 某社, 2021), para. 2 under “一、总则” (line 7).",
        ),
        (
            _with(_reference("law"), date=Date(2021, 9, None, ())),
            "甲, 题 (〔September 2021〕), para. 2 under “一、总则” (line 7).",
        ),
        (
            _with(_reference("document"), authors=(), date=None),
            "“题,” para. 2 under “一、总则” (line 7).",
        ),
        (
            _with(_reference("report"), authors=(SourcedValue("甲", _HERE), SourcedValue("乙", _HERE))),
            "甲 and 乙, 题 (September 17, 2021), para. 2 under “一、总则” (line 7).",
        ),
        (
            dataclasses.replace(_reference("report"), path=(), paragraph=0, lines=((3, 9), (12, 12)), page="4"),
            "甲, 题 (September 17, 2021), p. 4, title block (lines 3–9, 12).",
        ),
    ],
)
def test_chicago_by_kind(reference: Reference, expected: str) -> None:
    """A full note, American dates and punctuation, the source's words as they are."""
    assert chicago(reference) == expected


_PEOPLE = (_value("何川"), _value("Zhou Lan"))
_RECORDS = {
    "journal": _with(
        _reference("article", publication="石浦学刊", volume="27", issue="4", page="88-97", doi="10.5555/sp.2021.88"),
        accessed=Date(2023, 11, 2, _HERE),
    ),
    "issue-only": _with(
        _reference("speech", publication="某刊", issue="〔18〕", page="4"), date=Date(2021, None, None, _HERE)
    ),
    "online": _with(
        _reference("article", publication="某刊", volume="2", url="https://example.org/a", doi="〔10.5555/a〕"),
        accessed=Date(2023, 11, None, ()),
    ),
    "book": _with(
        _reference("book", publisher="石浦社", place="石浦", edition="第3版", volume="2", page="29"),
        translators=_PEOPLE,
    ),
    "english-book": _with(
        _reference("book", publisher="Ferry Press", edition="〔2nd edition〕", volume="1"),
        title=_value("Ferries"),
        translators=_PEOPLE,
    ),
    "official": _reference("official", number="石政发〔2019〕14号", url="https://example.org/14"),
    "law": _reference("law", number="〔第8号令〕"),
    "undated": _with(_reference("article", volume="2", issue="3"), date=None),
    "first-edition": _reference("book", publisher="石浦社", edition="1"),
    "revised": _reference("book", publisher="石浦社", edition="〔修订版〕", volume="上册"),
    "newspaper": _reference("newspaper", publication="某日报", page="02", issue="9017"),
}
_NEW_CASES = [
    case.strip("\n").split("\n.\n")
    for case in (Path(__file__).parents[1] / "golden" / "citation-fields.txt")
    .read_text(encoding="utf-8")
    .split("\n.\n\n")
]
_WRITERS = {
    "gbt7714": gbt7714_2025,
    "gbt7714-2015": gbt7714_2015,
    "chicago": chicago,
    "bibtex": records.bibtex,
    "ris": records.ris,
    "csl-json": records.csl_json,
}


@pytest.mark.parametrize(("head", "expected"), [case[:2] for case in _NEW_CASES], ids=[case[0] for case in _NEW_CASES])
def test_volumes_editions_translators_and_numbers_are_cited(head: str, expected: str) -> None:
    """Golden strings (tests/golden/citation-fields.txt): a form and a record, each in its own field or nowhere."""
    form, record = head.split()

    assert _WRITERS[form](_RECORDS[record]) == expected.removesuffix("\n.")


def test_new_fields_have_golden_cases_in_every_form() -> None:
    """Prose of every record, and what programs read of three."""
    prose_of = {f"{form} {record}" for form in ("gbt7714", "gbt7714-2015", "chicago") for record in _RECORDS}
    data_of = {
        f"{form} {record}" for form in ("bibtex", "ris", "csl-json") for record in ("journal", "book", "official")
    }
    assert {case[0] for case in _NEW_CASES} == prose_of | data_of


_TOLD: dict[str, str] = {
    "title": "渡口记", "subtitle": "一个县的水路", "authors": "陆晚", "translators": "何川", "date": "2019-04-30",
    "number": "石政发〔2019〕14号", "publication": "石浦学刊", "volume": "27", "issue": "46", "edition": "修订版",
    "publisher": "石浦社", "place": "石浦市", "page": "881", "doi": "10.5555/sp.882", "url": "https://sp.example.org/x",
    "accessed": "2023-11-02", "language": "zh-Hant",
}  # fmt: skip


def _told(field: MetadataField) -> object:
    if field.kind == "date":
        year, month, day = map(int, _TOLD[field.name].split("-"))
        return Date(year, month, day, _HERE)
    return (_value(_TOLD[field.name]),) if field.kind == "person" else _value(_TOLD[field.name])


_ALL = {field.name: _told(field) for field in FIELDS}


def test_every_field_reaches_every_form_of_citation() -> None:
    """GB/T 7714 and Chicago give a field where the kind of work has a place for it; the records always."""
    assert _TOLD.keys() == {field.name for field in FIELDS}
    for field in FIELDS:
        if field.name == "language":
            continue  # 等 or et al. shows it
        shown = {_TOLD[field.name], "April 30, 2019" if field.name == "date" else "November 2, 2023"}
        for form in ("gbt7714", "gbt7714-2015", "chicago"):
            cited = [
                _WRITERS[form](_with(_reference(kind), **{**_ALL, **lacking}))
                for kind in get_args(Kind)
                for lacking in ({}, {"publication": None}, {"doi": None})
            ]
            assert any(words in text for words in shown for text in cited), (field.name, form)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_field_is_read_back_from_every_record(kind: Kind) -> None:
    """By other people's readers, under the names that the table has."""
    reference = _with(_reference(kind), **_ALL)
    bibtex = bibtex_fields(records.bibtex(reference))
    [ris] = rispy.loads(records.ris(reference) + "\n")
    [item] = json.loads(records.csl_json(reference))

    for field in FIELDS:
        if field.name == "subtitle":
            assert all(_TOLD["subtitle"] in record["title"] for record in (bibtex, ris, item))
            continue
        text = _TOLD[field.name]
        if field.kind == "person":
            assert any(f"{text[0]}, {text[1:]}" == bibtex.get(key) for key in field.bibtex)
            assert f"{text[0]}, {text[1:]}" in ris[TAG_KEY_MAPPING[field.ris]]
            assert item[field.csl] == [{"family": text[0], "given": text[1:]}]
            continue
        assert any(text in (bibtex.get(key, ""), f"{bibtex.get(key)}-04-30") for key in field.bibtex) or (
            field.name == "title" and text in bibtex["title"]
        )
        told = ris[TAG_KEY_MAPPING[field.ris]]
        assert text.replace("-", "/") in told if field.kind == "date" else text in told
        value = item[field.csl]
        if field.kind == "date":
            assert value == {"date-parts": [[int(part) for part in text.split("-")]]}
        else:
            assert text in value


@pytest.mark.parametrize("form", _WRITERS)
def test_a_field_that_is_not_known_leaves_no_trace(form: str) -> None:
    """Without it the citation is what it was before the field was there."""
    bare = Reference("0123456789abcdef", Metadata("book", _value("题")), (), 1, ((7, 7),), page=None)
    expected = {
        "gbt7714": "题[M]. 第1段（第7行）.",
        "gbt7714-2015": "题[M]. 第1段（第7行）.",
        "chicago": "题, para. 1 (line 7).",
        "bibtex": "@book{yuanwen-0123456789abcdef,\n  title = {{题}},\n  language = {zh},\n"
        "  note = {第1段（第7行）}\n}",
        "ris": "TY  - BOOK\nID  - yuanwen-0123456789abcdef\nTI  - 题\nLA  - zh\nN1  - 第1段（第7行）\nER  - ",
    }
    cited = _WRITERS[form](bare)
    if form == "csl-json":
        [item] = json.loads(cited)
        assert item.keys() == {"id", "type", "title", "language", "note"}
    else:
        assert cited == expected[form]


def test_what_is_supplied_is_named_in_the_note_of_a_record() -> None:
    """Also where its own field has no place for 〔 〕."""
    metadata = {
        field.name: Date(2019, 4, 30, ()) if field.kind == "date"
        else (SourcedValue(_TOLD[field.name], ()),) if field.kind == "person"
        else SourcedValue(_TOLD[field.name], ())
        for field in FIELDS
    }  # fmt: skip
    [item] = json.loads(records.csl_json(_with(_reference("book"), **metadata)))

    assert item["note"].partition("not in the text: ")[2].split(", ") == [field.singular for field in FIELDS]
    assert (item["DOI"], item["volume"]) == ("10.5555/sp.882", "27")


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [("88-97", "88", "97"), ("88–97", "88", "97"), ("e12 — e17", "e12", "e17"), ("88, 97", "88, 97", None)],
)
def test_ris_has_the_first_page_and_the_last(pages: str, first: str, last: str | None) -> None:
    """Of a range, and what is none stays whole."""
    [record] = rispy.loads(records.ris(_reference("article", page=pages)) + "\n")
    assert (record["start_page"], record.get("end_page")) == (first, last)


def test_a_doi_is_cited_bare_however_the_source_writes_it() -> None:
    """A slice of the source stays what it is; the citation is ours."""
    reference = _reference("article", doi="https://doi.org/10.5555/x")
    assert bibtex_fields(records.bibtex(reference))["doi"] == "10.5555/x"
    assert gbt7714_2015(reference).endswith(". DOI:10.5555/x.")
    assert chicago(reference).endswith(", https://doi.org/10.5555/x.")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            _with(
                _reference("article", publication="科学通报", volume="55", issue="34", page="3219"),
                authors=tuple(map(_value, ("袁训来", "陈哲", "肖书海", "万斌"))),
                title=_value("蓝田生物群"),
                subtitle=_value("一个认识多细胞生物起源和早期演化的新窗口"),
                date=Date(2012, None, None, _HERE),
            ),
            "袁训来, 陈哲, 肖书海, 等. 蓝田生物群: 一个认识多细胞生物起源和早期演化的新窗口[J]. "
            "科学通报, 2012, 55(34): 3219",
        ),
        (
            _with(
                _reference("book", publisher="中国书籍出版社", place="北京"),
                authors=(_value("昂温 G"), _value("昂温 P S")),
                title=_value("外国出版史"),
                translators=(_value("陈生铮"),),
                date=Date(1988, None, None, _HERE),
            ),
            "昂温 G, 昂温 P S. 外国出版史[M]. 陈生铮, 译. 北京: 中国书籍出版社, 1988",
        ),
        (
            _with(
                _reference("official", url="http://example.org", number="京政办发〔2005〕37号"),
                authors=(_value("北京市人民政府办公厅"),),
                title=_value("关于转发北京市企业投资项目核准暂行实施办法的通知"),
                date=Date(2005, 7, 12, _HERE),
            ),
            "北京市人民政府办公厅. 关于转发北京市企业投资项目核准暂行实施办法的通知: "
            "京政办发〔2005〕37号[A/OL]. (2005-07-12)",
        ),
    ],
)
def test_gbt7714_of_2015_agrees_with_the_standards_examples_of_volumes_translators_and_numbers(
    reference: Reference, expected: str
) -> None:
    """As far as they go: they name no paragraph."""
    assert gbt7714_2015(reference).startswith(expected)


def test_own_form_names_every_stretch_of_the_file(shipped: Document) -> None:
    """Other text stands between 61 and 91; between 79 and 81 only a blank line does."""
    assert refer(shipped, _at(shipped, 61)).lines == ((61, 61), (91, 91))
    assert refer(shipped, _at(shipped, 79)).lines == ((79, 81),)


def test_a_form_that_is_none_is_refused(shipped: Document) -> None:
    """By its name."""
    with pytest.raises(KeyError, match="harvard"):
        cite("harvard", shipped, shipped.passages[0])


def test_citing_loads_nothing_heavy() -> None:
    """A command line starts quickly: no docx, no model, no FAISS for a citation."""
    heavy = "{'docx', 'lxml', 'numpy', 'faiss', 'torch', 'pydantic', 'citeproc'}"
    code = f"import sys; import qa.citations.forms; print({heavy} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((0, 1, 2), ((1, 3),)),  # marks between them are no words of the passage
        ((0, 2), ((1, 1), (3, 3))),
        ((1, 2, 4, 5), ((2, 3), (5, 6))),
        ((3, 3), ((4, 4),)),
        ((4, 1), ((5, 5), (2, 2))),  # columns are read in their own order
    ],
)
def test_ranges_of_adjacent_lines_are_one(lines: tuple[int, ...], expected: tuple[tuple[int, int], ...]) -> None:
    text = "".join(f"- 第{number}句话。\n" for number in range(6))
    starts = [match.start() + 2 for match in re.finditer("- ", text)]
    spans = tuple(Span(starts[line], starts[line] + 3) for line in lines)

    assert line_ranges(parse(text, name="甲"), spans) == expected
