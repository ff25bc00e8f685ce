"""Null scores: the scores of unrelated everyday questions in an index. They are cached in the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from corpus.configuration import changed
from corpus.errors import QAError
from index.backend import AnyIndex
from index.encoders.base import Embedder
from index.encoders.centering import questions
from index.manifest import Manifest
from index.query import WeightedQuery
from qa.qa_settings import ANSWERS, Settings
from qa.ranking import RANKER_VERSION
from qa.ranking.confidence import NullScores
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank

Lent = tuple[dict[bool, NullScores], Manifest]
"""Null scores, and the contents of the index of which they were measured."""


def is_like(measured: Manifest, newer: Manifest) -> bool:
    """Return whether null scores of one state of an index do for another: both are large, and nearly the same."""
    before = {document.id: document.rows for document in measured.documents}
    shared = sum(before.get(document.id, 0) for document in newer.documents)
    most = max(sum(before.values()), sum(document.rows for document in newer.documents))
    return most >= ANSWERS.lending_rows and most - shared <= ANSWERS.lending_change * most


def cached_null_scores(
    opened: AnyIndex, settings: Settings, measure: Callable[[], dict[bool, NullScores]]
) -> dict[bool, NullScores]:
    """Return the cached null scores; if documents, settings or ranker have changed, `measure` them. Never raises."""
    key = _key(opened, settings)
    with suppress(QAError, ValueError, KeyError, TypeError):
        record = json.loads(opened.database.null_scores(key) or "")
        return {cross: NullScores(*map(float, record[name])) for cross, name in ((False, "same"), (True, "cross"))}
    null_scores = measure()
    record = {("cross" if cross else "same"): [one.mean, one.deviation] for cross, one in null_scores.items()}
    with suppress(QAError):  # it may be read-only
        opened.keep_null_scores(key, json.dumps(record))
    return null_scores


def measure_null_scores(
    opened: AnyIndex, embedder: Embedder, titles: Titles, settings: Settings, crosses: Callable[[str], bool]
) -> dict[bool, NullScores]:
    """Score the everyday questions: separately those that `crosses` finds in another script than the index."""
    common = opened.common
    best: dict[bool, list[float]] = {False: [], True: []}
    for number, question in enumerate(questions()):
        query = Query.of(WeightedQuery.of(question), common.questions.text(number), common.tokens, embedder)
        scores = rank(query, opened, titles, settings.candidates).scores
        best[crosses(question)].append(float(scores[0]) if len(scores) else 0.0)
    return {cross: NullScores(float(np.mean(scores)), float(np.std(scores))) for cross, scores in best.items()}


def _key(opened: AnyIndex, settings: Settings) -> str:
    """Return a digest of everything that the scores depend on."""
    depends = f"{opened.manifest.checksum} {RANKER_VERSION} {changed('ranking')} {settings.candidates} {questions()}"
    return hashlib.sha256(depends.encode()).hexdigest()
