"""The law of changes, in any order: each document that was added and not removed by name is there, whole.

Two Library objects change one folder in turn; readers that were opened earlier go on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields, Value
from corpus.document import Passage
from corpus.errors import EmbedderError, IndexNotFound, SourceError, StoreError
from corpus.parse import parse
from corpus.source import Source
from index.catalog import Catalog
from index.index_settings import INDEX
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer, NotFound
from tests.budget import budget
from tests.fakes import CharacterEmbedder

_NAMES = st.sampled_from(["a", "a-2", "A", "甲 乙", "../c", "x\ny"])
_ORIGINS = st.sampled_from(["", "", "one", "two"])
_TEXTS = st.lists(st.text("甲乙丙丁戊 ", min_size=1, max_size=5), max_size=6).map("。\n".join)


@dataclasses.dataclass(frozen=True)
class _Held:
    """What a library must hold of a document."""

    text: str
    origin: str
    supplied: tuple[CitationFields, ...] = ()


def _source(name: str, text: str) -> Source:
    return Source.from_bytes(name, text.encode(), None)


def _refuse() -> Source:
    raise SourceError(corpus_messages.NO_TEXT, "refused")


def _free(name: str, held: dict[str, _Held]) -> str:
    number, free = 1, name
    while free in held:
        number += 1
        free = f"{name}-{number}"
    return free


class LibraryMachine(RuleBasedStateMachine):
    """Operations in any order, and a dict of what must be there after each."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-")) / "index"
        self.embedder = CharacterEmbedder("甲乙丙丁戊己庚辛")
        self.libraries = [self._library(), self._library()]
        self.held: dict[str, _Held] = {}
        self.exists = False
        self.readers: list[tuple[Index, dict[str, _Held]]] = []
        self.cleanup = contextlib.ExitStack()

    def _library(self) -> Library:
        return Library(self.folder, lambda: self.embedder)

    @initialize(
        largest=st.sampled_from([3, 8, 1000]), large=st.sampled_from([2, 1000]), small=st.sampled_from([0, 4, 1000])
    )
    def set_sizes(self, largest: int, large: int, small: int) -> None:
        """Small segments merge often, and small documents and segments are large."""
        patch = self.cleanup.enter_context(pytest.MonkeyPatch.context())
        patch.setitem(vars(INDEX), "largest_segment", largest)
        patch.setitem(vars(INDEX), "large_document", large)
        patch.setitem(vars(INDEX), "small_token_rows", small)

    def teardown(self) -> None:
        self.cleanup.close()
        shutil.rmtree(self.folder.parent)

    @rule(
        which=st.sampled_from([0, 1]),
        documents=st.lists(st.tuples(_NAMES, _ORIGINS, _TEXTS), min_size=1, max_size=3, unique_by=lambda one: one[1])
        | st.lists(st.tuples(_NAMES, st.just("two"), _TEXTS), min_size=2, max_size=2),
        refused=st.booleans(),
    )
    def add(self, which: int, documents: Sequence[tuple[str, str, str]], refused: bool) -> None:
        """Added, replaced, unchanged, renamed, or refused; the others are there as before."""
        new = [NewDocument(origin, name, _reader(name, text)) for name, origin, text in documents]
        if refused:
            new.insert(len(new) // 2, NewDocument("bad", "bad", _refuse))
        changes = [*self.libraries[which].add(new)]
        assert [change.what for change in changes].count("refused") == refused
        done = [(change.what, change.name) for change in changes if change.what != "refused"]
        assert done == [self._added(*document) for document in documents]
        self.exists = True

    def _added(self, name: str, origin: str, text: str) -> tuple[str, str]:
        """Note a document as added, and return what its change says."""
        same = {own: held for own, held in self.held.items() if held.origin == origin and (origin or own == name)}
        before = next(iter(same), None)
        if before is None:
            free = _free(name, self.held)
            self.held[free] = _Held(text, origin)
            return "added", free
        if same[before].text == text:
            return "unchanged", before
        self.held[before] = _Held(text, origin, same[before].supplied)
        return "replaced", before

    @rule(which=st.sampled_from([0, 1]), name=_NAMES, text=_TEXTS, after=st.integers(0, 3))
    def add_while_the_model_fails(self, which: int, name: str, text: str, after: int) -> None:
        """The document is there afterwards or not; what was there before is there still."""
        self.embedder.fails_after = len(self.embedder.embedded) + after
        before = dict(self.held)
        try:
            [*self.libraries[which].add([NewDocument("", name, _reader(name, text))])]
        except EmbedderError:
            self.held = before
        else:
            self._added(name, "", text)
            self.exists = True
        finally:
            self.embedder.fails_after = None

    @rule(which=st.sampled_from([0, 1]), number=st.integers(0, 9), also=_NAMES)
    def remove(self, which: int, number: int, also: str) -> None:
        """By name; if one of the names is unknown, nothing is removed."""
        names = [[*self.held][number % len(self.held)], also] if self.held else [also]
        if set(names) <= self.held.keys():
            assert {change.name for change in self.libraries[which].remove(names)} == set(names)
            self.held = {name: held for name, held in self.held.items() if name not in names}
        else:
            with pytest.raises(StoreError):
                self.libraries[which].remove(names)

    @rule(which=st.sampled_from([0, 1]), number=st.integers(0, 9))
    def remove_one(self, which: int, number: int) -> None:
        if self.held:
            name = [*self.held][number % len(self.held)]
            assert [change.what for change in self.libraries[which].remove([name])] == ["removed"]
            del self.held[name]

    @rule(
        which=st.sampled_from([0, 1]), number=st.integers(0, 9), said=st.sampled_from(["", "某社", "2021-09", "昨天"])
    )
    def describe(self, which: int, number: int, said: str) -> None:
        """What a person supplies stays with its document; no date is no date."""
        value = Value(supplied=said) if said else None
        is_date = said not in ("", "某社")
        fields = (CitationFields(date=value) if is_date else CitationFields(publisher=value),)
        if not self.held:
            with pytest.raises(StoreError):
                self.libraries[which].describe("a", fields)
            return
        name = [*self.held][number % len(self.held)]
        if said == "昨天" and parse(self.held[name].text, name=name).works:
            with pytest.raises(SourceError):
                self.libraries[which].describe(name, fields)
        else:
            self.libraries[which].describe(name, fields)
            self.held[name] = dataclasses.replace(self.held[name], supplied=fields)

    @precondition(lambda self: self.exists)
    @rule(which=st.sampled_from([0, 1]))
    def refresh(self, which: int) -> None:
        """Rebuilding reads each document back to the byte, with its origin and what a person supplied."""
        stored: dict[str, _Held] = {}

        def look(source: Source, origin: str) -> Source:
            stored[source.name] = _Held(source.data.decode(), origin, source.supplied)
            return source

        self.libraries[which].refresh(look)
        assert stored == self.held

    @rule(
        which=st.sampled_from([0, 1]),
        documents=st.lists(st.tuples(_NAMES, _ORIGINS, _TEXTS), max_size=3, unique_by=lambda one: one[1] or one[0]),
    )
    def replace_all(self, which: int, documents: Sequence[tuple[str, str, str]]) -> None:
        """What was there is gone. An origin is given once, as in each index."""
        self.libraries[which].replace_all([(_source(name, text), origin) for name, origin, text in documents])
        self.held = {}
        for name, origin, text in documents:
            self.held[_free(name, self.held)] = _Held(text, origin)
        self.exists = True

    @rule(which=st.sampled_from([0, 1]))
    def begin_anew(self, which: int) -> None:
        """As after a restart of the program."""
        self.libraries[which] = self._library()

    @precondition(lambda self: self.exists)
    @rule()
    def open_reader(self) -> None:
        self.readers = [*self.readers[-2:], (Index.open(self.folder), dict(self.held))]

    @rule()
    def read_with_an_earlier_reader(self) -> None:
        """It has the documents of its own state; one that is gone since is an error by name, never another text."""
        for index, held in self.readers:
            for name, own in held.items():
                try:
                    document = Catalog.of_index(index).get(name)
                except StoreError:
                    assert self.held.get(name) != own
                else:
                    assert document is not None and document.text == own.text

    @precondition(lambda self: self.exists)
    @rule(question=st.text("甲乙丙丁戊", min_size=2, max_size=6), every=st.booleans())
    def ask(self, question: str, every: bool) -> None:
        """Each hit is a slice of a document that is there."""
        reply = Engine(Index.open(self.folder), self.embedder, Settings()).ask(question)
        hits = reply.hits if isinstance(reply, Answer) else reply.near if isinstance(reply, NotFound) else ()
        for hit in hits:
            document, passage = hit.citation.document, hit.citation.passage
            text = self.held[document.name].text
            assert hit.citation.text == "".join(text[span.start : span.end] for span in passage.spans)

    @invariant()
    def everything_is_there(self) -> None:
        """Names, texts and passages, with the ids that a fresh parse gives them; and nothing else."""
        if not self.exists:
            with pytest.raises(IndexNotFound):
                Index.open(self.folder)
            return
        index = Index.open(self.folder)
        index.verify()
        documents = {document.name: document for document in index.documents}
        assert {name: document.text for name, document in documents.items()} == {
            name: held.text for name, held in self.held.items()
        }
        ids = set()
        for name, held in self.held.items():
            fresh = parse(held.text, name=name)
            assert [*map(_identity, documents[name].passages)] == [*map(_identity, fresh.passages)]
            ids |= {passage.id for passage in fresh.passages}
        assert {index.passages[row][1].id for row in range(len(index.passages))} == ids


def _reader(name: str, text: str) -> Callable[[], Source]:
    return lambda: _source(name, text)


def _identity(passage: Passage) -> tuple[object, ...]:
    return passage.id, passage.spans, passage.ends, passage.paragraph


TestLibrary = LibraryMachine.TestCase
TestLibrary.settings = settings(max_examples=budget(16), stateful_step_count=10, deadline=None)
