"""Null scores: the scores of unrelated everyday questions in an index. They are cached in the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from corpus.configuration import changed
from corpus.errors import QAError
from corpus.text.scripts import has_han
from index.backend import AnyIndex
from index.encoders.base import Embedder
from index.encoders.centering import questions
from index.manifest import Manifest
from index.query import WeightedQuery
from qa.qa_settings import ANSWERS, Settings
from qa.ranking import RANKER_VERSION
from qa.ranking.features import Titles
from qa.ranking.late_interaction import Query, rank
from qa.ranking.other_script import Measured, NullScores, Others

_SCRIPTS = {True: "han", False: "other"}
_CROSSING = {False: "same", True: "cross"}
Lent = tuple[Measured, Manifest]
"""Null scores, and the contents of the index of which they were measured."""


def is_like(measured: Manifest, newer: Manifest) -> bool:
    """Return whether null scores of one state of an index do for another: both are large, and nearly the same."""
    before = {document.id: document.rows for document in measured.documents}
    shared = sum(before.get(document.id, 0) for document in newer.documents)
    most = max(sum(before.values()), sum(document.rows for document in newer.documents))
    return most >= ANSWERS.lending_rows and most - shared <= ANSWERS.lending_change * most


def cached_null_scores(opened: AnyIndex, settings: Settings, measure: Callable[[], Measured]) -> Measured:
    """Return the cached null scores; if documents, settings or ranker have changed, `measure` them. Never raises."""
    key = _key(opened, settings)
    with suppress(QAError, ValueError, KeyError, TypeError, AttributeError):
        record = json.loads(opened.database.null_scores(key) or "")
        kept = {
            in_han: {cross: NullScores(*map(float, record[script][name])) for cross, name in _CROSSING.items()}
            for in_han, script in _SCRIPTS.items()
            if script in record
        }
        if kept:
            return kept
    measured = measure()
    record = {
        _SCRIPTS[in_han]: {_CROSSING[cross]: [one.mean, one.deviation] for cross, one in pair.items()}
        for in_han, pair in measured.items()
    }
    with suppress(QAError):  # it may be read-only
        opened.keep_null_scores(key, json.dumps(record))
    return measured


def measure_null_scores(opened: AnyIndex, embedder: Embedder, titles: Titles, settings: Settings) -> Measured:
    """Score the everyday questions: separately rows of each script, and questions in the other script than these."""
    common = opened.common
    scripts = np.unique(opened.in_han).tolist() or [False]
    best: dict[bool, dict[bool, list[float]]] = {in_han: {False: [], True: []} for in_han in scripts}
    for number, question in enumerate(questions()):
        query = Query.of(WeightedQuery.of(question), common.questions.text(number), common.tokens, embedder)
        others = Others.of(opened, question) if len(scripts) > 1 else None
        ranked = rank(query, opened, titles, settings.candidates, others=others)
        for in_han in scripts:
            mine = ranked.scores if others is None else ranked.scores[opened.in_han[ranked.rows] == in_han]
            best[in_han][has_han(question) != in_han].append(float(mine[0]) if len(mine) else 0.0)
    return {
        in_han: {cross: NullScores(float(np.mean(scores)), float(np.std(scores))) for cross, scores in pair.items()}
        for in_han, pair in best.items()
    }


def _key(opened: AnyIndex, settings: Settings) -> str:
    """Return a digest of everything that the scores depend on."""
    depends = f"{opened.manifest.checksum} {RANKER_VERSION} {changed('ranking')} {settings.candidates} {questions()}"
    return hashlib.sha256(depends.encode()).hexdigest()
