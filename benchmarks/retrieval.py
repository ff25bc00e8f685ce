"""Compares retrieval systems in one run on the same questions: python -m benchmarks.retrieval --data DIR [DIR…]

DIR holds a set: `passages.jsonl` {id, title, text} and `queries.jsonl` {id, text, answers, positive_ids, lang?}; or it
holds folders with sets. A set with several languages is measured for each. The shipped text with
benchmarks/questions/sco-2021.jsonl is always one of the sets. Each question is asked of one system after the other, so
that other work on the machine disturbs all alike. `--write docs` writes the tables between the markers of quality.md
and, with `--float32`, of performance.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import faiss
import jieba
import numpy as np
from tqdm import tqdm

from benchmarks.report import around, put, row, sets_in, where
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME, ensure_bundled_model
from index.encoders.registry import open_embedder
from index.encoders.sentence_transformers_encoder import SentenceTransformerEmbedder
from index.query import WeightedQuery
from index.search.lexical import Lexical
from index.searcher import Index
from qa.engine import Engine
from qa.evaluate import Metric, ranking, read_questions
from qa.qa_settings import EVALUATION, Settings
from qa.reply import Answer, all_hits

_OWN = Path(__file__).parent / "questions" / "sco-2021.jsonl"
_KINDS = {"fact", "paraphrase", "keyword", "english", "traditional", "section"}
"""The kinds of our own questions that have one turn and an answer."""
_FOREIGN = 100
"""Number of questions of the other sets to ask of each text."""
_SEED = 0
_OURS, _FLOAT32 = "**ours**", "ours, float32"

Search = Callable[[str], Sequence[int]]
"""Takes a question, and returns the rows of the nearest texts, the nearest first."""
_Places = dict[str, list[int | None]]
"""The rank of the first right text for each question, by system."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    gold: frozenset[int]
    """Rows of the texts that answer."""
    groups: tuple[str, ...]
    """The rows of the table in which it counts."""


@dataclass(frozen=True, slots=True)
class Set:
    name: str
    source: Source
    texts: tuple[str, ...]
    rows: dict[str, int]
    """The number of the text of each passage, by passage id. A text that is parsed as a heading has none."""
    questions: tuple[Question, ...]


