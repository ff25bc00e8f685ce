"""Past one machine: what an index on a Milvus server costs, beside a folder; docs/scaling.md has the results.

    python -m benchmarks.scaling --sizes                          bytes a passage, and the table for 10⁶ to 10⁹ passages
    python -m benchmarks.scaling --simulate                       a question over many shards
    python -m benchmarks.scaling --compare 1000 --data news.jsonl.gz [--sets DIR…]
                                                   the same passages in a folder and in milvus-lite

`--compare` synthesises vectors as `benchmarks/scale.py` does, asks both, and prints for how many questions both rank
the same passages, and the time of each stage. `--sets` puts sets with questions (see `benchmarks/retrieval.py`) among
them, encoded by the model, and asks both engines whole. The version of milvus-lite that is installed is printed: those
before 3 are a server's own search in C++, those from 3 on are Python, whose times say nothing of a server's.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.report import row, sets_in
from benchmarks.retrieval import Question, Set, given, shipped
from benchmarks.scale import Synthesising, passages
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load
from index.backend import AnyIndex
from index.backends import open_index, open_library
from index.chunks import chunks_of, outline_of
from index.encoders.base import Embedder
from index.encoders.centering import questions
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.index_settings import MILVUS
from index.intake import NewDocument
from index.location import location
from index.milvus.bm25_sparse import counted
from index.milvus.milvus_rows import packed
from index.milvus.milvus_store import StoredRecord, stored_values
from index.milvus.pieces import Value
from index.query import WeightedQuery
from index.search.token_vectors import record_type
from index.storage.sources import StoredDocument, record_of
from qa.engine import Engine
from qa.evaluate import ranking
from qa.qa_settings import EVALUATION, Settings
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from qa.reply import all_hits

_GB = 1e9
_Found = TypeVar("_Found")


def measure(embedder: Embedder) -> dict[str, float]:
    """Return the bytes that one passage of the shipped text takes on a server, by what they are; without indexes."""
    stored = StoredDocument.of(load(SHIPPED), "0" * 16)
    chunks = list(chunks_of(stored.document, with_context=True))
    tokens = sum(len(batch.hidden) for batch in embedder.encode_passages([chunk.text for chunk in chunks]))
    record, blobs = record_of(stored, len(chunks))
    outline = json.dumps([len(one.label) for one in outline_of(stored.document, chunks)])
    whole = StoredRecord(record=record, added=time.time_ns(), outline="0" * 64, works=stored.works())
    values, last = stored_values(whole, blobs)
    count = len(parse_source(load(SHIPPED)).passages)
    texts = sum(len(item["data"]) for value in (*values, last) for item in value.rows())
    packed_tokens = Value("t", "tokens", "", bytes(tokens * record_type(embedder.dimension).itemsize), is_packed=False)
    return {
        "tokens": tokens / count,
        "vector": 4 * embedder.dimension * len(chunks) / count,
        "terms": sum(8 * len(counted(chunk.text)) for chunk in chunks) / count,
        "words": sum(len(packed(chunk.text)) for chunk in chunks) / count,
        "token vectors": sum(len(item["data"]) for item in packed_tokens.rows()) / count,
        "documents": (texts + len(outline)) / count,
        "record": len(last.data),
    }


def sizes(embedder: Embedder) -> None:
    """Print what was measured, and the table worked out from it."""
    found = measure(embedder)
    for name, value in found.items():
        sys.stdout.write(f"{name}: {value:,.0f}\n")
    links = 2 * MILVUS.hnsw_links * 4 * 1.1  # both directions on the lowest layer, and a tenth above
    columns = ("passages", "vectors and HNSW, GB", "BM25, GB", "query nodes of 64 GB, 70 % used", "token vectors, GB",
               "words and documents, GB", "object storage twice, TB", "catalogue in each process, GB")  # fmt: skip
    head(columns)
    for exponent in (6, 7, 8, 9):
        count = 10.0**exponent
        vectors, terms = (count * one / _GB for one in (found["vector"] + links, found["terms"] * 1.5))
        tokens = count * found["token vectors"] / _GB
        rest = count * (found["words"] + found["documents"]) / _GB
        nodes = int(np.ceil((vectors + terms) / (64 * 0.7)))
        catalogue = count / 100 * (2 * found["record"] + 100 * 40) / _GB
        numbers = (vectors, terms, nodes, tokens, rest, 2 * (vectors + terms + tokens + rest) / 1000, catalogue)
        sys.stdout.write(row(f"10^{exponent}", *(f"{one:,.3g}" for one in numbers)) + "\n")


def simulate() -> None:
    """Print the time and the recall of a question over shards, of which each is asked at once; the slowest counts."""
    generator = np.random.default_rng(0)
    median, high, network, rest, recall = 8.0, 16.0, 3.0, 60.0, 0.97
    deviation = np.log(high / median) / 1.645
    columns = ("shards", "passages in each", "p50, ms", "p95, ms", "p99, ms", "p95, the slow ones asked twice",
               "recall@100", "with one shard silent")  # fmt: skip
    head(columns)
    for shards in (1, 4, 16, 64, 200):
        times = generator.lognormal(np.log(median), deviation, (4000, shards))
        again = np.minimum(times, high + generator.lognormal(np.log(median), deviation, times.shape))
        p50, p95, p99 = np.percentile(times.max(axis=1), (50, 95, 99)) + network + rest
        hedged = np.percentile(again.max(axis=1), 95) + network + rest
        # Each of the true hundred is on some shard, which finds it with the same chance, whatever their number.
        kept = generator.binomial(100, recall, 4000) / 100
        numbers = (f"{one:.0f}" for one in (p50, p95, p99, hedged))
        silent = f"{kept.mean() * (1 - 1 / shards):.3f}"
        sys.stdout.write(row(shards, f"{1e9 / shards:,.0f}", *numbers, f"{kept.mean():.3f}", silent) + "\n")


def head(columns: Sequence[str]) -> None:
    """Print the head of a table."""
    sys.stdout.write(row(*columns) + "\n" + "|---" * len(columns) + "|\n")


def compare(size: int, data: Path, embedder: Embedder, asked: int, sets: Sequence[Set]) -> None:
    """Build both, ask both, and print a JSON object. `sets`: texts with questions, which are added first."""
    stream = passages(data)
    texts = [next(stream) for _ in range(size)]
    made = Synthesising(embedder, texts[: min(size, 500)])
    documents = [
        NewDocument(f"{n:016x}", f"n{n}", lambda n=n: _source(n, texts[n : n + 100]))  # type: ignore[misc]
        for n in range(0, size, 100)
    ]
    named = [NewDocument(f"{n + (1 << 60):016x}", one.name, lambda one=one: one.source) for n, one in enumerate(sets)]  # type: ignore[misc]
    results: dict[str, dict[str, Any]] = {}
    replies: dict[str, dict[str, list[Replied]]] = {}
    with tempfile.TemporaryDirectory() as work:
        for name, where in (("folder", f"{work}/index"), ("milvus-lite", f"milvus://{work}/server.db/texts")):
            start = time.perf_counter()
            for reader, some in ((embedder, named), (made, documents)):
                for change in open_library(location(where), lambda reader=reader: reader).add(some):  # type: ignore[misc]
                    assert change.what == "added"
            built = time.perf_counter() - start
            index = open_index(location(where))
            results[name] = {"build_s": round(built, 1), **ask(index, embedder, questions()[:asked])}
            engine = Engine(index, embedder, dataclasses.replace(Settings(), top=EVALUATION.top))
            replies[name] = {one.name: [reply(engine, one, question) for question in one.questions] for one in sets}
    pairs = list(zip(results["folder"].pop("found"), results["milvus-lite"].pop("found"), strict=True))
    tens = [len({*one} & {*other}) / max(len(one), 1) for one, other in pairs]
    same = {
        "same_first": float(np.mean([one[:1] == other[:1] for one, other in pairs])),
        "same_ten_in_order": float(np.mean([one == other for one, other in pairs])),
        "shared_of_ten": float(np.mean(tens)),
    }
    version = importlib.metadata.version("milvus-lite")
    head_of = {"passages": size, "version of milvus-lite": version, "questions": asked, **same}
    sys.stdout.write(json.dumps({**head_of, **results}, indent=1) + "\n")
    if sets:
        quality(replies["folder"], replies["milvus-lite"])


@dataclass(frozen=True, slots=True)
class Replied:
    """What came of one question: the place of the first right passage, the passages in order, the kind, the time."""

    place: int | None
    passages: tuple[str, ...]
    kind: str
    ms: float


def reply(engine: Engine, one: Set, question: Question) -> Replied:
    """Ask a question of the whole index."""
    ms, answer = _timed(lambda: engine.ask(question.text))
    hits = [hit.citation.passage.id for hit in all_hits(answer) if hit.citation.document.name == one.name]
    names = tuple(f"{hit.citation.document.name} {hit.citation.passage.id}" for hit in all_hits(answer))
    right = [names.index(f"{one.name} {name}") + 1 for name in hits if one.rows.get(name, -1) in question.gold]
    return Replied(min(right, default=None), names, type(answer).__name__, ms)


def quality(folder: dict[str, list[Replied]], server: dict[str, list[Replied]]) -> None:
    """Print how often the right passage stands first in both, and how often both reply the same."""
    head(("questions of", "n", "hit@1, folder → milvus-lite", "MRR, folder → milvus-lite", "same first passage",
          "same passages in order", "same kind of reply", "ms, folder", "ms, milvus-lite"))  # fmt: skip
    for name, ours in folder.items():
        both = list(zip(ours, server[name], strict=True))
        ranks = [ranking([one.place for one in some]) for some in zip(*both, strict=True)]
        hits = " → ".join(f"{rank[0].value:.3f}" for rank in ranks)
        means = " → ".join(f"{rank[-1].value:.3f}" for rank in ranks)
        same = (
            np.mean([one.passages[:1] == other.passages[:1] for one, other in both]),
            np.mean([one.passages == other.passages for one, other in both]),
            np.mean([one.kind == other.kind for one, other in both]),
        )
        times = (np.median([one.ms for one in some]) for some in zip(*both, strict=True))
        cells = (*(f"{value:.3f}" for value in same), *(f"{value:.0f}" for value in times))
        sys.stdout.write(row(name, len(both), hits, means, *cells) + "\n")


def ask(index: AnyIndex, embedder: Embedder, some: Sequence[str]) -> dict[str, object]:
    """Return the ids of the first ten passages for each question, and the median milliseconds of each stage."""
    times: dict[str, list[float]] = {}
    titles = Titles(index)
    found = []
    for number, question in enumerate(itertools.chain(some[:2], some)):
        weighted = WeightedQuery.of(question)
        query = Query.of(weighted, embedder.encode_questions(weighted.texts), index.common.tokens, embedder)
        stages: dict[str, Callable[[], object]] = {
            "is it current": lambda: index.is_current,
            "candidates": lambda query=query: index.search(query.lexical, query.encoded, 100),  # type: ignore[misc]
        }
        spent = {name: _timed(stage)[0] for name, stage in stages.items()}
        rows = index.search(query.lexical, query.encoded, 100).best(100)
        spent["token vectors"] = _timed(lambda rows=rows: index.tokens(rows))[0]  # type: ignore[misc]
        spent["ranked"], ranked = _timed(lambda query=query: rank(query, index, titles, 100))  # type: ignore[misc]
        if number >= 2:  # else it warms up
            found.append([index.passages[int(row)][1].id for row in ranked.rows[:10]])
            for name, value in spent.items():
                times.setdefault(name, []).append(value)
    return {"found": found, "ms": {name: round(float(np.median(one)), 1) for name, one in times.items()}}


def _timed(call: Callable[[], _Found]) -> tuple[float, _Found]:
    start = time.perf_counter()
    found = call()
    return (time.perf_counter() - start) * 1000, found


def _source(number: int, texts: Sequence[str]) -> Source:
    return Source.from_bytes(f"news-{number}", "\n\n".join(texts).encode(), None)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--compare", type=int, default=0, metavar="PASSAGES")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--sets", type=Path, nargs="*", default=[], metavar="DIR")
    parser.add_argument("--limit", type=int, metavar="N", help="questions at most of each set and language (all)")
    options = parser.parse_args()
    if options.simulate:
        simulate()
    if options.sizes:
        sizes(open_embedder(BUNDLED_NAME))
    if options.compare:
        if options.data is None:
            parser.error("--compare needs --data")
        sets = [given(folder, options.limit) for path in options.sets for folder in sets_in(path)]
        sets = [shipped(options.limit), *sets] if sets else []
        compare(options.compare, options.data, open_embedder(BUNDLED_NAME), options.questions, sets)


if __name__ == "__main__":
    main()
