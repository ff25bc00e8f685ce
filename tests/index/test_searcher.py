"""An opened index: what it finds, and its errors for a damaged folder."""

import gc
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import IndexCorrupt, IndexNotFound, IndexStale, SourceError, StoreError
from corpus.parse import PARSER_VERSION, parse_source
from corpus.source import SHIPPED, Source, load
from index.index_settings import INDEX, SEARCH
from index.library import Library
from index.manifest import Manifest
from index.query import WeightedQuery
from index.search.token_file import SHARED_TOKENS, SHARES
from index.searcher import Index
from index.storage.database import Database
from index.storage.segment import FILES
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from qa.ranking.other_script import NullScores
from qa.reply import Answer, NotFound, all_hits
from tests.budget import budget
from tests.fakes import CharacterEmbedder
from tests.index.stored import damage_blob, sql

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
    hits = all_hits(reply)
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
        assert index.search(query, encoded, 10).best(10).tolist() == exact.search(query, encoded, 10).best(10).tolist()
        for some in (np.arange(20, 180), np.arange(60)):  # more rows than are compared one by one
            assert (
                index.search(query, encoded, 9, some).best(9).tolist()
                == exact.search(query, encoded, 9, some).best(9).tolist()
            )


@pytest.mark.parametrize("share", [1, 2, 7])
def test_most_rows_of_a_large_index_are_searched_as_few_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    """Shortlists of all rows give what comparing one by one gives."""
    embedder = CharacterEmbedder("".join(chr(0x4E00 + number) for number in range(64)))
    lines = ["".join(chr(0x4E00 + (7 * row + step * step) % 64) for step in range(5)) for row in range(300)]
    index = Index.build(tmp_path / "i", [_source("。\n".join(lines))], embedder)
    within = np.flatnonzero(np.arange(300) % share == 0)
    asked = [(WeightedQuery.of(line), embedder.encode_questions([line])) for line in lines[::29]]
    one_by_one = [index.search(query, encoded, 9, within) for query, encoded in asked]
    for name in ("exact_rows", "in_turn_rows"):
        monkeypatch.setitem(vars(SEARCH), name, 30)
    opened = Index.open(tmp_path / "i")
    for (query, encoded), found in zip(asked, one_by_one, strict=True):
        at_once = opened.search(query, encoded, 9, within)
        assert at_once.closest.tolist() == found.closest.tolist()
        assert at_once.sharing.tolist() == found.sharing.tolist()


def test_the_database_is_readable_with_common_tools(tmp_path: Path) -> None:
    """It lists the documents, and holds the source byte for byte."""
    Index.build(tmp_path / "i", [load(SHIPPED)], _ABC)
    (row,) = sql(tmp_path / "i", "SELECT name, passages, data FROM documents JOIN blobs USING (sha256)")
    ((model,),) = sql(tmp_path / "i", "SELECT model FROM contents")
    ((works,),) = sql(tmp_path / "i", "SELECT works FROM documents")

    assert row == ("sco-2021", 88, SHIPPED.read_bytes())
    assert json.loads(model) == {"name": "characters", "fingerprint": "0123456789abcdef", "dimension": 4}
    assert [one["title"]["text"] for one in json.loads(works)][1] == "上海合作组织二十周年杜尚别宣言"
    assert sql(tmp_path / "i", "PRAGMA integrity_check") == [("ok",)]


def test_a_passage_is_found_by_its_id(tmp_path: Path) -> None:
    """It is found in any segment; an unknown id gives None."""
    index = Index.build(tmp_path / "i", [_source("甲。\n乙。"), _source("丙。", "b")], _ABC)
    ids = [passage.id for _, passage in index.passages]

    assert [index.row_of(one) for one in ids] == [0, 1, 2]
    assert index.row_of("0" * 16) is None


def test_a_missing_index_is_not_found(tmp_path: Path) -> None:
    """The message has the folder and the command."""
    with pytest.raises(IndexNotFound, match=r"nothing: there is no index here\. Add texts: python -m qa index add"):
        Index.open(tmp_path / "nothing")