class Ours:
    """A `Search` with our engine. It records which questions were answered."""

    def __init__(self, one: Set, folder: Path, embedder: Embedder) -> None:
        index = Index.build(folder, [one.source], embedder, progress=True)
        self.engine = Engine(index, embedder, dataclasses.replace(Settings(), top=EVALUATION.top))
        self._rows = one.rows
        self.answered: dict[str, bool] = {}
        """By the question."""

    def __call__(self, question: str) -> list[int]:
        reply = self.engine.ask(question)
        self.answered[question] = isinstance(reply, Answer)
        return [self._rows.get(hit.citation.passage.id, -1) for hit in all_hits(reply)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--limit", type=int, metavar="N", help="questions at most of each set and language (all)")
    parser.add_argument("--float32", action="store_true", help="ours once more, with the model on torch in float32")
    parser.add_argument("--write", type=Path, metavar="DIR", help="put the tables between the markers of DIR's files")
    arguments = parser.parse_args()
    pages = {"compared": "quality.md"} | ({"cost": "performance.md"} if arguments.float32 else {})
    files = {name: arguments.write / page if arguments.write else None for name, page in pages.items()}
    for name, path in files.items():
        if path:
            around(name, path)
    os.environ["HF_HUB_OFFLINE"] = "1"  # the model is a folder; no hub is needed
    jieba.setLogLevel(logging.WARNING)

    limit = f" --limit {arguments.limit}" if arguments.limit else ""
    float32 = " --float32" if arguments.float32 else ""
    names = " ".join(folder.resolve().name for folder in arguments.data)
    heading = where(f"python -m benchmarks.retrieval --data {names}{limit}{float32}")

    folders = [folder for path in arguments.data for folder in sets_in(path)]
    sets = [shipped(arguments.limit), *(given(folder, arguments.limit) for folder in folders)]
    embedder = open_embedder(BUNDLED_NAME)
    exact = SentenceTransformerEmbedder.from_bundled() if arguments.float32 else None
    compared, confidence = [], []
    places: dict[str, _Places] = {}
    for one in sets:
        with tempfile.TemporaryDirectory() as folder:
            ours = Ours(one, Path(folder) / "index", embedder)
            more = {_FLOAT32: Ours(one, Path(folder) / "float32", exact)} if exact else {}
            lines, found = _compare(one, more | {_OURS: ours})
            compared += lines
            places |= found
            confidence += _confidence(one, ours, [other for other in sets if other is not one])
    table = "\n".join(
        (
            heading,
            "| questions | n | system | hit@1 (95 %) | hit@3 | hit@5 | MRR | ms | × dense |",
            "|---|---|---|---|---|---|---|---|---|",
            *compared,
            "\n| text | questions | n | answered (95 %) |",
            "|---|---|---|---|",
            *confidence,
            "",
        )
    )
    put(table, "compared", files["compared"])
    if exact:
        put("\n".join((heading, *_cost(places), "")), "cost", files["cost"])
    return 0


def shipped(limit: int | None) -> Set:
    """Return the shipped text with our own questions."""
    source = load(SHIPPED)
    document = parse_source(source)
    texts = [document.quote(passage.spans) for passage in document.passages]
    touched = [
        {line for span in passage.spans for line in range(document.line(span.start), document.line(span.end - 1) + 1)}
        for passage in document.passages
    ]
    questions = []
    for one in read_questions(_OWN.read_text(encoding="utf-8").split("\n"), name=_OWN.name):
        if one.kind in _KINDS and one.is_answerable and len(one.turns) == 1:
            gold = frozenset(row for row, lines in enumerate(touched) if lines & one.lines)
            groups = (document.name, f"{document.name}, English") if one.kind == "english" else (document.name,)
            questions.append(Question(one.turns[0], gold, groups))
    rows = {passage.id: row for row, passage in enumerate(document.passages)}
    return Set(document.name, source, tuple(texts), rows, _sample(questions, limit))


def given(folder: Path, limit: int | None) -> Set:
    """Return a folder's set. Its passages become one text, a passage on each line."""
    passages = _read(folder / "passages.jsonl")
    texts = [" ".join(passage["text"].split()) for passage in passages]
    source = Source.from_bytes(folder.name, "\n".join(texts).encode(), None)
    document = parse_source(source)
    touched = [(passage, *document.lines(passage.spans)) for passage in document.passages]
    # A passage of several lines is a title block.
    rows = {passage.id: first - 1 for passage, first, last in touched if first == last}
    if lost := len(texts) - len(rows):
        sys.stdout.write(f"{folder.name}: {lost} of {len(texts)} passages read as headings; ours cannot find them\n")
    row_of = {passage["id"]: row for row, passage in enumerate(passages)}
    by_group: dict[str, list[Question]] = {}
    for query in _read(folder / "queries.jsonl"):
        gold = frozenset(row_of[name] for name in query["positive_ids"])
        group = f"{folder.name}, {query['lang']}" if query.get("lang") else folder.name
        by_group.setdefault(group, []).append(Question(query["text"], gold, (group,)))
    questions = [question for some in by_group.values() for question in _sample(some, limit)]
    return Set(folder.name, source, tuple(texts), rows, tuple(questions))


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _sample(questions: Sequence[Question], limit: int | None) -> tuple[Question, ...]:
    if limit is None or limit >= len(questions):
        return tuple(questions)
    return tuple(random.Random(_SEED).sample(questions, limit))


def _compare(one: Set, ours: Mapping[str, Search]) -> tuple[list[str], dict[str, _Places]]:
    """Return the rows of the table (a system on a group of questions), and the ranks by system for each group."""
    systems: dict[str, Search] = {
        "BM25, jieba words": _bm25_words(one.texts),
        "BM25, ours alone": _bm25_ours(one.texts),
        (plain := "dense alone"): dense(one.texts),
        **txtai(one.texts),
        **ours,
    }
    places: _Places = {name: [] for name in systems}
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for search in systems.values():
        search(one.questions[0].text)  # warm-up
    for question in tqdm(one.questions, desc=one.name, disable=None):
        for name, search in systems.items():
            start = time.perf_counter()
            found = search(question.text)
            seconds[name].append(time.perf_counter() - start)
            places[name].append(next((n for n, row in enumerate(found, start=1) if row in question.gold), None))
    lines = []
    by_group: dict[str, _Places] = {}
    main = {question.groups[0] for question in one.questions}
    for group in _groups(one):
        picks = [number for number, question in enumerate(one.questions) if group in question.groups]
        dense_time = statistics.median(seconds[plain][number] for number in picks)
        picked = {name: [places[name][number] for number in picks] for name in systems}
        by_group |= {group: picked} if group in main else {}
        for name in systems:
            first, *others = ranking(picked[name])
            median = statistics.median(seconds[name][number] for number in picks)
            cells = (group, len(picks), name, first, *(f"{other.value:.3f}" for other in others))
            lines.append(row(*cells, f"{median * 1000:.1f}", f"{median / dense_time:.2f}"))
    return lines, by_group


def _cost(places: Mapping[str, _Places]) -> list[str]:
    """Return the rows of the second table: float32 and ours on each group, and the mean over the groups."""
    metrics = ("hit@1", "hit@3", "MRR")
    titles = [title for metric in metrics for title in (f"{metric}, float32 → ours", "points")]
    lines = [row("questions", "n", *titles), "|---" * (2 + len(titles)) + "|"]
    means: list[list[float]] = []
    for group, systems in places.items():
        values = [{metric.name: metric.value or 0.0 for metric in ranking(systems[name])} for name in (_FLOAT32, _OURS)]
        means.append([one[metric] for metric in metrics for one in values])
        lines.append(_changes(group, len(systems[_OURS]), means[-1]))
    lines.append(_changes("mean", "", [statistics.mean(column) for column in zip(*means, strict=True)]))
    return lines


def _changes(label: str, n: object, values: Sequence[float]) -> str:
    pairs = zip(values[::2], values[1::2], strict=True)
    cells = [cell for old, new in pairs for cell in (f"{old:.3f} → {new:.3f}", f"{(new - old) * 100:+.1f}")]
    return row(label, n, *cells)


def _confidence(one: Set, ours: Ours, others: Sequence[Set]) -> list[str]:
    """Return rows with the shares answered of a text's own questions and of other texts' questions."""
    query = {group: [question for question in one.questions if group in question.groups] for group in _groups(one)}
    foreign = _sample([question for other in others for question in other.questions], _FOREIGN)
    for question in tqdm(foreign, desc=one.name, disable=None):
        ours(question.text)
    lines = []
    for label, questions in [*query.items(), ("those of the other texts: any answer is false", foreign)]:
        answered = [ours.answered[question.text] for question in questions]
        lines.append(row(one.name, label, len(answered), Metric.mean("answered", answered)))
    return lines


def _groups(one: Set) -> list[str]:
    return list(dict.fromkeys(group for question in one.questions for group in question.groups))


def _bm25_words(texts: Sequence[str]) -> Search:
    bm25 = bm25s.BM25()
    bm25.index([_words(text) or ["\0"] for text in texts], show_progress=False)

    def search(question: str) -> list[int]:
        known = [word for word in _words(question) if word in bm25.vocab_dict]
        return _best(bm25.get_scores(known)) if known else []

    return search


def _words(text: str) -> list[str]:
    return [word for word in jieba.cut(text.lower()) if any(map(str.isalnum, word))]


def _bm25_ours(texts: Sequence[str]) -> Search:
    lexical = Lexical.build(texts)
    return lambda question: _best(lexical.scores(WeightedQuery.of(question)))


def _best(scores: Any) -> list[int]:
    """Return the rows of the highest scores above 0."""
    return [int(row) for row in np.argsort(-scores, kind="stable")[: EVALUATION.top] if scores[row] > 0]


def dense(texts: Sequence[str]) -> Search:
    """Return dense search as in a retriever of LangChain or LlamaIndex over FAISS, with the model's own prompts."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(ensure_bundled_model()))
    flat = faiss.IndexFlatIP(int(model.get_embedding_dimension() or 0))
    flat.add(model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False))

    def search(question: str) -> list[int]:
        vector = model.encode_query([question], normalize_embeddings=True, show_progress_bar=False)
        return [int(row) for row in flat.search(vector, EVALUATION.top)[1][0]]

    return search


def txtai(texts: Sequence[str]) -> dict[str, Search]:
    """Return txtai's hybrid search by its name; nothing if it is not installed."""
    try:
        txtai = importlib.import_module("txtai")
    except ImportError:
        sys.stdout.write("txtai is left out: python -m pip install -r benchmarks/requirements.txt -c constraints.txt\n")
        return {}
    embeddings = txtai.Embeddings(path=str(ensure_bundled_model()), hybrid=True)
    embeddings.index(texts)
    name = f"txtai {importlib.metadata.version('txtai')}, hybrid"
    return {name: lambda question: [row for row, _ in embeddings.search(question, EVALUATION.top)]}


if __name__ == "__main__":
    sys.exit(main())
