"""The form of citation details, by its HTML: a field for each row of the table, and what is refused."""

from __future__ import annotations

import pytest
from lxml import html

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS, MetadataField
from corpus.parse import parse
from web.html.metadata_form import about_html, citation_fields_of
from web.strings import KINDS

_TEXT = "渡口管理办法\n（2019年4月30日）\n第一条　船须靠岸。\n第二条　夜间停渡。\n"


def _form(*said: CitationFields) -> html.HtmlElement:
    return html.fragment_fromstring(about_html(parse(_TEXT, name="办法"), said), create_parent=True)


def _box(form: html.HtmlElement, name: str) -> html.HtmlElement:
    [box] = form.xpath(f'.//input[@name="{name}"]')
    return box


def _said(**fields: str) -> CitationFields:
    said = citation_fields_of([fields], 1)
    assert isinstance(said, tuple), said
    return said[0]


def test_the_form_has_every_field_with_a_label_in_both_languages() -> None:
    """Common ones first, the kind, then the others, folded."""
    form = _form()
    names = form.xpath(".//input/@name | .//select/@name")
    folded = form.xpath(".//details//input/@name")

    assert folded == [field.name for field in FIELDS if not field.is_common]
    assert names == [*(field.name for field in FIELDS if field.is_common), "kind", *folded]
    for field in FIELDS:
        box = _box(form, field.name)
        assert form.xpath(f'.//label[@for="{box.get("id")}"]/span/text()') == [field.label.zh, field.label.en]
        assert [box.get(f"data-placeholder-{language}") for language in ("zh", "en")] == [field.help.zh, field.help.en]
    assert form.xpath(".//summary/span/text()") == ["更多", "More"]


@pytest.mark.parametrize("field", FIELDS, ids=[field.name for field in FIELDS])
def test_what_is_typed_comes_back(field: MetadataField) -> None:
    """Persons by a semicolon of either width; the folded fields are open where one is filled in."""
    text = {"date": "2023-11", "doi": "10.5555/x", "person": "何川; 陆晚"}.get(field.kind, "27")
    said = _said(**{field.name: text})
    form = _form(said)

    value = Value(supplied=text)
    people = (Value(supplied="何川"), Value(supplied="陆晚"))
    assert getattr(said, field.name) == (people if field.kind == "person" else value)
    assert _box(form, field.name).get("value") == text.replace("; ", "；")
    assert bool(form.xpath(".//details[@open]")) is not field.is_common


def test_what_the_text_says_stands_beside_the_field() -> None:
    """And is named to those who hear the page."""
    form = _form()
    for name, words in (("title", "渡口管理办法"), ("date", "2019-04-30")):
        box = _box(form, name)
        there = form.get_element_by_id(box.get("aria-describedby"))
        assert there.text_content().endswith(f"Source: {words}")
    assert _box(form, "volume").get("aria-describedby") is None


@pytest.mark.parametrize(
    ("name", "text", "zh", "en"),
    [
        ("date", "去年", "“去年”不是日期，请写成 2021-09-17", "“去年” is not a date. Write it as 2021-09-17"),
        ("accessed", "2023-02-30", "“2023-02-30”不是日期", "“2023-02-30” is not a date"),
        ("doi", "5555/x", "“5555/x”不是 DOI，请写成 10.1000/182", "“5555/x” is not a DOI. Write it as 10.1000/182"),
        ("doi", "{x}", "“{x}”不是 DOI", "“{x}” is not a DOI"),
    ],
)
def test_what_is_no_date_or_no_doi_is_refused_in_a_sentence(name: str, text: str, zh: str, en: str) -> None:
    """It says what to write. Braces stay as they were typed."""
    wrong = citation_fields_of([{}, {name: text, "title": "题"}], 2)
    assert not isinstance(wrong, tuple)
    assert wrong.zh.startswith(zh) and wrong.en.startswith(en)


def test_nothing_is_supplied_by_empty_fields_and_nonsense() -> None:
    """Whatever a page sends."""
    assert _said(title=" ", authors="；;", kind="poem", colour="red") == CitationFields()
    assert [_said(kind=kind).kind for kind in KINDS] == list(KINDS)
    assert citation_fields_of("x", 1) == ()
    assert citation_fields_of([1, {"volume": 3}], 2) == (CitationFields(), CitationFields())