def test_the_list_of_files_is_whole(tmp_path: Path) -> None:
    """So that the damage below is done to each of them."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)

    assert _files(tmp_path / "i") == sorted([*FILES, "index.sqlite", ".lock"])


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["remove", "truncate", "alter"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage: str) -> None:
    """Missing, shorter, or one byte changed."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    path = _file(tmp_path / "i", name)
    _damage(path, damage)

    with pytest.raises(IndexCorrupt, match=rf"{re.escape(path.name)}.*Repair it: python -m qa index verify --repair"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize("name", FILES)
def test_a_link_is_not_followed(tmp_path: Path, name: str) -> None:
    """Not even to a file with the right bytes."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    path = _file(tmp_path / "i", name)
    path.rename(tmp_path / "outside")
    path.symlink_to(tmp_path / "outside")

    with pytest.raises(IndexCorrupt, match=rf"{re.escape(name)}: is no plain file or folder"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize("column", ["sha256", "source"])
def test_a_damaged_document_is_never_quoted(tmp_path: Path, column: str) -> None:
    """Opening does not read documents; quoting and verifying do."""
    Index.build(tmp_path / "i", [_source("甲乙。\n乙丙。")], _ABC)
    damage_blob(tmp_path / "i", "a", column)
    index = Index.open(tmp_path / "i")

    with pytest.raises(IndexCorrupt, match="the stored text of a is damaged"):
        _ = index.documents[0]
    with pytest.raises(IndexCorrupt, match="the stored text of a is damaged"):
        index.verify()


def test_a_document_whose_parse_is_damaged_is_parsed_again(tmp_path: Path) -> None:
    """Nothing is lost but time; verifying names the database."""
    source = _source("甲乙。\n乙丙。")
    Index.build(tmp_path / "i", [source], _ABC)
    damage_blob(tmp_path / "i", "a", "parsed")
    index = Index.open(tmp_path / "i")

    assert index.documents[0] == parse_source(source)
    with pytest.raises(IndexCorrupt, match="was altered"):
        index.verify()


def test_a_parse_that_the_parser_would_not_give_is_told_by_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is whole, but not what this program finds."""
    index = Index.build(tmp_path / "i", [_source("乙丙。")], _ABC)
    index.verify()

    other = parse_source(_source("丁。"))
    monkeypatch.setattr("index.searcher.parse_source", lambda _: other)
    with pytest.raises(IndexStale, match="Rebuild it"):
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


@pytest.mark.parametrize("name", [*FILES, SHARED_TOKENS, SHARES])
@pytest.mark.parametrize("place", [0, 6, 60, 90, 130, -1])
def test_damage_in_a_large_file_is_an_error_that_names_it_or_is_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, place: int
) -> None:
    """Opening reads none of it; a question that stumbles over it says so, and quotes only what is there."""
    monkeypatch.setitem(vars(SEARCH), "exact_rows", 0)  # so that the codes are read
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 1 << 20 if name in FILES else 0)
    monkeypatch.setitem(vars(INDEX), "large_document", 0)  # titles are shared
    embedder = CharacterEmbedder("甲乙丙丁a戊己庚")
    texts = "甲乙。\n乙丙。\n" + "丁甲。\n" * 20
    Index.build(tmp_path / "i", [_source(texts)], embedder)
    monkeypatch.setitem(vars(INDEX), "checked_at_opening", 0)
    path = _file(tmp_path / "i", name)
    data = bytearray(path.read_bytes())
    data[min(place, len(data) - 1)] ^= 0x80
    path.write_bytes(data)
    try:
        reply = Engine(Index.open(tmp_path / "i"), embedder, Settings()).ask("乙丙")
    except IndexCorrupt as error:
        assert name in str(error)
    else:
        assert isinstance(reply, Answer | NotFound)
        hits = reply.hits if isinstance(reply, Answer) else reply.near
        assert all(hit.citation.text in texts for hit in hits)


