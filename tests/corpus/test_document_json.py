"""A parsed document that is written as JSON and read again is the same document; anything else is a ValueError."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import document_json
from corpus.bibliography.edition import CitationFields, Value
from corpus.corpus_settings import READING
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load

_PIECES = (
    *("一、水\n", "第一条 渡船须靠岸。", "甲。乙！丙", "\r\n", "## 题\n", "**重**"),
    *("\u3000", "某人\n", "各位同事：\n", "\ud800", "1. a\n", "锟斤拷", "（一）冰\n"),
)
_TEXT = (
    "渡口办法\n某市人民政府\n2019年3月1日\n第一章 总则\n第一条　渡船须靠岸。不得超载！\n## 锟斤拷\n各位同事：\n甲。乙"
)
_SOURCE = Source("办法", _TEXT.encode(), None, _TEXT)
_WRITTEN: dict[str, Any] = json.loads(document_json.dumps(parse_source(_SOURCE)))


@given(text=st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_what_was_written_comes_back(text: str) -> None:
    """Each block, parser warning and value; blocks of one section share it again."""
    source = Source("名", text.encode("utf-8", "surrogatepass"), None, text)
    document = parse_source(source)

    again = document_json.loads(document_json.dumps(document), source)

    assert again == document
    assert len({id(passage.section) for passage in again.passages}) == len({id(p.section) for p in document.passages})
    assert all(any(section is own for own in again.sections) for section in (p.section for p in again.passages))


def test_the_shipped_text_comes_back_with_what_a_person_says_of_it() -> None:
    """The edition and the form supply citation fields that the written blocks do not hold."""
    source = load(SHIPPED)
    document = parse_source(source)
    written = document_json.dumps(document)
    said = dataclasses.replace(source, supplied=(CitationFields(publisher=Value(supplied="某社")),))

    assert document_json.loads(written, source) == document
    assert document_json.loads(written, said) == parse_source(said) != document


def test_pages_come_back() -> None:
    document = dataclasses.replace(parse_source(_SOURCE), pages=(0, 3, 3, len(_TEXT)))
    assert document_json.loads(document_json.dumps(document), _SOURCE).pages == (0, 3, 3, len(_TEXT))


@pytest.mark.parametrize(
    "damage",
    [
        {"order": "pp"},
        {"order": "x"},
        {"order": ""},
        {"order": 3},
        {"passages": []},
        {"passages": [["0" * 16, [3, 1], [1], 0, 1]]},
        {"passages": [["0" * 16, [0, 1], [1], 0]]},
        {"sections": 1},
        {"sections": None},
        {"doubts": [[0, 1, "甲", 2]]},
        {"doubts": [[0, 1, "甲"]]},
        {"doubts": [[0, len(_TEXT) + 1, "甲", "a"]]},
        {"doubts": "甲"},
        {"pages": [3, 2]},
        {"pages": [-1]},
        {"pages": [len(_TEXT) + 1]},
        {"pages": [0.0]},
        {"pages": {"a": 1}},
    ],
)
def test_fields_that_make_no_sense_are_refused(damage: dict[str, object]) -> None:
    _refuse(_WRITTEN | damage)


@pytest.mark.parametrize(
    ("list_name", "field", "values"),
    [
        ("sections", 0, [None, 5, ["a"]]),  # label
        ("sections", 1, [[0], [0, 1, 2], [2, 1], [-1, 1], [0, len(_TEXT) + 1], [0, 1.0], [False, True], "ab", {}]),
        ("sections", 2, [1, -1, 0.0, "0", None, 10**30]),  # level
        ("sections", 3, [0, -1, 10**9, "0", False, 0.0]),  # parent; a section cannot stand in itself
        ("sections", 4, [0, None, "true"]),  # is it run in?
        ("passages", 0, [7, "", "g" * 16, "0" * 17, "<b>"]),  # id
        ("passages", 1, [[], [0], [0, 1, 2], [0, 10**30], ["0", "1"], [0.0, 1.0], "01", None]),  # spans
        ("passages", 2, [[], [0], [1], [3, 3], [10**30], ["1"], None, 5]),  # ends of sentences
        ("passages", 3, [-1, 10**9, "0", None, True]),  # section
        ("passages", 4, [-1, 10**30, "1", 1.0, None]),  # paragraph
        ("matter", 0, [-1, 10**9, "0", None]),
        ("matter", 1, [0, 10**9, "1"]),
        ("matter", 2, ["script", "", 5, None, ["chrome"]]),  # kind
    ],
)
def test_a_block_with_a_wrong_field_is_refused(list_name: str, field: int, values: list[object]) -> None:
    """Another type, an index out of range (negative too), a span outside the text."""
    for value in values:
        wrong = copy.deepcopy(_WRITTEN)
        wrong[list_name][0][field] = value
        _refuse(wrong)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"{}", b"[]", b"null", b'"a"', b"\xff", b"{" * 9, b"[" * 100_000, b'{"order":' * 100_000),
        *(b'{"order":' + b"9" * 5000 + b"}", b'{"order":NaN}'),
    ],
)
def test_what_is_no_such_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        document_json.loads(data, _SOURCE)


def test_sections_inside_each_other_have_a_limit() -> None:
    """A citation walks up the sections; thousands of them would exhaust the stack."""

    def nested(levels: int) -> dict[str, object]:
        sections = [["甲", None, level, level - 1 if level else None, False] for level in range(levels)]
        return {**_WRITTEN, "order": "s" * levels, "sections": sections, "passages": [], "matter": []}

    deepest = document_json.loads(json.dumps(nested(READING.most_levels)).encode(), _SOURCE).sections[-1]
    assert len(deepest.path) == READING.most_levels - 1
    _refuse(nested(READING.most_levels + 1))
    _refuse(nested(100_000))


_VALUES = st.none() | st.booleans() | st.integers(-2, 60) | st.floats() | st.text(max_size=3) | st.lists(st.integers())


@given(data=st.data())
def test_a_document_with_any_change_is_a_document_of_the_text_or_refused(data: st.DataObject) -> None:
    """Whatever comes through can be used: its quotes are slices, its sections lead to a work."""
    changed: dict[str, Any] = copy.deepcopy(_WRITTEN)
    for _ in range(data.draw(st.integers(1, 3))):
        _change(changed, data.draw)
    try:
        document = document_json.loads(json.dumps(changed).encode("utf-8", "surrogatepass"), _SOURCE)
    except ValueError:
        return
    for passage in document.passages:
        assert sum(len(document.quote(sentence.spans)) for sentence in passage.sentences) == passage.ends[-1]
        assert passage.section.work in document.works
    assert len(document.metadata) == len(document.works)
    assert document_json.loads(document_json.dumps(document), _SOURCE) == document


def _change(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    """Replace, repeat or remove one element somewhere inside."""
    places = range(len(value)) if isinstance(value, list) else sorted(value)
    if not places:
        return
    place = draw(st.sampled_from(places))
    if isinstance(value[place], dict | list) and value[place] and draw(st.booleans()):
        _change(value[place], draw)
        return
    match draw(st.sampled_from(("replace", "repeat", "remove"))):
        case "repeat" if isinstance(value, list):
            value.insert(place, value[place])
        case "remove":
            del value[place]
        case _:
            value[place] = draw(_VALUES)


def _refuse(written: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        document_json.loads(json.dumps(written).encode(), _SOURCE)
