"""Fits `qa/ranking/confidence.json`: python -m training.confidence --data DIR [DIR…]

Each DIR holds `passages.jsonl` {id, title, text} and `queries.jsonl` {text, positive_ids, lang?} (XQuAD, CMRC and DRCD
in the development data). From each, small collections are made of whole articles, as a user's texts are small. A
question is asked of the collection that answers it; of the same one without the passages that answer and their
neighbours (a near miss); and questions of other sets are asked of it (out of domain). The development questions of
the shipped text take part with its near misses. Each set counts the same.

Fitted is, for each script, a logistic over the best score in standard deviations above the null scores. The two factors
are the share of right answers with the flag, divided by the share without it, and at most 0.12: the flags are more
telling on unseen texts than on those of the fit. The bars are chosen, not fitted; docs/quality.md tells how.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from corpus.source import SHIPPED, Source, load
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.ranking.confidence import Evidence, calibration

_ROOT = Path(__file__).parent.parent
_SIZES = (80,)
"""Passages in a collection."""
_POSITIVES, _FOREIGN = 80, 40
"""Numbers of questions for each collection: of its own set, and of each other set."""
_WEIGHTS = {"pos": 1.0, "ood": 0.5, "near": 0.08}
_MOST = 0.12
_BARS = {"same": 0.22, "cross": 0.65}
_UNMATCHED_WORD = 0.35
_MOST_DEVIATIONS = 4.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A question that was asked."""

    data: str
    label: str
    """pos, near or ood."""
    evidence: Evidence
    scores: tuple[float, ...]
    """Of the best passages."""
    right: tuple[bool, ...]
    """Whether each of them answers."""


