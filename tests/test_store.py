import json
import re
from pathlib import Path

import numpy as np
import pytest
from fakes import CharacterEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.load import SHIPPED, Source, load
from index.manifest import FORMAT
from index.store import Index
from qa.engine import Engine
from qa.rank import Asked, Titles, rank
from qa.settings import Settings

_ABC = CharacterEmbedder("甲乙丙丁")
_FILES = (
    *("vectors.faiss", "passages.txt", "background.npz", "documents/0.txt"),
    *("tokens.values.npy", "tokens.scales.npy", "tokens.offsets.npy", "tokens.starts.npy"),
    *("bm25/data.csc.index.npy", "bm25/indices.csc.index.npy", "bm25/indptr.csc.index.npy"),
    *("bm25/params.index.json", "bm25/vocab.index.json"),
)
"""Every file of an index of one document without an edition, but for the manifest."""


def _source(text: str, name: str = "a") -> Source:
    return Source.from_bytes(name, text.encode(), None)


def _found(index: Index, question: str, limit: int = 5) -> list[tuple[str, float]]:
    asked = Asked.read(((question, 1.0),), _ABC.encode_questions([question]), index.common.tokens, _ABC)
    ranked = rank(asked, index, Titles(index), limit)
    passages = [index.passages[row] for row in ranked.rows]
    quotes = [document.quote(passage.spans) for document, passage in passages]
    return list(zip(quotes, map(float, ranked.scores), strict=True))


def test_the_closest_passage_comes_first(tmp_path: Path) -> None:
    """乙丙 shares both characters with 乙丙。, one with 甲乙。"""
    index = Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。\n丁。")], _ABC)

    assert [text for text, _ in _found(index, "乙丙")] == ["乙丙。", "甲乙。", "丁。"]


def test_asking_for_more_passages_than_there_are_gives_those_there_are(tmp_path: Path) -> None:
    """FAISS pads with -1, and no row -1 is ever cited."""
    assert len(_found(Index.build(tmp_path / "i", [_source("甲。")], _ABC), "甲", limit=50)) == 1


def test_an_empty_document_gives_an_empty_index(tmp_path: Path) -> None:
    """No passages, no candidates, no error."""
    Index.build(tmp_path / "i", [_source("\n")], _ABC)

    assert _found(Index.open(tmp_path / "i"), "甲") == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=6), min_size=1, max_size=8), st.text("甲乙丙丁", min_size=1))
def test_law_5_an_opened_index_finds_the_same(tmp_path: Path, lines: list[str], question: str) -> None:
    """Save, open, search: the same hits and the same scores, and so the same replies."""
    built = Index.build(tmp_path / "i", [_source("。\n".join(lines))], _ABC)
    opened = Index.open(tmp_path / "i")

    assert _found(opened, question) == _found(built, question)
    assert Engine(opened, _ABC, Settings()).ask(question) == Engine(built, _ABC, Settings()).ask(question)


def test_the_folder_is_readable_with_common_tools(tmp_path: Path) -> None:
    """The manifest says what was indexed, and the source lies beside it byte for byte."""
    Index.build(tmp_path / "i", [load(SHIPPED)], _ABC)
    manifest = json.loads((tmp_path / "i" / "manifest.json").read_text("utf-8"))

    assert manifest["documents"][0]["name"] == "sco-2021"
    assert manifest["model"] == {"name": "characters", "fingerprint": "0123456789abcdef", "dimension": 4}
    assert (tmp_path / "i" / "documents" / "0.txt").read_bytes() == SHIPPED.read_bytes()
    assert len((tmp_path / "i" / "passages.txt").read_text().split()) == manifest["passages"]


def test_a_missing_index_is_not_found(tmp_path: Path) -> None:
    """The message has the folder and the command."""
    with pytest.raises(IndexNotFound, match=r"nothing: there is no index here\. Build it: python -m qa index build"):
        Index.open(tmp_path / "nothing")