@pytest.mark.parametrize("data", [b"x", b"x" * 9000, b"SQLite format 3\0" + b"\0" * 5000])
def test_a_database_that_is_none_is_corrupt(tmp_path: Path, data: bytes) -> None:
    """Truncated, or something else."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    (tmp_path / "i" / "index.sqlite").write_bytes(data)

    with pytest.raises(IndexCorrupt, match=r"index\.sqlite"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contents SET with_context = 1",
        "UPDATE documents SET name = 'b'",
        "UPDATE documents SET passages = 'x'",
        "UPDATE segments SET rows = 7",
        "DELETE FROM segments",
        "DELETE FROM contents",
        "UPDATE contents SET model = '[]'",
        f"UPDATE contents SET model = '{'[' * 100_000}'",
    ],
)
def test_altered_contents_are_corrupt(tmp_path: Path, statement: str) -> None:
    """Their checksum differs, or they make no sense."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    sql(tmp_path / "i", statement)

    with pytest.raises(IndexCorrupt, match=r"index\.sqlite: is damaged"):
        Index.open(tmp_path / "i")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON null_scores BEGIN DELETE FROM documents; END",
        "CREATE VIEW v AS SELECT * FROM documents",
        "CREATE TABLE other (x)",
        "PRAGMA application_id = 1",
    ],
)
def test_a_database_with_other_tables_or_triggers_is_refused(tmp_path: Path, statement: str) -> None:
    """A stranger's triggers would run with our changes."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    sql(tmp_path / "i", statement)

    with pytest.raises(IndexCorrupt, match="its tables are others"):
        Index.open(tmp_path / "i")


def test_a_path_in_a_strangers_database_leads_nowhere(tmp_path: Path) -> None:
    """Segments are named by 16 hex digits, and by nothing else."""
    index = Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    (segment,) = index.manifest.segments
    (tmp_path / "i" / "segments" / segment.id).rename(tmp_path / "outside")
    sql(tmp_path / "i", "UPDATE segments SET id = '../../outside'")

    with pytest.raises(IndexCorrupt, match="is damaged"):
        Index.open(tmp_path / "i")


def test_a_journal_that_names_another_file_is_refused(tmp_path: Path) -> None:
    """SQLite would read that file and delete it."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    name = str(victim).encode()
    tail = name + len(name).to_bytes(4) + sum(name).to_bytes(4) + bytes.fromhex("d9d505f920a163d7")
    (tmp_path / "i" / "index.sqlite-journal").write_bytes(bytes.fromhex("d9d505f920a163d7") + b"\0" * 504 + tail)

    with pytest.raises(IndexCorrupt, match="its journal names another file"):
        Index.open(tmp_path / "i")
    assert victim.read_text() == "mine"


@pytest.mark.parametrize("name", ["index.sqlite", "index.sqlite-journal", "segments", "building", ".lock"])
def test_nothing_outside_is_read_or_written_through_a_link(tmp_path: Path, name: str) -> None:
    """Each stands for a folder or a file of the user's."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    outside, path = tmp_path / "outside", tmp_path / "i" / name
    if path.exists():
        path.rename(outside)
    elif name == "building":
        (outside / "work").mkdir(parents=True)
        (outside / "work" / "notes.txt").write_text("mine")
    else:
        outside.write_bytes(b"mine")
    path.symlink_to(outside)
    before = {one: one.read_bytes() if one.is_file() else b"" for one in [outside, *outside.rglob("*")]}

    with pytest.raises(IndexCorrupt, match="is no plain file or folder"):
        Library(tmp_path / "i", lambda: _ABC).refresh()
    if name in ("index.sqlite", "index.sqlite-journal", "segments"):
        with pytest.raises(IndexCorrupt, match="is no plain file or folder"):
            Index.open(tmp_path / "i")
    after = {one: one.read_bytes() if one.is_file() else b"" for one in [outside, *outside.rglob("*")]}
    assert after == before


@pytest.mark.parametrize("name", ["index.sqlite-shm", "index.sqlite-wal", "index.sqlite-journal"])
def test_nothing_outside_is_written_through_a_hard_link(tmp_path: Path, name: str) -> None:
    """A stranger's database may have a write-ahead log, for which SQLite writes two more files, even to read."""
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    sql(tmp_path / "i", "PRAGMA journal_mode = WAL")
    outside = tmp_path / "outside"
    outside.write_bytes(b"\0mine" * 1000)
    (tmp_path / "i" / name).hardlink_to(outside)

    with pytest.raises(StoreError, match="a hard link"):
        Index.open(tmp_path / "i")
    with pytest.raises(StoreError, match="a hard link"):
        Library(tmp_path / "i", lambda: _ABC).refresh()
    assert outside.read_bytes() == b"\0mine" * 1000


_CUT_OFF = """
import os, sqlite3, sys
change = sqlite3.connect(sys.argv[1], isolation_level=None)
change.execute("PRAGMA cache_size = 1")
change.execute("BEGIN IMMEDIATE")
change.execute("UPDATE documents SET name = 'other'")
change.execute("INSERT INTO blobs VALUES ('more', zeroblob(3000000))")
os._exit(9)
"""


