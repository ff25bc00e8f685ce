"""An opened index: what it finds, and its errors for a damaged folder."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.parse import PARSER_VERSION, parse_source
from corpus.source import SHIPPED, Source, load
from index.index_settings import INDEX, SEARCH
from index.manifest import FORMAT
from index.query import WeightedQuery
from index.searcher import Index
from index.storage.segment import FILES
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from qa.reply import Answer, NotFound
from tests.budget import budget
from tests.fakes import CharacterEmbedder

_ABC = CharacterEmbedder("甲乙丙丁")


def _source(text: str, name: str = "a") -> Source:
    return Source.from_bytes(name, text.encode(), None)


def _found(index: Index, question: str, limit: int = 5) -> list[tuple[str, float]]:
    weighted = WeightedQuery.of(question)
    query = Query.of(weighted, _ABC.encode_questions(weighted.texts), index.common.tokens, _ABC)
    ranked = rank(query, index, Titles(index), limit)
    passages = [index.passages[row] for row in ranked.rows]
    quotes = [document.quote(passage.spans) for document, passage in passages]
    return list(zip(quotes, map(float, ranked.scores), strict=True))


def _file(folder: Path, name: str) -> Path:
    """The only file with this name in an index of one document."""
    (path,) = (path for path in folder.rglob(name))
    return path


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


def test_a_long_passage_is_found_by_its_chunks_and_cited_whole(tmp_path: Path) -> None:
    """乙 is in two chunks, in the last sentence of the passage: the passage is one hit, with that sentence."""
    text = ("甲" * 149 + "。") * 4 + "乙" * 100 + "。"
    index = Index.build(tmp_path / "i", [_source(f"{text}\n丙。")], _ABC)
    reply = Engine(index, _ABC, Settings()).ask("乙在哪里")

    assert isinstance(reply, Answer | NotFound)
    hits = reply.hits if isinstance(reply, Answer) else reply.near
    assert (index.manifest.passages, index.manifest.rows) == (2, 5)
    assert [hit.citation.text for hit in hits] == [text, "丙。"]
    assert hits[0].citation.document.quote(hits[0].best_sentence.spans) == "乙" * 100 + "。"
    assert [(span.start, span.end) for span in hits[0].matched] == []  # one ideograph alone is no match


def test_a_match_in_a_later_chunk_is_marked_at_its_place(tmp_path: Path) -> None:
    """Its offset counts from the beginning of the passage."""
    text = ("甲" * 149 + "。") * 4 + "乙丙" + "。"
    index = Index.build(tmp_path / "i", [_source(text)], _ABC)
    reply = Engine(index, _ABC, Settings()).ask("乙丙")

    assert isinstance(reply, Answer | NotFound)
    (hit,) = reply.hits if isinstance(reply, Answer) else reply.near
    assert [hit.citation.document.quote((span,)) for span in hit.matched] == ["乙丙"]
    assert hit.matched[0].start == 600


@settings(max_examples=budget(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=6), min_size=1, max_size=8), st.text("甲乙丙丁", min_size=1))
def test_law_5_an_opened_index_finds_the_same(tmp_path: Path, lines: list[str], question: str) -> None:
    """Save, open, search: the same hits and the same scores, and so the same replies."""
    built = Index.build(tmp_path / "i", [_source("。\n".join(lines))], _ABC)
    opened = Index.open(tmp_path / "i")

    assert _found(opened, question) == _found(built, question)
    assert Engine(opened, _ABC, Settings()).ask(question) == Engine(built, _ABC, Settings()).ask(question)


def test_many_rows_are_preselected_by_a_bit_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest says how many and what that keeps; what is found is what comparing all finds."""
    embedder = CharacterEmbedder("".join(chr(0x4E00 + number) for number in range(64)))
    lines = ["".join(chr(0x4E00 + (7 * row + step * step) % 64) for step in range(5)) for row in range(200)]
    exact = Index.build(tmp_path / "i", [_source("。\n".join(lines))], embedder)
    monkeypatch.setitem(vars(SEARCH), "exact_rows", 50)
    index = Index.build(tmp_path / "i", [_source("。\n".join(lines))], embedder)

    assert exact.manifest.shortlist is None
    assert index.manifest.shortlist is not None
    assert index.manifest.shortlist.recall == 1
    for line in lines[::17]:
        encoded = embedder.encode_questions([line])
        query = WeightedQuery.of(line)
        assert index.search(query, encoded, 10).rows.tolist() == exact.search(query, encoded, 10).rows.tolist()


