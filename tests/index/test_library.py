"""After any sequence of changes, the index answers like one built from the same documents."""

from __future__ import annotations

import dataclasses
import errno
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.bibliography.edition import CitationFields, Value
from corpus.document import Document
from corpus.errors import EmbedderError, IndexCorrupt, IndexStale, SourceError, StoreError
from corpus.message import Message
from corpus.parse import parse_source
from corpus.source import Source
from index.chunks import CHUNKER_VERSION
from index.index_settings import INDEX
from index.intake import DocumentChange, NewDocument
from index.library import Library
from index.query import WeightedQuery
from index.searcher import Index
from index.storage.database import Database, read_manifest
from index.storage.database_file import DATABASE, FORMAT, error_of
from index.storage.sources import all_stored, document_id, fetch
from qa.citations.forms import own_form
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from tests.budget import budget
from tests.fakes import CharacterEmbedder
from tests.index.stored import damage_blob, make_format_7, sql

_QUESTION = "甲乙丙"


@pytest.fixture
def embedder() -> CharacterEmbedder:
    return CharacterEmbedder("甲乙丙丁戊")


def _source(name: str, text: str) -> Source:
    return Source.from_bytes(name, text.encode(), None)


def _new_document(name: str, text: str, origin: str | None = None) -> NewDocument:
    return NewDocument(name if origin is None else origin, f"{name}.txt", lambda: _source(name, text))


def _add(folder: Path, embedder: CharacterEmbedder, *documents: NewDocument) -> list[tuple[str, str]]:
    return [(change.what, change.name) for change in Library(folder, lambda: embedder).add(documents)]


def _remove(folder: Path, embedder: CharacterEmbedder, *names: str) -> list[DocumentChange]:
    return Library(folder, lambda: embedder).remove(names)


def _texts(folder: Path) -> list[tuple[str, str]]:
    return [(document.name, document.text) for document in Index.open(folder).documents]


def _answers(index: Index, embedder: CharacterEmbedder) -> tuple[list[tuple[str, str]], list[float]]:
    """Document and quote of all that is found, in order; and the scores."""
    weighted = WeightedQuery.of(_QUESTION)
    query = Query.of(weighted, embedder.encode_questions(weighted.texts), index.common.tokens, embedder)
    ranked = rank(query, index, Titles(index), 100)
    cited = [index.passages[row] for row in ranked.rows]
    return [(document.name, document.quote(passage.spans)) for document, passage in cited], ranked.scores.tolist()


def _fresh(folder: Path, embedder: CharacterEmbedder, documents: Sequence[tuple[str, str]]) -> Index:
    return Index.build(folder, [_source(name, text) for name, text in documents], embedder)


_STEPS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.one_of(st.none(), st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), max_size=5).map("。\n".join)),
    ),
    max_size=8,
)


@settings(max_examples=budget(40), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_STEPS, st.sampled_from([3, 8, 1000]), st.sampled_from([2, 1000]), st.sampled_from([0, 1000]))
def test_any_sequence_of_changes_gives_what_a_fresh_build_gives(
    tmp_path: Path, steps: list[tuple[str, str | None]], largest: int, large: int, small: int
) -> None:
    """Adding, replacing and removing, over segments that merge, large ones too: the same documents, hits and scores."""
    embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
    shutil.rmtree(tmp_path / "i", ignore_errors=True)
    held: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(INDEX), "largest_segment", largest)
        patch.setitem(vars(INDEX), "large_document", large)
        patch.setitem(vars(INDEX), "small_token_rows", small)
        for name, text in steps:
            if text is not None:
                _add(tmp_path / "i", embedder, _new_document(name, text))
                if held.get(name) != text:
                    held.pop(name, None)
                    held[name] = text
            elif name in held:
                _remove(tmp_path / "i", embedder, name)
                del held[name]
        if not steps or not (tmp_path / "i" / DATABASE).exists():
            return
        changed = Index.open(tmp_path / "i")
        fresh = _fresh(tmp_path / "f", embedder, [*held.items()])

    assert _texts(tmp_path / "i") == [*held.items()]
    (quotes, scores), (as_fresh, fresh_scores) = _answers(changed, embedder), _answers(fresh, embedder)
    assert quotes == as_fresh
    assert scores == pytest.approx(fresh_scores, abs=1e-5)
    assert [*changed.outline] == [*fresh.outline]
    assert max((segment.rows for segment in changed.manifest.segments), default=0) <= largest
    changed.verify()


