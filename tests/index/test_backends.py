"""What holds of an index wherever it is stored: each test runs on a folder and on a milvus-lite file.

milvus-lite compares every vector, so its answers are those of a folder, in the same order. It lets one process at a
time open a file: several writers are several threads here.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import (
    EmbedderError,
    IndexCorrupt,
    IndexNotFound,
    IndexStale,
    IndexUnreachable,
    StoreError,
)
from corpus.parse import parse_source
from corpus.source import Source
from index import index_messages
from index.backend import AnyIndex
from index.backends import open_index, open_library, open_store, read_manifest
from index.index_settings import INDEX, MILVUS
from index.intake import NewDocument
from index.location import Location, MilvusAddress, location
from index.query import WeightedQuery
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from qa.reply import Answer, NotFound
from qa.service.fresh_engine import FreshEngine
from tests.budget import budget
from tests.fakes import CharacterEmbedder

HAS_MILVUS = importlib.util.find_spec("pymilvus") is not None and importlib.util.find_spec("milvus_lite") is not None
NEEDS_MILVUS = pytest.mark.skipif(not HAS_MILVUS, reason="pymilvus and milvus-lite are not installed: make test")
pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.xdist_group("milvus")]  # theirs are not ours
BOTH = ["folder", pytest.param("milvus", marks=NEEDS_MILVUS)]
QUESTION = "甲乙丙"

Fresh = Callable[[str], Location]


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """Return where a new index may be, of a kind."""
    base = tmp_path_factory.mktemp("backends")
    made = 0

    def new(kind: str) -> Location:
        nonlocal made
        made += 1
        return base / f"index-{made}" if kind == "folder" else location(f"milvus://{base}/server.db/texts_{made}")

    yield new
    _stop(base / "server.db")


def _stop(file: Path) -> None:
    """Stop the server of a file, as a machine that is switched off would."""
    if "milvus_lite.server_manager" in sys.modules:
        sys.modules["milvus_lite.server_manager"].server_manager_instance.release_server(str(file))


@pytest.fixture(params=BOTH)
def where(request: pytest.FixtureRequest, fresh: Fresh) -> Location:
    return fresh(request.param)


@pytest.fixture
def milvus(fresh: Fresh) -> MilvusAddress:
    found = fresh("milvus")
    assert isinstance(found, MilvusAddress)
    return found


@pytest.fixture
def embedder() -> CharacterEmbedder:
    return CharacterEmbedder("甲乙丙丁戊")


def _new(name: str, text: str, origin: str | None = None) -> NewDocument:
    source = Source.from_bytes(name, text.encode(), None)
    return NewDocument(name if origin is None else origin, f"{name}.txt", lambda: source)


def _add(where: Location, embedder: CharacterEmbedder, *documents: NewDocument) -> list[tuple[str, str]]:
    return [(change.what, change.name) for change in open_library(where, lambda: embedder).add(documents)]


def _texts(where: Location) -> list[tuple[str, str]]:
    return [(document.name, document.text) for document in open_index(where).documents]


def _answers(index: AnyIndex, embedder: CharacterEmbedder) -> tuple[list[tuple[str, str]], list[float]]:
    """Document and quote of all that is found, in order; and the scores."""
    weighted = WeightedQuery.of(QUESTION)
    query = Query.of(weighted, embedder.encode_questions(weighted.texts), index.common.tokens, embedder)
    ranked = rank(query, index, Titles(index), 100)
    cited = [index.passages[int(row)] for row in ranked.rows]
    return [(document.name, document.quote(passage.spans)) for document, passage in cited], ranked.scores.tolist()


STEPS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.one_of(st.none(), st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), max_size=4).map("。\n".join)),
    ),
    max_size=5,
)


@NEEDS_MILVUS
@settings(max_examples=budget(6), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_any_sequence_of_changes_gives_the_same_answers_on_both(
    fresh: Fresh, embedder: CharacterEmbedder, steps: list[tuple[str, str | None]]
) -> None:
    """The same documents, hits in the same order, and scores to five places."""
    folder, server = fresh("folder"), fresh("milvus")
    held: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(vars(INDEX), "large_document", 0)  # a server always has titles before the chunks
        for name, text in steps:
            for where in (folder, server):
                if text is not None:
                    _add(where, embedder, _new(name, text))
                elif name in held:
                    open_library(where, lambda: embedder).remove([name])
            held.pop(name, None) if text is None else held.update({name: text})
        if not any(text is not None for _, text in steps):
            return
        assert dict(_texts(server)) == held == dict(_texts(folder))
        expected, scores = _answers(open_index(folder), embedder)
        found, own = _answers(open_index(server), embedder)
        assert found == expected
        assert own == pytest.approx(scores, abs=1e-4)
        open_index(server).verify()


def test_a_question_is_answered_with_a_slice_of_the_stored_source(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "甲乙丙丁。\n\n戊戊戊。\n"), _new("b", "丁丁丁。\n"))
    reply = Engine(open_index(where), embedder, Settings()).ask(QUESTION)
    assert isinstance(reply, Answer | NotFound)
    citation = (*getattr(reply, "hits", ()), *reply.near)[0].citation
    assert citation.text == citation.document.quote(citation.passage.spans) == "甲乙丙丁。"


def test_the_same_document_is_written_once(where: Location, embedder: CharacterEmbedder) -> None:
    assert _add(where, embedder, _new("a", "甲。\n\n乙。\n")) == [("added", "a")]
    embedder.embedded.clear()
    assert _add(where, embedder, _new("a", "甲。\n\n乙。\n")) == [("unchanged", "a")]
    assert embedder.embedded == []


def test_what_a_cut_off_change_has_embedded_is_not_embedded_again(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "戊。\n"), _new("b", "丁。\n"))
    before = _texts(where)
    embedder.embedded.clear()
    text = "\n\n".join(f"{'甲' * n}乙。" for n in range(1, 11)) + "\n"
    embedder.fails_after = 6
    with pytest.raises(EmbedderError):
        _add(where, embedder, _new("c", text))
    assert _texts(where) == before
    done, embedder.fails_after = len(embedder.embedded), None
    assert _add(where, embedder, _new("c", text)) == [("added", "c")]
    assert done > 0
    words = [text for text in embedder.embedded if text.endswith("乙。")]  # the title, too, is embedded
    assert len(words) == len(set(words)) == 10
    open_index(where).verify()


def test_two_writers_lose_nothing(where: Location, embedder: CharacterEmbedder) -> None:
    """Each adds its own documents and one that both have; who is told that the index is locked tries again."""
    failed: list[Exception] = []

    def write(mine: str) -> None:
        for name in (*mine, "both"):
            until = time.monotonic() + 60
            while True:
                try:
                    _add(where, embedder, _new(name, f"甲{name}乙。\n\n丙。\n"))
                    break
                except StoreError as error:
                    if error.message != index_messages.LOCKED or time.monotonic() > until:
                        failed.append(error)
                        return
                    time.sleep(0.01)

    threads = [threading.Thread(target=write, args=[mine]) for mine in ("abc", "def")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(name for name, _ in _texts(where)) == ["a", "b", "both", "c", "d", "e", "f"]
    open_index(where).verify()


def test_a_reader_of_an_earlier_state_is_told_so(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "甲。\n"), _new("b", "乙。\n"))
    reader = open_index(where)
    assert reader.is_current
    open_library(where, lambda: embedder).remove(["a"])
    assert not reader.is_current
    with pytest.raises(IndexStale):
        reader.documents[0]
    newer = open_index(where, replaced=reader)
    assert [document.name for document in newer.documents] == ["b"]
    assert newer.is_current


def test_another_model_is_named(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "甲。\n"))
    with pytest.raises(IndexStale, match="characters"):
        open_index(where).check_embedder(CharacterEmbedder("甲乙", fingerprint="f" * 16))


def test_a_document_that_moved_is_known_by_its_new_place(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "甲。\n"), _new("b", "乙。\n"))
    library = open_library(where, lambda: embedder)
    library.relocate({read_manifest(where).documents[0].id: "elsewhere"})
    assert [record.origin for record in read_manifest(where).documents] == ["elsewhere", "b"]
    assert _texts(where) == [("a", "甲。\n"), ("b", "乙。\n")]
    assert _add(where, embedder, _new("a", "丙。\n", "elsewhere")) == [("replaced", "a")]


def test_an_unknown_name_removes_nothing(where: Location, embedder: CharacterEmbedder) -> None:
    _add(where, embedder, _new("a", "甲。\n"))
    with pytest.raises(StoreError, match="nobody"):
        open_library(where, lambda: embedder).remove(["a", "nobody"])
    assert _texts(where) == [("a", "甲。\n")]


def test_any_text_can_be_stored(where: Location, embedder: CharacterEmbedder) -> None:
    """Lone surrogates, NUL, quotes and a name that looks like a condition."""
    text = '甲" or 1 == 1 \x00 \N{MUSICAL SYMBOL G CLEF}\r\n'
    name = 'a" in ["x'
    source = Source.from_bytes(name, text.encode(), None)
    _add(where, embedder, NewDocument("one", name, lambda: source), _new("b", "乙。\n"))
    assert dict(_texts(where))[source.name] == source.text
    open_library(where, lambda: embedder).remove([source.name])
    assert _texts(where) == [("b", "乙。\n")]


def test_where_there_is_no_index_that_is_said(where: Location) -> None:
    with pytest.raises(IndexNotFound, match="index add"):
        open_index(where)


# A server alone


@NEEDS_MILVUS
def test_a_server_that_is_gone_is_named_and_the_page_lives(milvus: MilvusAddress, embedder: CharacterEmbedder) -> None:
    _add(milvus, embedder, _new("a", "甲乙丙。\n"), _new("b", "丁。\n"))
    engine = FreshEngine(Engine(open_index(milvus), embedder, Settings()))
    answer = engine.ask(QUESTION)
    _stop(Path(milvus.server))
    aside = Path(f"{milvus.server}.aside")
    shutil.move(milvus.server, aside)
    Path(milvus.server).write_text("not a folder")
    with pytest.raises(StoreError) as gone:
        engine.ask("丙乙甲")
    assert isinstance(gone.value, IndexUnreachable) or gone.value.message == index_messages.FILE_IN_USE
    assert [entry.name for entry in engine.catalog.entries] == ["a", "b"]  # what the page lists
    Path(milvus.server).unlink()
    shutil.move(aside, milvus.server)
    assert engine.ask(QUESTION) == answer


@NEEDS_MILVUS
def test_a_server_of_something_else_refuses_and_is_not_called_gone() -> None:
    """It answers gRPC, and knows none of Milvus's calls."""
    from concurrent.futures import ThreadPoolExecutor

    grpc = pytest.importorskip("grpc")

    server = grpc.server(ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with pytest.raises(StoreError) as refused:
            open_index(location(f"milvus://127.0.0.1:{port}/texts"))
    finally:
        server.stop(None)
    assert not isinstance(refused.value, IndexUnreachable)
    assert "RpcError" not in str(refused.value)


@NEEDS_MILVUS
@pytest.mark.parametrize(("field", "value", "said"), [("format", 0, "format"), ("parser_version", 1, "parser")])
def test_an_index_of_another_version_says_what_to_do(
    milvus: MilvusAddress, embedder: CharacterEmbedder, field: str, value: int, said: str
) -> None:
    from index.milvus.milvus_store import MilvusStore
    from index.milvus.pieces import Value as Piece

    _add(milvus, embedder, _new("a", "甲。\n"))
    pieces = MilvusStore.open(milvus).pieces
    manifest = json.loads(pieces.read(["manifest"])["manifest"])
    pieces.put([Piece("manifest", "manifest", "", json.dumps({**manifest, field: value}).encode())])
    for change in (lambda: open_index(milvus), lambda: _add(milvus, embedder, _new("b", "乙。\n"))):
        with pytest.raises(IndexStale, match=f"{said}.*index export"):
            change()


@NEEDS_MILVUS
def test_a_model_of_another_dimension_adds_nothing(milvus: MilvusAddress, embedder: CharacterEmbedder) -> None:
    _add(milvus, embedder, _new("a", "甲。\n"))
    with pytest.raises(IndexStale, match="characters"):
        _add(milvus, CharacterEmbedder("甲乙", fingerprint="f" * 16), _new("b", "乙。\n"))
    assert _texts(milvus) == [("a", "甲。\n")]


@NEEDS_MILVUS
def test_a_row_without_its_document_is_no_hit(milvus: MilvusAddress, embedder: CharacterEmbedder) -> None:
    from index.milvus.milvus_store import MilvusStore, tell_change

    _add(milvus, embedder, _new("a", "甲乙丙。\n"), _new("b", "甲丁。\n"))
    store = MilvusStore.open(milvus)
    store.pieces.delete(owner=store.contents().documents[0].id, kinds=["document"])
    tell_change(store.pieces)
    assert {name for (name, _) in _answers(open_index(milvus), embedder)[0]} == {"b"}


@NEEDS_MILVUS
def test_an_altered_source_is_never_quoted(milvus: MilvusAddress, embedder: CharacterEmbedder) -> None:
    from index.milvus.milvus_store import MilvusStore
    from index.milvus.pieces import Value as Piece

    _add(milvus, embedder, _new("a", "甲乙丙。\n"), _new("b", "甲丁。\n"))
    store = MilvusStore.open(milvus)
    record = store.contents().documents[0]
    store.pieces.put([Piece(f"blob:{record.id}:{record.text}", "blob", record.id, "丁丁丁。\n".encode())])
    with pytest.raises(IndexCorrupt, match="Add it again"):
        open_index(milvus).documents[0]
    assert _add(milvus, embedder, _new("a", "甲乙丙。\n")) == [("replaced", "a")]  # the same file heals it
    assert _texts(milvus) == [("b", "甲丁。\n"), ("a", "甲乙丙。\n")]


@NEEDS_MILVUS
def test_two_writers_that_looked_before_the_other_wrote_agree_afterwards(
    milvus: MilvusAddress, embedder: CharacterEmbedder
) -> None:
    """Of two documents with one name both stay; of two from one place the last does, even if a writer was ended."""
    from index.milvus.milvus_library import MilvusLibrary
    from index.milvus.milvus_store import MilvusStore
    from index.storage.sources import StoredDocument

    _add(milvus, embedder, _new("z", "戊。\n"))
    library, store = MilvusLibrary(milvus, lambda: embedder), MilvusStore.open_to_add(milvus)

    def write(name: str, *documents: tuple[str, str]) -> list[StoredDocument]:
        written = []
        for text, origin in documents:
            source = Source.from_bytes(name, text.encode(), None)
            written.append(StoredDocument.of(source, origin, parse_source))
            library._write(store, written[-1])
        return written

    for one in write("a", ("甲。\n", "1" * 16), ("乙。\n", "2" * 16)):
        library._settled(store, one)
    assert sorted(_texts(milvus)) == [("a", "乙。\n"), ("a-1111", "甲。\n"), ("z", "戊。\n")]
    for one in write("b", ("丙。\n", "3" * 16), ("丁。\n", "3" * 16)):
        library._settled(store, one)
    assert _texts(milvus)[-1] == ("b", "丁。\n")
    write("c", ("丙。\n", "4" * 16), ("丁。\n", "4" * 16))
    assert _add(milvus, embedder, _new("c", "丁。\n", "4" * 16)) == [("unchanged", "c")]
    assert [text for name, text in _texts(milvus) if name == "c"] == ["丁。\n"]


@NEEDS_MILVUS
def test_adding_reads_no_record_of_another_document(
    milvus: MilvusAddress, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding does not slow down as the index grows."""
    from index.milvus.pieces import Pieces

    _add(milvus, embedder, *(_new(name, f"{name}甲。\n", name * 16) for name in "123"))
    read: list[str] = []
    look_up = Pieces.read

    def noted(self: Pieces, names: Sequence[str], counts: Mapping[str, int] | None = None) -> dict[str, bytes]:
        read.extend(names)
        return look_up(self, names, counts)

    monkeypatch.setattr(Pieces, "read", noted)
    monkeypatch.setattr(Pieces, "of_kind", lambda *_: pytest.fail("the catalogue was read"))
    assert _add(milvus, embedder, _new("4", "4甲。\n", "4" * 16)) == [("added", "4")]
    records = {name for name in read if name.startswith("document:")}
    assert len(records) == 1


@NEEDS_MILVUS
def test_a_large_index_finds_the_same_by_the_server(
    milvus: MilvusAddress, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a sample of some rows: terms are known, rows with a term found, and the first hit is that of a folder."""
    texts = {f"d{n}": "\n\n".join(f"{'甲乙丙丁戊'[n]}{'甲乙丙丁戊'[k]}乙。" for k in range(5)) + "\n" for n in range(4)}
    _add(milvus, embedder, *(_new(name, text) for name, text in texts.items()))
    whole = open_index(milvus)
    monkeypatch.setitem(vars(MILVUS), "sampled_rows", 5)
    sampled = open_index(milvus)
    wanted = ["甲乙", "乙", "丁戊", "戊甲", "龙"]
    assert sampled.lexical.known(wanted) == whole.lexical.known(wanted)
    assert sampled.lexical.rows_with(["丁戊"], 9).tolist() == whole.lexical.rows_with(["丁戊"], 9).tolist()
    assert not sampled.lexical.has("龙")
    assert _answers(sampled, embedder)[0][0] == _answers(whole, embedder)[0][0]
    assert {*sampled.rows_of_passages([whole.passages[3][1].id]).tolist()} == {3}


@NEEDS_MILVUS
def test_long_values_are_cut_into_pieces(
    milvus: MilvusAddress, embedder: CharacterEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(MILVUS), "piece", 50)
    _add(milvus, embedder, _new("a", "甲乙丙丁戊。\n\n" * 9), _new("b", "丁。\n"))
    index = open_index(milvus)
    index.verify()
    assert index.documents[0].text == "甲乙丙丁戊。\n\n" * 9


@NEEDS_MILVUS
def test_without_pymilvus_it_is_said_what_to_install(milvus: MilvusAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(StoreError, match=r"pip install 'yuanwen\[milvus\]'"):
        open_store(milvus)


@pytest.mark.parametrize(
    "written",
    ["milvus://", "milvus://host/c", "milvus://host:1/", "milvus://host:1/a b", "milvus://host:1/1a", "milvus:host:1/c",
     "milvus://host:x/c", "milvus:///a.txt/c", "milvus+ssh://h:1/c", "milvus://u:p@h:1/c", "milvus://h:1/c\n"],
)  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(StoreError, match="no address"):
        location(written)


def test_an_address_is_written_as_it_is_read() -> None:
    for written in ("milvus://h-1.x:19530/c_1", "milvus+tls://[::1]:1/C", "milvus:///a/b.db/c"):
        assert str(location(written)) == written
    assert location("./milvus:x") == Path("milvus:x")
    assert location("milvusdata") == Path("milvusdata")