def test_the_folder_is_readable_with_common_tools(tmp_path: Path) -> None:
    """The manifest lists the documents, and the folder holds the source byte for byte."""
    Index.build(tmp_path / "i", [load(SHIPPED)], _ABC)
    manifest = json.loads((tmp_path / "i" / "manifest.json").read_text("utf-8"))
    (document,) = manifest["documents"]

    assert document["name"] == "sco-2021"
    assert manifest["model"] == {"name": "characters", "fingerprint": "0123456789abcdef", "dimension": 4}
    assert (tmp_path / "i" / "documents" / f"{document['id']}.bin").read_bytes() == SHIPPED.read_bytes()
    assert document["passages"] == 88


def test_a_passage_is_found_by_its_id(tmp_path: Path) -> None:
    """It is found in any segment; an unknown id gives None."""
    index = Index.build(tmp_path / "i", [_source("甲。\n乙。"), _source("丙。", "b")], _ABC)
    ids = [passage.id for _, passage in index.passages]

    assert [index.row_of(one) for one in ids] == [0, 1, 2]
    assert index.row_of("0" * 16) is None


def test_a_missing_index_is_not_found(tmp_path: Path) -> None:
    """The message has the folder and the command."""
    with pytest.raises(IndexNotFound, match=r"nothing: there is no index here\. Build it: python -m qa index build"):
        Index.open(tmp_path / "nothing")