def test_a_large_segment_has_small_token_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that grows to the size, and one that is smaller again: the answers stay."""
    embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
    names = []
    for rows, step in ((100, "a"), (4, "b"), (0, "c"), (100, "d")):
        monkeypatch.setitem(vars(INDEX), "small_token_rows", rows)
        _add(tmp_path / "i", embedder, _new_document(step, f"{step}甲。\n乙丙。"))
        index = Index.open(tmp_path / "i")
        names.append([segment.vector_store.tokens.path.name for segment in index.segments])
        index.verify()
        quotes, scores = _answers(index, embedder)
        as_fresh, fresh_scores = _answers(
            _fresh(tmp_path / f"f{step}", embedder, list(_texts(tmp_path / "i"))), embedder
        )
        assert quotes == as_fresh
        assert scores == pytest.approx(fresh_scores, abs=0.2)  # eight components are few

    assert names == [["tokens.bin"], ["tokens-3bit-shared.bin"], ["tokens-3bit-shared.bin"] * 2, ["tokens.bin"]]


@settings(max_examples=budget(25), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_STEPS, _STEPS, st.sampled_from([3, 8, 1000]), st.sampled_from([0, 4, 1000]))
def test_segments_of_format_7_are_read_merged_and_split(
    tmp_path: Path, before: list[tuple[str, str | None]], after: list[tuple[str, str | None]], largest: int, small: int
) -> None:
    """Changes made by the older program, then by this one: what was there is found as before, and all after them."""
    embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
    shutil.rmtree(tmp_path / "i", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(INDEX), "largest_segment", largest)
        patch.setitem(vars(INDEX), "small_token_rows", small)
        held = {"z": "甲乙。\n丙丁。\n甲丁。"}
        _add(tmp_path / "i", embedder, _new_document("z", held["z"]))
        for steps in (before, after):
            for name, text in steps:
                if text is None and name in held:
                    _remove(tmp_path / "i", embedder, name)
                    del held[name]
                elif text is not None:
                    _add(tmp_path / "i", embedder, _new_document(name, text))
                    held[name] = text
            if steps is before:
                quotes, scores = _answers(Index.open(tmp_path / "i"), embedder)
                make_format_7(tmp_path / "i")
                found, as_before = _answers(Index.open(tmp_path / "i"), embedder)
                assert sql(tmp_path / "i", "PRAGMA user_version") == [(7,)]
                assert found == quotes
                assert as_before == pytest.approx(scores, abs=1e-5)
        index = Index.open(tmp_path / "i")
        index.verify()
        assert dict(_texts(tmp_path / "i")) == held
        assert sorted(_answers(index, embedder)[0]) == sorted(
            _answers(_fresh(tmp_path / "f", embedder, _texts(tmp_path / "i")), embedder)[0]
        )


def test_adding_embeds_only_what_is_new(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """With two there, a third costs its title and passages; a changed one what changed in it; the same one nothing."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。\n乙。"), _new_document("b", "丙。"))
    embedder.embedded.clear()

    assert _add(tmp_path / "i", embedder, _new_document("c", "丁。\n戊。")) == [("added", "c")]
    assert embedder.embedded == ["c\n", "丁。", "戊。"]
    embedder.embedded.clear()
    assert _add(tmp_path / "i", embedder, _new_document("c", "丁。\n甲。")) == [("replaced", "c")]
    assert embedder.embedded == ["c\n", "甲。"]
    embedder.embedded.clear()
    assert _add(tmp_path / "i", embedder, _new_document("c", "丁。\n甲。")) == [("unchanged", "c")]
    assert embedder.embedded == []


def test_the_second_document_gives_the_first_its_titles(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Alone it is embedded without its title; with others, with the title before each passage; alone again, without."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))
    embedder.embedded.clear()
    _add(tmp_path / "i", embedder, _new_document("b", "乙。"))
    assert embedder.embedded == ["a\n", "甲。", "b\n", "乙。"]
    embedder.embedded.clear()
    _remove(tmp_path / "i", embedder, "b")

    assert embedder.embedded == ["甲。"]
    assert Index.open(tmp_path / "i").text(0) == "甲。"


def test_a_large_document_has_its_titles_from_the_start(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So adding or removing another document embeds only that document."""
    monkeypatch.setitem(vars(INDEX), "large_document", 2)
    _add(tmp_path / "i", embedder, _new_document("a", "甲。\n乙。\n丙。"))
    embedder.embedded.clear()
    _add(tmp_path / "i", embedder, _new_document("b", "丁。"))
    assert embedder.embedded == ["b\n", "丁。"]
    embedder.embedded.clear()
    _remove(tmp_path / "i", embedder, "b")

    assert embedder.embedded == []
    assert Index.open(tmp_path / "i").text(0) == "甲。"


def test_equal_passages_are_embedded_once_and_cited_twice(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """A refrain has two places."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。\n乙。\n甲。"))
    index = Index.open(tmp_path / "i")

    assert embedder.embedded[20:] == ["甲。", "乙。"]  # after the 20 sentences of the background
    assert len({passage.id for _, passage in index.passages}) == 3
    assert np.array_equal(index.tokens(np.array([0])).values, index.tokens(np.array([2])).values)


