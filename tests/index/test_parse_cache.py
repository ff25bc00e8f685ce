"""A parsed document that is stored and read again is the same document, or an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import IndexCorrupt, IndexStale
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load
from index.manifest import file_record
from index.searcher import Index
from index.storage import parse_cache
from tests.fakes import CharacterEmbedder


def test_what_was_stored_comes_back(tmp_path: Path) -> None:
    source = load(SHIPPED)
    (tmp_path / "documents").mkdir()
    files = parse_cache.keep(tmp_path, "0" * 16, parse_source(source))

    assert parse_cache.read(tmp_path, "0" * 16, source, files) == parse_source(source)


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


@pytest.mark.parametrize("damage", [{"order": "x"}, {"passages": []}, {"sections": 1}])
def test_blocks_that_make_no_sense_are_refused(tmp_path: Path, damage: dict[str, object]) -> None:
    """Even where the manifest vouches for the file."""
    source = Source.from_bytes("甲", "乙丙。".encode(), None)
    (tmp_path / "documents").mkdir()
    (name,) = parse_cache.keep(tmp_path, "0" * 16, parse_source(source))
    whole = json.loads((tmp_path / name).read_text("utf-8"))
    (tmp_path / name).write_text(json.dumps(whole | damage), encoding="utf-8")

    with pytest.raises(IndexCorrupt, match=r"\.parts: cannot be read"):
        parse_cache.read(tmp_path, "0" * 16, source, {name: file_record(tmp_path / name)})