def test_the_list_of_files_is_whole(tmp_path: Path) -> None:
    """So that the damage below is done to each of them."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    manifest = json.loads((tmp_path / "i" / "manifest.json").read_text("utf-8"))
    found = [path.relative_to(tmp_path / "i").as_posix() for path in (tmp_path / "i").rglob("*") if path.is_file()]

    assert sorted(found) == sorted([*manifest["files"], "manifest.json", ".lock"])
    assert sorted(Path(name).name for name in manifest["files"] if name.startswith("segments/")) == sorted(FILES)


@pytest.mark.parametrize("name", [*FILES, "background-*.npz"])
@pytest.mark.parametrize("damage", ["remove", "truncate", "alter"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    """Missing, shorter, or one byte changed."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    path = _file(tmp_path / "i", name)
    _damage(path, damage)

    with pytest.raises(IndexCorrupt, match=rf"{re.escape(path.name)}.*Rebuild it: python -m qa index build --index"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize("damage", ["remove", "truncate", "alter"])
@pytest.mark.parametrize("name", ["*.bin", "????????????????.json"])
def test_a_damaged_document_is_never_quoted(tmp_path: Path, name: str, damage: str) -> None:
    """Opening does not read documents; quoting and verifying do."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    _damage(_file(tmp_path / "i" / "documents", name), damage)
    index = Index.open(tmp_path / "i")

    with pytest.raises(IndexCorrupt):
        _ = index.documents[0]
    with pytest.raises(IndexCorrupt):
        index.verify()


@pytest.mark.parametrize("damage", ["remove", "truncate", "alter"])
def test_a_document_whose_parts_are_damaged_is_parsed_again(tmp_path: Path, damage: str) -> None:
    """Nothing is lost but time; verifying names the file."""
    source = _source("甲乙。\n乙丙。")
    Index.build(tmp_path / "i", [source], _ABC)
    _damage(_file(tmp_path / "i" / "documents", "*.parts"), damage)
    index = Index.open(tmp_path / "i")

    assert index.documents[0] == parse_source(source)
    with pytest.raises(IndexCorrupt, match=r"\.parts"):
        index.verify()


def _damage(path: Path, damage: str) -> None:
    data = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "truncate" else data[:-1] + bytes([data[-1] ^ 1]))


def test_a_large_file_is_checked_by_verify_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening looks at its size; a changed byte is found when all is read."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    monkeypatch.setitem(vars(INDEX), "checked_at_opening", 0)
    path = _file(tmp_path / "i", "vectors.npy")
    _damage(path, "alter")
    index = Index.open(tmp_path / "i")

    with pytest.raises(IndexCorrupt, match=r"vectors\.npy: was altered"):
        index.verify()


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


def test_another_version_of_the_parser_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that may cut passages otherwise, or count other terms."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    monkeypatch.setattr("index.manifest.PARSER_VERSION", PARSER_VERSION + 1)

    with pytest.raises(IndexStale, match=rf"\(parser {PARSER_VERSION}, now {PARSER_VERSION + 1}\)\. Rebuild"):
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
    """The next one that succeeds leaves nothing of it."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    with monkeypatch.context() as patch, pytest.raises(StoreError, match="cannot be written"):
        patch.setattr(np, "save", _disk_full)
        Index.build(tmp_path / "i", [_source("乙。")], _ABC)

    assert Index.open(tmp_path / "i").documents[0].text == "甲。"
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    manifest = json.loads((tmp_path / "i" / "manifest.json").read_text("utf-8"))
    found = [path.relative_to(tmp_path / "i").as_posix() for path in (tmp_path / "i").rglob("*") if path.is_file()]
    assert sorted(found) == sorted([*manifest["files"], "manifest.json", ".lock"])


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_rebuild_replaces_the_index_whole(tmp_path: Path) -> None:
    """No file of the old one stays."""
    Index.build(tmp_path / "i", [_source("甲。"), _source("乙。", "b")], _ABC)
    Index.build(tmp_path / "i", [_source("丙。", "c")], _ABC)

    assert [document.name for document in Index.open(tmp_path / "i").documents] == ["c"]
    assert sorted(path.suffix for path in (tmp_path / "i" / "documents").iterdir()) == [".bin", ".json", ".parts"]


def test_a_folder_that_is_no_index_is_never_replaced(tmp_path: Path) -> None:
    """A wrong --index loses nothing."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("…")

    with pytest.raises(StoreError, match="holds files that are no index"):
        Index.build(tmp_path / "thesis", [_source("甲。")], _ABC)
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_an_edition_of_another_text_stops_the_build(tmp_path: Path) -> None:
    """Before anything becomes an index."""
    shipped = load(SHIPPED)

    with pytest.raises(SourceError, match="made for another text"):
        Index.build(tmp_path / "i", [Source.from_bytes("a", "甲。".encode(), shipped.edition)], _ABC)
    assert not (tmp_path / "i" / "manifest.json").exists()


def test_a_folder_name_with_blanks_and_chinese_characters(tmp_path: Path) -> None:
    """FAISS never sees the path."""
    Index.build(tmp_path / "我的 索引", [_source("甲。")], _ABC)

    assert _found(Index.open(tmp_path / "我的 索引"), "甲")[0][0] == "甲。"


def test_what_everyday_questions_reach_is_kept_for_the_same_documents_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the same version of the ranker: measured at the first question, read at the next start."""
    engine = Engine(Index.build(tmp_path / "i", [_source("甲乙。\n丙。")], _ABC), _ABC, Settings())
    engine.ask("甲乙")
    path = tmp_path / "i" / "nulls.json"
    kept = json.loads(path.read_bytes())
    path.write_text(json.dumps({**kept, "same": [0.25, 0.5]}))
    again = Engine(Index.open(tmp_path / "i"), _ABC, Settings())
    assert (again._null_scores[False].mean, again._null_scores[False].deviation) == (0.25, 0.5)
    monkeypatch.setattr("qa.ranking.null_scores.RANKER_VERSION", 999)
    newer = Engine(Index.open(tmp_path / "i"), _ABC, Settings())
    assert newer._null_scores[False].mean != 0.25
    other = Engine(Index.build(tmp_path / "i", [_source("甲乙。\n丁。")], _ABC), _ABC, Settings())

    assert other._null_scores[False].mean != 0.25


@pytest.mark.parametrize("damaged", ["", "{}", "[]", '{"key": 1}'])
def test_null_scores_in_a_damaged_file_are_measured_again(tmp_path: Path, damaged: str) -> None:
    """The file is only a cache."""
    Index.build(tmp_path / "i", [_source("甲乙。\n丙。")], _ABC)
    (tmp_path / "i" / "nulls.json").write_text(damaged)

    assert not isinstance(Engine(Index.open(tmp_path / "i"), _ABC, Settings()).ask("甲乙"), str)