def test_two_documents_of_the_same_text_stay_two(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Each under its own name, each citable."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "甲。"))

    assert _texts(tmp_path / "i") == [("a", "甲。"), ("b", "甲。")]
    assert [name for name, _ in _answers(Index.open(tmp_path / "i"), embedder)[0]] == ["a", "b"]


def test_another_file_of_the_same_name_gets_a_name_of_its_own(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """The change has the reason. From the same origin it replaces the old document and keeps its name."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。", "here"))
    (change,) = Library(tmp_path / "i", lambda: embedder).add([_new_document("a", "乙。", "there")])

    assert (change.what, change.name, change.reason) == (
        *("added", "a-2"),
        "a.txt: the name a is taken, so it is called a-2.",
    )
    assert _add(tmp_path / "i", embedder, _new_document("a", "丙。", "there")) == [("replaced", "a-2")]
    assert _texts(tmp_path / "i") == [("a", "甲。"), ("a-2", "丙。")]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/tmp/x", "..", "C:\\x", "a\nb", "\ud800", ""])
def test_a_name_that_looks_like_a_path_is_only_a_name(tmp_path: Path, embedder: CharacterEmbedder, name: str) -> None:
    """It is listed and removed by that name, and nothing is written outside of the folder."""
    _add(tmp_path / "deep" / "i", embedder, _new_document(name, "甲。", "x"))

    assert [record.name for record in read_manifest(tmp_path / "deep" / "i").documents] == [name]
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["i"]
    _remove(tmp_path / "deep" / "i", embedder, name)
    assert _texts(tmp_path / "deep" / "i") == []


def test_what_cannot_be_read_is_refused_and_the_others_go_on(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Each with its reason, in order."""

    def unreadable() -> Source:
        raise SourceError(Message(zh="没有文字。", en="has no text. Scan it with OCR"), "b.pdf")

    documents = [_new_document("a", "甲。"), NewDocument("b", "b.pdf", unreadable), _new_document("c", "乙。")]
    changes = list(Library(tmp_path / "i", lambda: embedder).add(documents))

    assert [(change.what, change.name) for change in changes] == [("added", "a"), ("refused", "b.pdf"), ("added", "c")]
    assert changes[1].reason == "b.pdf: has no text. Scan it with OCR"


def test_the_model_is_not_opened_for_nothing(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """A document that is there already, or one of three that goes, needs none."""
    documents = [_new_document(name, "甲。") for name in "abc"]
    _add(tmp_path / "i", embedder, *documents)

    def never() -> CharacterEmbedder:
        raise AssertionError("the model was opened")

    library = Library(tmp_path / "i", never)
    assert [change.what for change in library.add(documents)] == ["unchanged"] * 3
    assert [change.what for change in library.remove(["b"])] == ["removed"]


def _bytes_of(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_removing_leaves_nothing_of_the_text(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """No byte sequence of it, in no file: not its words, not in the outline, not its name, not its terms."""
    secret, kept = "一、丁戊丁戊\n戊丁戊丁戊。", "甲乙甲乙。"
    _add(tmp_path / "i", embedder, _new_document("a", kept), _new_document("secret", secret), _new_document("c", kept))
    assert sum("戊丁戊".encode() in data for data in _bytes_of(tmp_path / "i")) >= 2
    _remove(tmp_path / "i", embedder, "secret")

    for spelt in ("戊丁", "secret"):
        for form in (spelt.encode(), spelt.encode("utf-16-le"), spelt.encode("unicode_escape")):
            assert not any(form in data for data in _bytes_of(tmp_path / "i"))
    assert not Index.open(tmp_path / "i").lexical.has("戊丁")
    assert _texts(tmp_path / "i") == [("a", kept), ("c", kept)]


def test_removing_the_last_leaves_an_index_of_nothing(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """It can be asked, listed, and added to again."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))
    _remove(tmp_path / "i", embedder, "a")

    assert _answers(Index.open(tmp_path / "i"), embedder) == ([], [])
    assert _add(tmp_path / "i", embedder, _new_document("b", "乙。")) == [("added", "b")]


def test_removing_what_is_not_there_removes_nothing(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Not the others either."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))

    with pytest.raises(StoreError, match="no document 'b' in the index"):
        _remove(tmp_path / "i", embedder, "a", "b")
    assert _texts(tmp_path / "i") == [("a", "甲。")]


@pytest.mark.parametrize(("largest", "small"), [(3, 1000), (3, 0), (1000, 1000)])
def test_an_interrupted_change_goes_on_where_it_stopped(
    tmp_path: Path, largest: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model fails within the 16 passages of a new document: what it has embedded is not embedded again."""
    embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
    monkeypatch.setitem(vars(INDEX), "largest_segment", largest)
    monkeypatch.setitem(vars(INDEX), "small_token_rows", small)
    _add(tmp_path / "i", embedder, _new_document("old", "戊。"), _new_document("older", "戊。"))
    lines = [first + second for first in "甲乙丙丁" for second in "甲乙丙丁"]
    documents = _new_document("new", "。\n".join(lines))
    embedder.embedded.clear()
    embedder.fails_after = 9
    with pytest.raises(EmbedderError):
        _add(tmp_path / "i", embedder, documents)
    done = list(embedder.embedded)

    assert len(done) >= 8
    assert [name for name, _ in _texts(tmp_path / "i")] == ["old", "older"]
    embedder.fails_after = None
    assert _add(tmp_path / "i", embedder, documents) == [("added", "new")]
    passages = [text for text in embedder.embedded if text != "new\n"]
    assert len(passages) == len(set(passages)) == 16
    assert not (tmp_path / "i" / "building").exists()
    assert _texts(tmp_path / "i")[-1] == ("new", "。\n".join(lines))


def test_an_unfinished_large_segment_whose_shares_were_altered_is_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its passages are embedded again; the others are not."""
    embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
    monkeypatch.setitem(vars(INDEX), "largest_segment", 3)
    monkeypatch.setitem(vars(INDEX), "small_token_rows", 0)
    _add(tmp_path / "i", embedder, _new_document("old", "戊。"), _new_document("older", "戊。"))
    document = _new_document("甲", "。\n".join(first + second for first in "甲乙丙" for second in "甲乙丙"))
    embedder.fails_after = len(embedder.embedded) + 9
    with pytest.raises(EmbedderError):
        _add(tmp_path / "i", embedder, document)
    altered, *whole = (tmp_path / "i" / "building").glob("*/tokens.shares.npy")
    _damage(altered, "alter")
    embedder.fails_after = None
    embedder.embedded.clear()

    assert _add(tmp_path / "i", embedder, document) == [("added", "甲")]
    assert len([text for text in embedder.embedded if text != "甲\n"]) == 9 - 3 * len(whole)
    Index.open(tmp_path / "i").verify()


def test_an_interrupted_first_build_goes_on_too(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """There is no index yet, and the folder is known as ours all the same."""
    lines = [first + second for first in "甲乙丙丁" for second in "甲乙丙丁"]
    embedder.fails_after = 20 + 9  # 20 are the sentences of the background
    with pytest.raises(EmbedderError):
        _fresh(tmp_path / "i", embedder, [("new", "。\n".join(lines))])
    done = set(embedder.embedded[20:])
    embedder.fails_after = None
    embedder.embedded.clear()

    assert _fresh(tmp_path / "i", embedder, [("new", "。\n".join(lines))]).manifest.rows == 16
    assert len(done) == 8
    assert not done & set(embedder.embedded)


def test_a_large_document_is_spread_over_segments(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 3 rows at most; it is still one document, and its passages are in order."""
    monkeypatch.setitem(vars(INDEX), "largest_segment", 3)
    lines = [first + second for first in "甲乙丙丁" for second in "甲乙丙丁"]
    _add(tmp_path / "i", embedder, _new_document("a", "。\n".join(lines)), _new_document("b", "戊。"))
    index = Index.open(tmp_path / "i")

    assert max(segment.rows for segment in index.manifest.segments) <= 3
    assert [document.quote(passage.spans).rstrip("。") for document, passage in index.passages][:-1] == lines
    _remove(tmp_path / "i", embedder, "a")
    assert [segment.rows for segment in Index.open(tmp_path / "i").manifest.segments] == [1]


def test_many_small_additions_leave_few_segments(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Each at least twice as large as the one behind it."""
    for number in range(20):
        _add(tmp_path / "i", embedder, _new_document(str(number), "甲。\n乙。"))
    sizes = [segment.rows for segment in read_manifest(tmp_path / "i").segments]

    assert sum(sizes) == 40
    assert all(before >= 2 * after for before, after in pairwise(sizes))


def test_another_chunker_makes_rows_again_but_no_vectors(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal chunks are found by their content."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。\n乙。"), _new_document("b", "丙。"))
    embedder.embedded.clear()
    for module in ("manifest", "writer"):
        monkeypatch.setattr(f"index.{module}.CHUNKER_VERSION", CHUNKER_VERSION + 1)
    with pytest.raises(IndexStale, match=f"chunker {CHUNKER_VERSION}, now {CHUNKER_VERSION + 1}"):
        Index.open(tmp_path / "i")
    Library(tmp_path / "i", lambda: embedder).refresh()

    assert embedder.embedded == []
    assert Index.open(tmp_path / "i").manifest.chunker_version == CHUNKER_VERSION + 1
    assert _texts(tmp_path / "i") == [("a", "甲。\n乙。"), ("b", "丙。")]


def test_another_model_embeds_all_again_and_loses_nothing(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """On adding, too: vectors of two models never mix."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    other = CharacterEmbedder("甲乙丙丁戊己", fingerprint="f" * 16)

    assert _add(tmp_path / "i", other, _new_document("c", "丙。")) == [("added", "c")]
    assert other.embedded[-6:] == ["a\n", "甲。", "b\n", "乙。", "c\n", "丙。"]
    Index.open(tmp_path / "i").check_embedder(other)
    assert [name for name, _ in _texts(tmp_path / "i")] == ["a", "b", "c"]


@pytest.mark.parametrize("damage", ["", "{}", '{"format": 3}'])
def test_a_damaged_manifest_loses_no_document(tmp_path: Path, embedder: CharacterEmbedder, damage: str) -> None:
    """The folder holds each document completely; vectors are made again."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    (tmp_path / "i" / "manifest.json").write_text(damage)
    Library(tmp_path / "i", lambda: embedder).refresh()

    assert sorted(_texts(tmp_path / "i")) == [("a", "甲。"), ("b", "乙。")]


def test_an_index_of_format_2_is_taken_over(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Its documents keep their names and order; its own files are deleted."""
    documents = tmp_path / "i" / "documents"
    documents.mkdir(parents=True)
    (documents / "0.txt").write_bytes("甲。".encode())
    (documents / "1.txt").write_bytes("乙。".encode())
    (tmp_path / "i" / "vectors.faiss").write_bytes(b"old")
    (tmp_path / "i" / "bm25").mkdir()
    listed = '[{"name": "z", "edition": false}, {"name": "a", "edition": false}]'
    (tmp_path / "i" / "manifest.json").write_text(f'{{"format": 2, "documents": {listed}}}')

    assert _add(tmp_path / "i", embedder, _new_document("c", "丙。")) == [("added", "c")]
    assert _texts(tmp_path / "i") == [("z", "甲。"), ("a", "乙。"), ("c", "丙。")]
    assert {path.name for path in (tmp_path / "i").iterdir()} == {"index.sqlite", "segments", ".lock"}


def test_an_open_index_reads_on_while_it_is_changed(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Another process changes it: a removed document cannot be quoted any more, and the error gives the reason."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲乙。"), _new_document("b", "丙。"), _new_document("c", "丁。"))
    index = Index.open(tmp_path / "i")
    _remove(tmp_path / "i", embedder, "b")

    assert index.text(1) == "丙。"
    assert [heading.label for heading in index.outline] == ["a", "b", "c"]
    assert index.documents[0].text == "甲乙。"
    with pytest.raises(IndexStale, match="changed while it was open, and b is no longer in it"):
        _ = index.documents[1]


def test_one_process_at_a_time_changes_an_index(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """The other is told to wait."""
    changing = Library(tmp_path / "i", lambda: embedder).add(_new_document(str(number), "甲。") for number in range(3))
    next(changing)

    with pytest.raises(StoreError, match="another process is changing this index"):
        _add(tmp_path / "i", embedder, _new_document("b", "乙。"))
    assert len(list(changing)) == 2


@pytest.mark.parametrize(
    ("filename", "text", "identity"),
    [
        ("甲.md", "---\ntitle: 渡口\nauthor: [乙, 丙]\ndate: 2020-01-02\n---\n船靠岸。\n", "57a0e4f7f36037d9"),
        (
            "甲.html",
            '<html><head><meta name="citation_title" content="渡口"><meta name="author" content="乙">'
            '<meta name="dc.publisher" content="某社"></head>'
            "<body><p>船靠岸。</p></body></html>",
            "cc9cf3ab9eeb96dd",
        ),
    ],
)
def test_a_document_with_properties_keeps_the_name_that_an_older_version_gave_it(
    filename: str, text: str, identity: str
) -> None:
    """Newer citation fields have their defaults, which the digest omits."""
    if filename.endswith(".md"):
        source = Source.from_bytes("甲", text.encode(), None)
    else:
        source = Source.from_file(filename, text.encode(), None)

    assert source.properties is not None
    assert document_id(source) == identity


def test_a_refresh_loses_no_damaged_document(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """It raises and changes nothing; to continue without the document, the user rebuilds the index."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    damage_blob(tmp_path / "i", "b", "sha256")
    with pytest.raises(IndexCorrupt, match="the stored text of b is damaged"):
        Library(tmp_path / "i", lambda: embedder).refresh()

    assert [record.name for record in read_manifest(tmp_path / "i").documents] == ["a", "b"]


def test_a_damaged_document_that_is_added_again_is_whole_again(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """The others are not in the way, nor is it in theirs."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    damage_blob(tmp_path / "i", "b", "source")
    assert _add(tmp_path / "i", embedder, _new_document("c", "丙。")) == [("added", "c")]
    with pytest.raises(IndexCorrupt, match="the stored text of b is damaged"):
        Index.open(tmp_path / "i").verify()
    embedder.embedded.clear()

    assert _add(tmp_path / "i", embedder, _new_document("b", "乙。")) == [("replaced", "b")]
    assert embedder.embedded == []
    Index.open(tmp_path / "i").verify()
    assert _texts(tmp_path / "i") == [("a", "甲。"), ("b", "乙。"), ("c", "丙。")]


def test_what_a_person_says_is_whole_whenever_the_power_fails(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fields are stored or not; the index is intact either way."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲乙。"), _new_document("b", "丙丁。"))
    said = CitationFields(title=Value(supplied="某题"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Database, "_put_documents", _fails)
        Library(tmp_path / "i", lambda: embedder).describe("a", [said])

    index = Index.open(tmp_path / "i")
    index.verify()
    assert [document.metadata[0].title.text for document in index.documents] == ["a", "b"]
    Library(tmp_path / "i", lambda: embedder).describe("a", [said])
    assert [document.metadata[0].title.text for document in Index.open(tmp_path / "i").documents] == ["某题", "b"]
    Library(tmp_path / "i", lambda: embedder).describe("a", [])
    Index.open(tmp_path / "i").verify()
    assert own_form(index.documents[1], index.documents[1].passages[0]) == "〔b〕 · 第1段（第1行）"


def test_an_altered_word_of_a_person_is_noticed(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    _add(tmp_path / "i", embedder, _new_document("a", "甲乙。"))
    Library(tmp_path / "i", lambda: embedder).describe("a", [CitationFields(title=Value(supplied="某题"))])
    index = Index.open(tmp_path / "i")
    assert own_form(index.documents[0], index.documents[0].passages[0]) == "〔某题〕 · 第1段（第1行）"
    damage_blob(tmp_path / "i", "a", "source")
    with pytest.raises(IndexCorrupt, match="the stored text of a is damaged"):
        Index.open(tmp_path / "i").verify()


def _fails(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_document_is_parsed_once_on_its_way_in(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Also if it replaces a document with supplied citation fields."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    Library(tmp_path / "i", lambda: embedder).describe("a", [CitationFields(publisher=Value(supplied="出版社"))])
    parsed: list[str] = []

    def counted(source: Source) -> Document:
        parsed.append(source.text)
        return parse_source(source)

    library = Library(tmp_path / "i", lambda: embedder, parse=counted)
    changes = library.add([_new_document("a", "丙。"), _new_document("c", "丁。")])

    assert [(change.what, change.name) for change in changes] == [("replaced", "a"), ("added", "c")]
    assert parsed == ["丙。", "丁。"]
    document = next(one for one in Index.open(tmp_path / "i").documents if one.name == "a")
    publisher = document.about(document.works[0]).publisher
    assert publisher is not None and publisher.text == "出版社"


def test_a_full_disk_leaves_stored_documents_whole(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While they are written again: none is cut short in its place."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    before = sql(tmp_path / "i", "SELECT * FROM blobs"), sql(tmp_path / "i", "SELECT * FROM documents")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="cannot be written"):
        patch.setattr("index.atomic_files._sync", full)
        Library(tmp_path / "i", lambda: embedder).refresh()

    assert (sql(tmp_path / "i", "SELECT * FROM blobs"), sql(tmp_path / "i", "SELECT * FROM documents")) == before
    Index.open(tmp_path / "i").verify()


def test_what_a_crash_left_goes_with_the_next_change(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Segments that nothing names, vectors and blobs; and nothing that only looks like it."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))
    shutil.copytree(next((tmp_path / "i" / "segments").iterdir()), tmp_path / "i" / "segments" / ("0a" * 8))
    (tmp_path / "i" / "building" / "half").mkdir(parents=True)
    (tmp_path / "i" / "segments" / "notes").mkdir()
    with Database.open(tmp_path / "i", write=True) as database:
        database.stage({"0" * 64: b"left"})
    _add(tmp_path / "i", embedder, _new_document("b", "乙。"))

    assert not (tmp_path / "i" / "segments" / ("0a" * 8)).exists()
    assert not (tmp_path / "i" / "building").exists()
    assert (tmp_path / "i" / "segments" / "notes").exists()
    assert sql(tmp_path / "i", "SELECT count(*) FROM blobs WHERE data = CAST('left' AS BLOB)") == [(0,)]


@pytest.mark.parametrize("harm", ["truncate", "alter", "remove", "link"])
def test_a_segment_that_cannot_be_opened_is_never_taken_for_an_empty_index(
    tmp_path: Path, embedder: CharacterEmbedder, harm: str
) -> None:
    """Adding and removing stop with its name; a repair makes it again, and all documents are there."""
    _add(tmp_path / "i", embedder, *(_new_document(name, "甲。") for name in "abd"))
    _damage(next((tmp_path / "i" / "segments").glob("*/vectors.npy")), harm)
    library = Library(tmp_path / "i", lambda: embedder)

    new = _new_document("c", "丙。\n丁。\n戊。")  # large enough for its segment to be merged with the other
    for change in (lambda: _add(tmp_path / "i", embedder, new), lambda: library.remove(["a"])):
        with pytest.raises(IndexCorrupt, match=r"vectors\.npy.*index verify --repair"):
            change()
    assert [record.name for record in read_manifest(tmp_path / "i").documents] == [*"abd"]
    assert [message.en for message in library.repair().said] == ["The vectors were made again."]
    Index.open(tmp_path / "i").verify()
    assert _texts(tmp_path / "i") == [(name, "甲。") for name in "abd"]
    assert [message.en for message in library.repair().said] == ["There is nothing to repair."]


@pytest.mark.parametrize("harm", ["remove", "empty"])
def test_a_lost_database_is_never_taken_for_an_empty_index(
    tmp_path: Path, embedder: CharacterEmbedder, harm: str
) -> None:
    """Its segments show that there were documents; nothing is deleted and nothing is added."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"), _new_document("b", "乙。"))
    _damage(tmp_path / "i" / DATABASE, harm)
    before = sorted((tmp_path / "i").rglob("*"))
    library = Library(tmp_path / "i", lambda: embedder)

    for change in (
        lambda: _add(tmp_path / "i", embedder, _new_document("c", "丙。")),
        lambda: library.refresh(),
        lambda: library.repair(),
        lambda: _fresh(tmp_path / "i", embedder, []),
    ):
        with pytest.raises(IndexCorrupt, match="is missing, and it holds the texts"):
            change()
    assert sorted((tmp_path / "i").rglob("*")) == before


def _damage(path: Path, harm: str) -> None:
    data = path.read_bytes()
    if harm in ("remove", "link"):
        path.unlink()
    if harm == "link":
        path.symlink_to("/etc/hostname")
    elif harm != "remove":
        path.write_bytes({"empty": b"", "truncate": data[:-1], "alter": data[:-1] + bytes([data[-1] ^ 1])}[harm])


@pytest.mark.parametrize("page", [1, 2, 3, 4, -1])
def test_a_repair_keeps_each_document_that_can_be_read(tmp_path: Path, embedder: CharacterEmbedder, page: int) -> None:
    """Whatever page of the database is overwritten; it names the others, and keeps the damaged file."""
    texts = {f"d{number}": "甲乙丙丁。\n" * (100 * number + 1) for number in range(6)}
    _add(tmp_path / "i", embedder, *(_new_document(name, text) for name, text in texts.items()))
    path = tmp_path / "i" / DATABASE
    data = bytearray(path.read_bytes())
    start = page * 4096 if page > 0 else len(data) - 4096
    data[start : start + 4096] = b"\x5a" * 4096
    path.write_bytes(data)
    library = Library(tmp_path / "i", lambda: embedder)
    with pytest.raises(IndexCorrupt):
        Index.open(tmp_path / "i").verify()

    said = [message.en for message in library.repair().said]
    Index.open(tmp_path / "i").verify()
    there = dict(_texts(tmp_path / "i"))
    assert all(texts[name] == text for name, text in there.items())
    lost = {name for name in texts if any(f"{name} is damaged beyond repair" in one for one in said)}
    assert len(there) >= 5
    assert there.keys() | lost == texts.keys() or len(there) + len(lost) == 6
    assert bytes(data) in [one.read_bytes() for one in (tmp_path / "i").glob("index.sqlite.damaged-*")]


def test_a_newer_format_is_left_alone(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))
    sql(tmp_path / "i", f"PRAGMA user_version = {FORMAT + 1}")
    for attempt in (lambda: Index.open(tmp_path / "i"), lambda: Library(tmp_path / "i", lambda: embedder).refresh()):
        with pytest.raises(StoreError, match="a newer program wrote this index"):
            attempt()


def test_a_change_of_another_process_is_noticed(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Null scores are no change."""
    _add(tmp_path / "i", embedder, _new_document("a", "甲。"))
    index = Index.open(tmp_path / "i")
    with Database.open(tmp_path / "i", write=True) as database:
        database.keep_null_scores("k", "{}", checksum=index.manifest.checksum)
    assert index.is_current
    Library(tmp_path / "i", lambda: embedder).describe("a", [CitationFields(title=Value(supplied="某题"))])
    assert not index.is_current
    newer = Index.open(tmp_path / "i", replaced=index)
    assert newer.is_current
    assert newer.segments == index.segments


def test_a_removal_on_a_full_disk_says_what_helps_and_removes_nothing(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [("一", "甲乙。"), ("二", "乙丙。"), ("三", "丙丁。")]
    _add(tmp_path / "i", embedder, *(_new_document(name, text) for name, text in documents))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.writer.IndexWriter.commit", full)
        with pytest.raises(StoreError, match="No space left"):
            _remove(tmp_path / "i", embedder, "一")
    assert _texts(tmp_path / "i") == documents


def test_a_document_that_heals_among_new_ones_keeps_them(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new ones before it are embedded, but not committed yet."""
    folder = tmp_path / "i"
    _add(folder, embedder, _new_document("a", "甲乙。"), _new_document("b", "乙丙。"))
    damage_blob(folder, "a", "text")

    monkeypatch.setitem(vars(INDEX), "staged_bytes", 0)
    new = [_new_document(name, f"丙{name}丁。") for name in "cd"]
    done = _add(folder, embedder, *new, _new_document("a", "甲乙。"))
    assert done == [("added", "c"), ("added", "d"), ("replaced", "a")]
    Index.open(folder).verify()
    assert _texts(folder) == [("a", "甲乙。"), ("b", "乙丙。"), ("c", "丙c丁。"), ("d", "丙d丁。")]


@pytest.mark.parametrize("text", ["甲乙。", "甲乙丁。"])
def test_a_damaged_document_that_is_added_again_keeps_its_supplied_fields(
    tmp_path: Path, embedder: CharacterEmbedder, text: str
) -> None:
    folder = tmp_path / "i"
    _add(folder, embedder, _new_document("a", "甲乙。"), _new_document("b", "乙丙。"))
    supplied = (CitationFields(publisher=Value(supplied="甲社")),)
    Library(folder, lambda: embedder).describe("a", supplied)
    damage_blob(folder, "a", "text")

    assert _add(folder, embedder, _new_document("a", text, "a")) == [("replaced", "a")]
    with Database.open(folder) as database:
        stored = {record.name: fetch(database, record) for record in database.contents().documents}
    assert stored["a"].text == text
    assert stored["a"].supplied == supplied


def test_a_change_made_while_the_lock_was_lost_is_not_undone(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Somebody deletes the file of the lock while a change is under way, and a second change is done meanwhile."""
    folder = tmp_path / "i"
    _add(folder, embedder, _new_document("a", "甲乙。"))

    def read() -> Source:
        (folder / ".lock").unlink()
        assert _add(folder, embedder, _new_document("b", "乙丙。")) == [("added", "b")]
        return _source("c", "丙丁。")

    with pytest.raises(StoreError):
        _add(folder, embedder, NewDocument("c", "c.txt", read))
    Index.open(folder).verify()
    assert _texts(folder) == [("a", "甲乙。"), ("b", "乙丙。")]
    assert _add(folder, embedder, _new_document("c", "丙丁。")) == [("added", "c")]


@pytest.mark.parametrize("text", ['{"text_sha256": 1, "name": []}', '{"text_sha256": "x", "sha256": "y"}'])
def test_a_repair_takes_no_text_that_is_json_for_a_source(
    tmp_path: Path, embedder: CharacterEmbedder, text: str
) -> None:
    folder = tmp_path / "i"
    _add(folder, embedder, _new_document("a", text), _new_document("b", "乙丙。"))
    damage_blob(folder, "b", "text")

    said = [message.en for message in Library(folder, lambda: embedder).repair().said]
    assert said[1:] == ["b is damaged beyond repair, and is no longer in the index. Add it again."]
    assert _texts(folder) == [("a", text)]


def test_a_text_that_is_read_again_keeps_its_name_and_its_supplied_fields(
    tmp_path: Path, embedder: CharacterEmbedder
) -> None:
    folder = tmp_path / "i"
    read = Source.from_file("a.html", "<p>甲乙。</p><p>丙。</p>".encode(), None)
    stored = dataclasses.replace(read, name="a/b.c")
    _add(folder, embedder, NewDocument("a", "a.html", lambda: stored), _new_document("b", "乙丙。"))
    supplied = (CitationFields(publisher=Value(supplied="甲社")),)
    Library(folder, lambda: embedder).describe("a/b.c", supplied)
    damage_blob(folder, "a/b.c", "text")

    said = [message.en for message in Library(folder, lambda: embedder).repair().said]
    assert said[1:] == ["The text of a/b.c was read again from its stored file."]
    with Database.open(folder) as database:
        records = {record.name: record for record in database.contents().documents}
        assert fetch(database, records["a/b.c"]) == dataclasses.replace(stored, supplied=supplied)


@pytest.mark.parametrize("kind", ["pipe", "deep"])
def test_a_stranger_s_unfinished_change_is_thrown_away(tmp_path: Path, embedder: CharacterEmbedder, kind: str) -> None:
    folder = tmp_path / "i"
    _add(folder, embedder, _new_document("a", "甲乙。"))
    path = folder / "building" / "x" / "digests.json"
    path.parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(path)
        threading.Timer(20, lambda: path.exists() and path.write_bytes(b"")).start()  # so that a failure ends
    else:
        path.write_text("[" * 100_000)
    began = time.monotonic()

    assert _add(folder, embedder, _new_document("b", "乙丙。")) == [("added", "b")]
    assert time.monotonic() - began < 15


def test_a_document_that_is_removed_while_all_are_read_is_not_called_damaged(
    tmp_path: Path, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export and a check of quotations lock nothing."""
    folder = tmp_path / "i"
    _add(folder, embedder, *(_new_document(name, f"甲{name}乙。") for name in "abc"))
    with Database.open(folder) as database:
        older = database.contents()
        _remove(folder, embedder, "b")
        states = iter([older])
        contents = database.contents
        monkeypatch.setattr(database, "contents", lambda: next(states, None) or contents())
        stored, damaged = all_stored(database)

    assert [source.name for source, _ in stored] == ["a", "c"]
    assert damaged == []


def test_a_path_that_is_too_long_for_the_database_is_named(tmp_path: Path, embedder: CharacterEmbedder) -> None:
    """Other files could be written there."""
    folder = tmp_path / ("渡" * 60) / ("口" * 60) / ("船" * 60)
    with pytest.raises(StoreError, match="Choose a folder with a shorter one"):
        _add(folder, embedder, _new_document("a", "甲。"))


def test_a_document_that_is_too_large_for_the_database_is_named(tmp_path: Path) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000)
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("SELECT ?", [b"x" * 1001])
    assert "Split it and add the parts" in str(error_of(tmp_path, caught.value))
