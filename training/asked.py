"""Asks questions of many collections, and keeps what is known of each candidate, for `training/confidence.py`.

A collection is an index of a few or many passages. Of it are asked the questions that it answers (pos), those
questions without the passages that answer and their neighbours (near), questions that people wrote to be near misses
(near), and questions of other collections (ood).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.document import Document, Passage
from corpus.source import SHIPPED, Source, load
from corpus.text.normalise import normalised
from index.encoders.base import Embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.confidence import Evidence
from training.reader_data import chinese_bags, english_held_out

ROOT = Path(__file__).parent.parent
_SIZES = (12, 80, 240)
"""Passages of the collections of a question set."""
_POSITIVES, _FOREIGN = 90, 30


@dataclass(frozen=True, slots=True)
class Sample:
    """A question that was asked of a collection."""

    data: str
    label: str
    """pos, near or ood; bag, if some passage answers and none is known."""
    question: str
    evidence: Evidence
    right: tuple[bool, ...]
    """Whether each candidate answers."""


@dataclass(frozen=True, slots=True)
class Collection:
    """An index, and how to tell which of its passages answer."""

    name: str
    engine: Engine

    def ask(self, label: str, question: str, gold: set[str], without: set[int] | None = None) -> Sample:
        """`gold`: ids of the passages that answer."""
        evidence, ranked = self.engine.judge(question, without or ())
        cited = [self.engine.index.passages[int(row)] for row in ranked.rows[: len(evidence.scores)]]
        return Sample(self.name, label, question, evidence, tuple(passage.id in gold for _, passage in cited))

    def rows(self, ids: set[str], around: int = 0) -> set[int]:
        """Return the rows of some passages, and of as many before and after them."""
        index = self.engine.index
        own = [row for row in range(index.lexical.size) if index.passages[row][1].id in ids]
        return {near for row in own for near in range(row - around, row + around + 1) if 0 <= near < index.lexical.size}

    def answering(self, query: dict[str, Any]) -> set[str]:
        """Return the passages that answer a question of a question file."""
        found = set()
        for document in self.engine.documents:
            if query.get("document") not in (None, document.name):
                continue
            found |= {passage.id for passage in document.passages if _answers(document, passage, query)}
        return found


def _answers(document: Document, passage: Passage, query: dict[str, Any]) -> bool:
    lines = {
        line for span in passage.spans for line in range(document.line(span.start), document.line(span.end - 1) + 1)
    }
    if lines & set(query.get("lines", ())):
        return True
    text = "".join(normalised(document.quote(passage.spans)).split())
    return any("".join(normalised(answer).split()) in text for answer in query.get("answers", ()))


class Asker:
    """Opens the collections; an index is built once and kept in `work`."""

    def __init__(self, embedder: Embedder, work: Path) -> None:
        self._embedder, self._work = embedder, work

    def open(self, name: str, sources: Sequence[Source]) -> Collection:
        folder = self._work / "indexes" / name
        if not folder.is_dir():
            Index.build(folder, sources, self._embedder)
        return Collection(name.partition("@")[0], Engine(Index.open(folder), self._embedder, Settings()))

    def shipped(self, foreign: Sequence[str]) -> Iterator[Sample]:
        collection = self.open("shipped", [load(SHIPPED)])
        yield from self._file(collection, ROOT / "benchmarks" / "questions" / "sco-2021.jsonl", foreign, without=False)

    def folder(self, name: str, texts: Sequence[Path], questions: Path, foreign: Sequence[str]) -> Iterator[Sample]:
        """Ask a question file of its texts, as one collection; and each text's questions of it alone."""
        yield from self._file(self.open(name, [load(path) for path in texts]), questions, foreign, without=True)

    def _file(self, collection: Collection, path: Path, foreign: Sequence[str], *, without: bool) -> Iterator[Sample]:
        names = {document.name for document in collection.engine.documents}
        for query in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if query.get("kind") in ("followup", "section", "greeting") or "question" not in query:
                continue
            if query.get("document") not in (None, *names):
                continue
            gold = collection.answering(query)
            label = {"near_miss": "near", "out_of_domain": "ood"}.get(query["kind"], "pos" if gold else "near")
            yield collection.ask(label, query["question"], gold)
            if without and gold:
                yield collection.ask("near", query["question"], set(), collection.rows(gold, around=1))
        for question in random.Random(1).sample(list(foreign), 3 * _FOREIGN):
            yield collection.ask("ood", question, set())

    def question_set(self, folder: Path, others: Sequence[Path]) -> Iterator[Sample]:
        passages, queries = _read(folder)
        foreign = [query["text"] for other in others for query in _read(other)[1]]
        for size in _SIZES:
            draw = random.Random(size)
            articles = sorted({passage["title"] for passage in passages})
            some: list[dict[str, Any]] = []
            for article in draw.sample(articles, len(articles)):
                if len(some) < size:
                    some += [passage for passage in passages if passage["title"] == article]
            some = some[:size]
            # Each passage is a line that ends as a sentence, so that none is parsed as a heading.
            text = "\n".join(" ".join(passage["text"].split()) + "。" for passage in some)
            numbers = {passage["id"]: number for number, passage in enumerate(some)}
            source = Source.from_bytes(folder.name, text.encode(), None)
            collection = self.open(f"{folder.name}@{size}", [source])
            (document,) = collection.engine.documents
            asked = [query for query in queries if set(query["positive_ids"]) & numbers.keys()]
            for query in draw.sample(asked, min(_POSITIVES, len(asked))):
                gold = {document.passages[numbers[key]].id for key in query["positive_ids"] if key in numbers}
                yield collection.ask("pos", query["text"], gold)
                yield collection.ask("near", query["text"], set(), collection.rows(gold, around=1))
            for question in draw.sample(foreign, _FOREIGN):
                yield collection.ask("ood", question, set())

    def bags(self, data: Path) -> Iterator[Sample]:
        """Ask the held out sets of NoMIRACL of their own ten passages."""
        for number, one in enumerate(chinese_bags(data)[1]):
            text = "\n".join(" ".join(passage.text[passage.context :].split()) + "。" for passage in one.passages)
            collection = self.open(f"nomiracl@{number}", [Source.from_bytes("nomiracl", text.encode(), None)])
            yield collection.ask("bag" if one.bag else "near", one.question, set())

    def english(self, data: Path, foreign: Sequence[str]) -> Iterator[Sample]:
        """Ask the held out English questions of their passages."""
        rows = english_held_out(data)
        passages = list(dict.fromkeys(row["passage"] for row in rows))
        text = "\n".join(" ".join(passage.split()) for passage in passages)
        collection = self.open("squad", [Source.from_bytes("squad", text.encode(), None)])
        (document,) = collection.engine.documents
        ids = {"".join(document.quote(p.spans).split()): p.id for p in document.passages}
        draw = random.Random(3)
        for row in draw.sample(rows, min(200, len(rows))):
            gold = ids.get("".join(row["passage"].split()))
            if gold is None:
                continue
            if not row["answerable"]:
                yield collection.ask("near", row["q"], set())
                continue
            yield collection.ask("pos", row["q"], {gold})
            yield collection.ask("near", row["q"], set(), collection.rows({gold}))
        for question in draw.sample(list(foreign), 2 * _FOREIGN):
            yield collection.ask("ood", question, set())


def _read(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return tuple(  # type: ignore[return-value]
        [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("passages.jsonl", "queries.jsonl")
    )


def stack(samples: Sequence[Sample]) -> tuple[dict[str, Any], Any, Any]:
    """Return the features of all candidates by name, whether each is right, and the number of its sample."""
    features = [sample.evidence.features for sample in samples]
    names = features[0]
    columns = {name: np.concatenate([one[name] for one in features]) for name in names}
    right = np.concatenate([np.array(sample.right, bool) for sample in samples])
    owners = np.repeat(np.arange(len(samples)), [len(sample.right) for sample in samples])
    return columns, right, owners