def test_the_list_of_files_is_whole(tmp_path: Path) -> None:
    """So that the damage below is done to each of them."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    manifest = json.loads((tmp_path / "i" / "manifest.json").read_text("utf-8"))

    assert sorted(manifest["files"]) == sorted(_FILES)
    found = [path.relative_to(tmp_path / "i").as_posix() for path in (tmp_path / "i").rglob("*") if path.is_file()]
    assert sorted(found) == sorted([*_FILES, "manifest.json"])


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("damage", ["remove", "truncate", "alter"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    """Missing, shorter, or one byte changed."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    path = tmp_path / "i" / name
    data = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "truncate" else data[:-1] + bytes([data[-1] ^ 1]))

    with pytest.raises(IndexCorrupt, match=rf"{re.escape(name)}.*Rebuild it: python -m qa index build --index"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize("manifest", ["", "[]", '{"format": 1', "null", '"x"'])
def test_a_manifest_that_is_none_is_corrupt(tmp_path: Path, manifest: str) -> None:
    """Truncated, or something else."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    (tmp_path / "i" / "manifest.json").write_text(manifest)

    with pytest.raises(IndexCorrupt, match=r"manifest\.json"):
        Index.open(tmp_path / "i")


def test_an_altered_manifest_is_corrupt(tmp_path: Path) -> None:
    """Its checksum differs."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    path = tmp_path / "i" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"dimension": 4', '"dimension": 5'), "utf-8")

    with pytest.raises(IndexCorrupt, match="checksum"):
        Index.open(tmp_path / "i")


def test_another_format_is_stale(tmp_path: Path) -> None:
    """Both numbers are in the message."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    path = tmp_path / "i" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 999'), "utf-8")

    with pytest.raises(IndexStale, match=f"format 999, and this program reads {FORMAT}"):
        Index.open(tmp_path / "i")


def test_another_model_is_stale(tmp_path: Path) -> None:
    """Vectors of two models never mix."""
    index = Index.build(tmp_path / "i", [_source("甲。")], _ABC)

    with pytest.raises(IndexStale, match=r"another model \(characters 01234567 is not characters ffffffff\)"):
        index.check_embedder(CharacterEmbedder("甲乙丙丁", fingerprint="f" * 16))


def test_another_text_is_stale(tmp_path: Path) -> None:
    """The same name, other words."""
    index = Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    index.check_source(_source("甲。"))

    with pytest.raises(IndexStale, match="another text or edition of a"):
        index.check_source(_source("乙。"))


def test_a_failed_build_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written beside and renamed, and nothing is left beside."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    with monkeypatch.context() as patch, pytest.raises(StoreError, match="cannot be written"):
        patch.setattr(np, "save", _disk_full)
        Index.build(tmp_path / "i", [_source("乙。")], _ABC)

    assert Index.open(tmp_path / "i").documents[0].text == "甲。"
    assert [path.name for path in tmp_path.iterdir()] == ["i"]


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_rebuild_replaces_the_index_whole(tmp_path: Path) -> None:
    """No file of the old one stays."""
    Index.build(tmp_path / "i", [_source("甲。"), _source("乙。", "b")], _ABC)
    Index.build(tmp_path / "i", [_source("丙。", "c")], _ABC)

    assert [document.name for document in Index.open(tmp_path / "i").documents] == ["c"]
    assert [path.name for path in (tmp_path / "i" / "documents").iterdir()] == ["0.txt"]


def test_a_folder_that_is_no_index_is_never_replaced(tmp_path: Path) -> None:
    """A wrong --index loses nothing."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("…")

    with pytest.raises(StoreError, match="holds files that are no index"):
        Index.build(tmp_path / "thesis", [_source("甲。")], _ABC)
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "…"


def test_an_edition_of_another_text_stops_the_build(tmp_path: Path) -> None:
    """Before anything is written."""
    shipped = load(SHIPPED)

    with pytest.raises(SourceError, match="made for another text"):
        Index.build(tmp_path / "i", [Source.from_bytes("a", "甲。".encode(), shipped.edition)], _ABC)
    assert not (tmp_path / "i").exists()


def test_a_folder_name_with_blanks_and_chinese_characters(tmp_path: Path) -> None:
    """FAISS never sees the path."""
    Index.build(tmp_path / "我的 索引", [_source("甲。")], _ABC)

    assert _found(Index.open(tmp_path / "我的 索引"), "甲")[0][0] == "甲。"