def test_an_opened_index_outlives_a_change_that_was_cut_off(tmp_path: Path) -> None:
    """The reader undoes what another process has half written to the database."""
    index = Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    subprocess.run([sys.executable, "-c", _CUT_OFF, tmp_path / "i" / "index.sqlite"], check=False)
    assert (tmp_path / "i" / "index.sqlite-journal").exists()

    assert index.is_current
    assert [document.name for document in index.documents] == ["a"]
    assert not (tmp_path / "i" / "index.sqlite-journal").exists()


def test_a_strangers_segment_of_a_document_that_is_not_there_is_damage(tmp_path: Path) -> None:
    Index.build(tmp_path / "i", [_source("甲。")], _ABC)
    with Database.open(tmp_path / "i", write=True) as database:
        manifest = database.contents()
        other = manifest.segments[0].model_copy(update={"documents": ("0" * 16,)})
        fields = {name: getattr(manifest, name) for name in Manifest.model_fields}
        database.commit(Manifest.model_validate({**fields, "segments": (other,)}), {}, {})

    with pytest.raises(IndexCorrupt, match="is damaged"):
        Index.open(tmp_path / "i")


def test_a_replaced_index_closes_its_files_without_the_collector(tmp_path: Path) -> None:
    """They would add up: there were 977 after five uploads, and then the sixth could not open its own."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not list open files")
    opened = Index.build(tmp_path / "i", [_source("甲乙。")], _ABC)
    Engine(opened, _ABC, Settings()).ask("甲乙")
    gc.collect()
    gc.disable()
    try:
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        for number in range(10):
            Index.build(tmp_path / "i", [_source(f"甲乙丙丁{number}。")], _ABC)
            opened = Index.open(tmp_path / "i", replaced=opened)
            Engine(opened, _ABC, Settings()).ask("甲乙")
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    finally:
        gc.enable()


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
    assert _files(tmp_path / "i") == sorted([*FILES, "index.sqlite", ".lock"])


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_rebuild_replaces_the_index_whole(tmp_path: Path) -> None:
    """No file of the old one stays."""
    Index.build(tmp_path / "i", [_source("甲。"), _source("乙。", "b")], _ABC)
    Index.build(tmp_path / "i", [_source("丙。", "c")], _ABC)

    assert [document.name for document in Index.open(tmp_path / "i").documents] == ["c"]
    assert _files(tmp_path / "i") == sorted([*FILES, "index.sqlite", ".lock"])
    assert "甲。".encode() not in (tmp_path / "i" / "index.sqlite").read_bytes()


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
    with pytest.raises(IndexNotFound):
        Index.open(tmp_path / "i")


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
    ((kept,),) = sql(tmp_path / "i", "SELECT scores FROM null_scores")
    sql(
        tmp_path / "i",
        "UPDATE null_scores SET scores = ?",
        json.dumps({"han": {**json.loads(kept)["han"], "same": [0.25, 0.5]}}),
    )
    again = Engine(Index.open(tmp_path / "i"), _ABC, Settings())
    assert again._measured[True][False] == NullScores(0.25, 0.5)
    monkeypatch.setattr("qa.ranking.null_scores.RANKER_VERSION", 999)
    newer = Engine(Index.open(tmp_path / "i"), _ABC, Settings())
    assert newer._measured[True][False].mean != 0.25
    other = Engine(Index.build(tmp_path / "i", [_source("甲乙。\n丁。")], _ABC), _ABC, Settings())

    assert other._measured[True][False].mean != 0.25


@pytest.mark.parametrize("damaged", ["", "{}", "[]", '{"han": 1}', '{"han": {"same": ["x", 1], "cross": [0, 1]}}'])
def test_damaged_null_scores_are_measured_again(tmp_path: Path, damaged: str) -> None:
    """They are only a cache."""
    Engine(Index.build(tmp_path / "i", [_source("甲乙。\n丙。")], _ABC), _ABC, Settings()).ask("甲乙")
    sql(tmp_path / "i", "UPDATE null_scores SET scores = ?", damaged)

    assert not isinstance(Engine(Index.open(tmp_path / "i"), _ABC, Settings()).ask("甲乙"), str)
    ((kept,),) = sql(tmp_path / "i", "SELECT scores FROM null_scores")
    assert json.loads(kept)["han"].keys() == {"same", "cross"}
