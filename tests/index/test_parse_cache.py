"""A parsed document that is stored and read again is the same document, or an error."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.bibliography.edition import CitationFields, Value
from corpus.document import Document
from corpus.errors import IndexCorrupt, IndexStale
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load
from index.manifest import file_record
from index.searcher import Index
from index.storage import parse_cache
from tests.fakes import CharacterEmbedder

_PIECES = (
    *("一、水\n", "第一条 渡船须靠岸。", "甲。乙！丙", "\r\n", "## 题\n", "**重**"),
    *("\u3000", "某人\n", "各位同事：\n", "\ud800", "1. a\n"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=30).map("".join))
def test_what_was_stored_comes_back(tmp_path: Path, text: str) -> None:
    """Each block, parser warning and value; blocks of one section share it again."""
    source = Source("名", text.encode("utf-8", "surrogatepass"), None, text)
    document = parse_source(source)

    again = _stored(tmp_path, source, document)

    assert again == document
    assert len({id(passage.section) for passage in again.passages}) == len({id(p.section) for p in document.passages})
    assert all(any(section is own for own in again.sections) for section in (p.section for p in again.passages))


def test_the_shipped_text_comes_back_with_what_a_person_says_of_it(tmp_path: Path) -> None:
    """The edition and the form supply citation fields that the stored blocks do not hold."""
    source = load(SHIPPED)
    document = parse_source(source)
    said = dataclasses.replace(source, supplied=(CitationFields(publisher=Value(supplied="某社")),))

    assert _stored(tmp_path, source, document) == document
    assert _stored(tmp_path, said, document) == parse_source(said) != document


def test_blocks_that_the_parser_would_not_find_are_told_by_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: CharacterEmbedder
) -> None:
    """A file that is whole, but not what this program finds."""
    Index.build(tmp_path / "i", [Source.from_bytes("甲", "乙丙。".encode(), None)], characters)
    index = Index.open(tmp_path / "i")
    index.verify()

    other = parse_source(Source.from_bytes("甲", "丁。".encode(), None))
    monkeypatch.setattr("index.searcher.parse_source", lambda _: other)
    with pytest.raises(IndexStale, match="Rebuild it"):
        index.verify()


@pytest.mark.parametrize(
    "damage",
    [
        {"order": "pp"},
        {"order": "x"},
        {"passages": []},
        {"passages": [["0", [3, 1], [1], 0, 1]]},
        {"passages": [["0", [0, 1], [1], 0]]},
        {"sections": 1},
    ],
)
def test_blocks_that_make_no_sense_are_refused(tmp_path: Path, damage: dict[str, object]) -> None:
    """Even where the manifest vouches for the file."""
    source = Source.from_bytes("甲", "乙丙。".encode(), None)
    (tmp_path / "documents").mkdir()
    (name,) = parse_cache.keep(tmp_path, "0" * 16, parse_source(source))
    whole = json.loads((tmp_path / name).read_text("utf-8"))
    (tmp_path / name).write_text(json.dumps(whole | damage), encoding="utf-8")

    with pytest.raises(IndexCorrupt, match=r"\.parts: cannot be read"):
        parse_cache.read(tmp_path, "0" * 16, source, {name: file_record(tmp_path / name)})


def _stored(folder: Path, source: Source, document: Document) -> Document:
    (folder / "documents").mkdir(exist_ok=True)
    return parse_cache.read(folder, "0" * 16, source, parse_cache.keep(folder, "0" * 16, document))