@dataclass(frozen=True, slots=True)
class Questions:
    """A question set."""

    name: str
    passages: list[dict[str, Any]]
    queries: list[dict[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    embedder = open_embedder(BUNDLED_NAME)
    sets = [_read(folder) for folder in parser.parse_args().data]
    samples = [*_of_shipped(sets, embedder)]
    for one in sets:
        for size in _SIZES:
            samples += _of_collection(one, [other for other in sets if other is not one], size, embedder)
            sys.stderr.write(f"{one.name}, {size} passages: {len(samples)} samples so far\n")
    fitted = _fit(samples)
    (_ROOT / "qa" / "ranking" / "confidence.json").write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    calibration.cache_clear()
    sys.stdout.write(json.dumps(fitted, indent=2) + "\n\n" + _report(samples))
    return 0


def _read(folder: Path) -> Questions:
    passages, queries = (
        [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("passages.jsonl", "queries.jsonl")
    )
    return Questions(folder.name, passages, queries)


def _of_collection(one: Questions, others: Sequence[Questions], size: int, embedder: Embedder) -> Iterator[Sample]:
    random.seed(size)
    articles = sorted({passage["title"] for passage in one.passages})
    passages: list[dict[str, Any]] = []
    for article in random.sample(articles, len(articles)):
        if len(passages) < size:
            passages += [passage for passage in one.passages if passage["title"] == article]
    # Each passage is a line that ends as a sentence, so that none is parsed as a heading.
    text = "\n".join(" ".join(passage["text"].split()) + "。" for passage in passages[:size])
    numbers = {passage["id"]: number for number, passage in enumerate(passages[:size])}
    with tempfile.TemporaryDirectory() as folder:
        source = Source.from_bytes(one.name, text.encode(), None)
        engine = Engine(Index.build(Path(folder) / "index", [source], embedder), embedder, Settings())
        asked = [query for query in one.queries if set(query["positive_ids"]) & numbers.keys()]
        for query in random.sample(asked, min(_POSITIVES, len(asked))):
            gold = {numbers[key] for key in query["positive_ids"] if key in numbers}
            yield _ask(engine, one.name, "pos", query["text"], _rows(engine, gold), set())
            around = _rows(engine, {number + step for number in gold for step in (-1, 0, 1)})
            yield _ask(engine, one.name, "near", query["text"], set(), around)
        for other in others:
            for query in random.sample(other.queries, _FOREIGN):
                yield _ask(engine, one.name, "ood", query["text"], set(), set())


def _of_shipped(others: Sequence[Questions], embedder: Embedder) -> Iterator[Sample]:
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Index.build(Path(folder) / "index", [load(SHIPPED)], embedder), embedder, Settings())
        lines = (_ROOT / "benchmarks" / "questions" / "sco-2021.jsonl").read_text(encoding="utf-8").splitlines()
        for query in map(json.loads, lines):
            if query["kind"] in ("followup", "section", "greeting"):
                continue
            gold = {
                row
                for row, (document, passage) in enumerate(engine.index.passages)
                if {document.line(span.start) for span in passage.spans} & set(query["lines"])
            }
            label = {"near_miss": "near", "out_of_domain": "ood"}.get(query["kind"], "pos")
            yield _ask(engine, "shipped", label, query["question"], gold, set())
        random.seed(0)
        for other in others:
            for query in random.sample(other.queries, _FOREIGN):
                yield _ask(engine, "shipped", "ood", query["text"], set(), set())


def _rows(engine: Engine, passages: set[int]) -> set[int]:
    """Return the rows of some passages of a single document: a long one has several."""
    places = engine.index.rows(np.arange(len(engine.index.passages))).passages  # of document 0
    return set(np.flatnonzero(np.isin(places, list(passages))).tolist())


def _ask(engine: Engine, data: str, label: str, question: str, gold: set[int], without: set[int]) -> Sample:
    evidence, ranked = engine.judge(question, without)
    rows = [int(row) for row in ranked.rows[:3]]
    scores = tuple(float(score) for score in ranked.scores[:3])
    return Sample(data, label, evidence, scores, tuple(row in gold for row in rows))


def _weigh(samples: Sequence[Sample]) -> Sequence[float]:
    """Return a weight for each sample, so that each set and label counts by `_WEIGHTS`, whatever its size."""
    counts = Counter((sample.data, sample.label) for sample in samples)
    weights = [_WEIGHTS[sample.label] / counts[sample.data, sample.label] for sample in samples]
    return [weight * len(samples) / sum(weights) for weight in weights]


def _fit(samples: Sequence[Sample]) -> dict[str, Any]:
    fitted: dict[str, Any] = {}
    for script in ("same", "cross"):
        some = [
            sample
            for sample in samples
            if sample.evidence.cross == (script == "cross")
            and not (
                sample.evidence.unmatched_name or sample.evidence.unmatched_word or sample.evidence.wrong_answer_type
            )
        ]
        x = [[min(sample.evidence.deviations, _MOST_DEVIATIONS)] for sample in some]
        fit = LogisticRegression(C=10).fit(x, [sample.label == "pos" for sample in some], sample_weight=_weigh(some))
        fitted[script] = _logistic(fit) | {"bar": _BARS[script]}
    fitted["most_deviations"] = _MOST_DEVIATIONS
    fitted["unmatched_word"] = _UNMATCHED_WORD
    close = [s for s in samples if s.evidence.deviations >= 0.7 and s.label != "ood"]
    for flag in ("unmatched_name", "wrong_answer_type"):
        up = [sample for sample in close if getattr(sample.evidence, flag)]
        down = [sample for sample in close if not getattr(sample.evidence, flag)]
        fitted[flag] = round(min(_MOST, _share_right(up) / max(_share_right(down), 1e-9)), 4)
    x, y = [], []
    for sample in samples:
        if sample.label == "pos":
            for rank, score in enumerate(sample.scores):
                others = max((*sample.scores[:rank], *sample.scores[rank + 1 :]), default=0.0)
                x.append([score - others, -rank])
                y.append(sample.right[rank])
    fit = LogisticRegression(C=10).fit(x, y)
    fitted["lead"] = _logistic(fit)
    fitted["rank_cost"] = round(float(fit.coef_[0][1]), 4)
    return fitted


def _logistic(fit: LogisticRegression) -> dict[str, float]:
    return {"intercept": round(float(fit.intercept_[0]), 4), "slope": round(float(fit.coef_[0][0]), 4)}


def _share_right(samples: Sequence[Sample]) -> float:
    return sum(sample.label == "pos" for sample in samples) / max(len(samples), 1)


def _report(samples: Sequence[Sample]) -> str:
    """Return the shares of questions answered, and the reliability table of single hits."""
    fitted = calibration()
    lines = [
        "| set | answered | out of domain, answered falsely | near misses, answered falsely |",
        "|---|---|---|---|",
    ]
    for data in sorted({sample.data for sample in samples}):
        shares = []
        for label in ("pos", "ood", "near"):
            some = [s for s in samples if s.data == data and s.label == label]
            answered = sum(fitted.answerable(s.evidence) >= fitted.bar(s.evidence) for s in some)
            shares.append(f"{answered / max(len(some), 1):.3f} ({len(some)})")
        lines.append(f"| {data} | " + " | ".join(shares) + " |")
    said: list[float] = []
    was: list[bool] = []
    for sample in samples:
        said += fitted.of_hits(fitted.answerable(sample.evidence), sample.scores)
        was += sample.right
    lines += ["", "| confidence | hits | said, mean | right, share |", "|---|---|---|---|"]
    confidences, right = np.array(said), np.array(was)
    for low in np.arange(0, 1, 0.1):
        some_hits = (confidences >= low) & (confidences < low + 0.1)
        if some_hits.any():
            mean, share = confidences[some_hits].mean(), right[some_hits].mean()
            lines.append(f"| {low:.1f}–{low + 0.1:.1f} | {some_hits.sum()} | {mean:.2f} | {share:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
