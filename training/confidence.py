"""Fit `qa.confidence` on a question set: python training/confidence.py --data DIR

DIR holds `passages.jsonl` {id, text} and `queries.jsonl` {text, positive_ids} (XQuAD, CMRC and DRCD are in that
form in the development data). Its passages are cut into two halves, each an index of its own. The questions of a
half are asked of it, and those of the other half too, which it does not answer. The label of a question is
whether the first passage answers it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from index import background
from index.bundled import BUNDLED_NAME
from index.embed import open_embedder
from index.store import less


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    passages, questions = _read(data / "passages.jsonl"), _read(data / "queries.jsonl")
    embedder = open_embedder(BUNDLED_NAME)
    passage_mean = embedder.embed_passages(background.PASSAGES).mean(axis=0)
    question_mean = embedder.embed_questions(background.QUESTIONS).mean(axis=0)
    vectors = less(passage_mean, embedder.embed_passages([p["text"] for p in passages], progress=True))
    asked = less(question_mean, embedder.embed_questions([q["text"] for q in questions]))
    middle = len(passages) // 2
    scores, labels = [], []
    for half in (slice(0, middle), slice(middle, None)):
        cosines = asked @ vectors[half].T
        ids = [p["id"] for p in passages[half]]
        scores.append(cosines.max(axis=1))
        labels.append([ids[row] in q["positive_ids"] for row, q in zip(cosines.argmax(axis=1), questions, strict=True)])
    x, y = np.concatenate(scores), np.concatenate(labels)
    fit = LogisticRegression(C=1e6).fit(x[:, None], y)
    slope, intercept = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    sys.stdout.write(f"{len(x)} questions: _MIDDLE = {-intercept / slope:.3f}, _SLOPE = {slope:.1f}\n")
    return 0


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
