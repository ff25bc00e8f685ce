"""Fits `qa/ranking/confidence.json`: python -m training.confidence --data DIR [DIR…] --train DIR --work DIR
                                       [--asked NAME QUESTIONS.jsonl TEXT…]…

Each DIR of `--data` holds `passages.jsonl` {id, title, text} and `queries.jsonl` {text, positive_ids, lang?} (XQuAD,
CMRC and DRCD in the development data), `--train` the files of `training/reader_data.py`, of which some are held out.
`--asked` adds a question file (`qa/evaluate.py`) and its texts; the shipped text with its questions always takes part.
`--work` keeps the indexes. `training/asked.py` tells what is asked of which collection.

Fitted is a logistic model over the features of each candidate (`qa/ranking/confidence.py`), with the reader and
without it. Every collection counts the same. The tables are of collections that did not take part: for each, the model
is fitted on the others. The bars are chosen, not fitted; docs/quality.md tells how.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from qa.ranking.confidence import Weights
from training.asked import ROOT, Asker, Sample, _read, stack

_WEIGHTS = {"pos": 1.0, "bag": 0.7, "near": 0.5, "ood": 0.5}
"""What the questions of a label count in each collection."""
_READ = ("reader", "reader's lead", "best of the reader", "coverage")
"""The features of the reader."""
_BARS = {"may_answer": 0.08, "answers": 0.5}
Model = dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--asked", nargs="+", action="append", default=[])
    parser.add_argument("--again", action="store_true", help="use the samples of the last run")
    options = parser.parse_args()
    kept = options.work / "samples.pkl"
    if options.again:
        samples: list[Sample] = pickle.loads(kept.read_bytes())
    else:
        samples = _ask(options)
        kept.write_bytes(pickle.dumps(samples))
    fitted = {
        "with_reader": {"weights": fit(samples, with_reader=True)},
        "without_reader": {"weights": fit(samples, with_reader=False)},
        **_BARS,
    }
    path = ROOT / "qa" / "ranking" / "confidence.json"
    path.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(path.read_text(encoding="utf-8") + "\n" + report(samples))
    return 0


def _ask(options: Any) -> list[Sample]:
    asker = Asker(open_embedder(BUNDLED_NAME), options.work)
    samples: list[Sample] = []

    def add(name: str, found: Any) -> None:
        samples.extend(found)
        sys.stderr.write(f"{name}: {len(samples)} samples so far\n")

    foreign = [query["text"] for folder in options.data for query in _read(folder)[1]]
    add("shipped", asker.shipped(foreign))
    for name, questions, *texts in options.asked:
        paths = [path for text in texts for path in (Path(text), *sorted(Path(text).rglob("*"))) if path.is_file()]
        add(name, asker.folder(name, paths, Path(questions), foreign))
    for folder in options.data:
        add(folder.name, asker.question_set(folder, [other for other in options.data if other != folder]))
    add("nomiracl", asker.bags(options.train))
    add("squad", asker.english(options.train, foreign))
    return samples


def _weigh(samples: Sequence[Sample]) -> npt.NDArray[np.float64]:
    """Return a weight for each sample, so that each collection counts the same, and in it each label by `_WEIGHTS`."""
    counts = Counter((sample.data, sample.label) for sample in samples)
    weights = np.array([_WEIGHTS[sample.label] / counts[sample.data, sample.label] for sample in samples])
    return np.asarray(weights * len(samples) / weights.sum(), np.float64)


def fit(samples: Sequence[Sample], *, with_reader: bool) -> Model:
    """Return the weights of the features. Of a bag, the passage of which the reader is surest counts as the answer."""
    samples = [sample for sample in samples if len(sample.evidence.scores)]
    columns, right, owners = stack(samples)
    names = [name for name in columns if with_reader or not name.startswith(_READ)]
    for number, sample in enumerate(samples):
        if sample.label == "bag" and sample.evidence.reading is not None:
            own = np.flatnonzero(owners == number)
            right[own[int(np.argmax(sample.evidence.reading.logits))]] = True
    x = np.stack([columns[name] for name in names], axis=1)
    scale = np.maximum(x.std(axis=0), 1e-3)
    weights = _weigh(samples)[owners]
    fitted = LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000).fit(x / scale, right, sample_weight=weights)
    return {name: round(float(weight), 5) for name, weight in zip(names, fitted.coef_[0] / scale, strict=True)}


def probabilities(model: Model, samples: Sequence[Sample]) -> list[npt.NDArray[np.float64]]:
    """Return the probability of each candidate of each sample."""
    return [Weights(weights=model).probabilities(sample.evidence) for sample in samples]


def held_out(samples: Sequence[Sample], *, with_reader: bool = True) -> list[npt.NDArray[np.float64]]:
    """Return the probabilities of each sample by a model that was fitted on the other collections."""
    found: dict[int, npt.NDArray[np.float64]] = {}
    for data in sorted({sample.data for sample in samples}):
        model = fit([sample for sample in samples if sample.data != data], with_reader=with_reader)
        own = [number for number, sample in enumerate(samples) if sample.data == data]
        found |= dict(zip(own, probabilities(model, [samples[number] for number in own]), strict=True))
    return [found[number] for number in range(len(samples))]


def report(samples: Sequence[Sample]) -> str:
    """Return how each collection is answered by the model of the others, and the reliability table."""
    kinds = sorted({(sample.data, sample.evidence.is_cross) for sample in samples})
    lines = []
    for with_reader in (True, False):
        sure = held_out(samples, with_reader=with_reader)
        best = np.array([one.max(initial=0) for one in sure])
        lines += [
            "",
            "with the reader" if with_reader else "without it",
            "",
            "| collection | n | hit@1 by score / by probability | answered / surely | out of domain / surely "
            "| near misses / surely | AUROC out of domain, near |",
            "|---|---|---|---|---|---|---|",
        ]
        for data, cross in kinds:
            row = [f"| {data}{', across' if cross else ''} "]
            part = {
                label: [
                    number
                    for number, sample in enumerate(samples)
                    if (sample.data, sample.evidence.is_cross) == (data, cross)
                    and sample.label in ((label, "bag") if label == "pos" else (label,))
                ]
                for label in ("pos", "near", "ood")
            }
            pos = [number for number in part["pos"] if samples[number].label == "pos"]
            by_score = np.mean([samples[number].right[:1] == (True,) for number in pos]) if pos else np.nan
            firsts = [samples[number].right[int(sure[number].argmax())] for number in pos if len(sure[number])]
            by_sure = np.mean(firsts) if firsts else np.nan
            counts = " + ".join(str(len(part[label])) for label in ("pos", "ood", "near"))
            row.append(f"| {counts} | {by_score:.3f} / {by_sure:.3f} ")
            for label in ("pos", "ood", "near"):
                some = best[part[label]]
                shares = [np.mean(some >= _BARS[bar]) if len(some) else np.nan for bar in _BARS]
                row.append(f"| {shares[0]:.2f} / {shares[1]:.2f} ")
            areas = [
                roc_auc_score([1] * len(part["pos"]) + [0] * len(part[label]), best[part["pos"] + part[label]])
                if part["pos"] and part[label]
                else np.nan
                for label in ("ood", "near")
            ]
            row.append(f"| {areas[0]:.3f}, {areas[1]:.3f} |")
            lines.append("".join(row))
        said = np.concatenate([one for one, sample in zip(sure, samples, strict=True) if sample.label != "bag"])
        was = np.concatenate([np.array(sample.right) for sample in samples if sample.label != "bag"])
        lines += ["", "| probability | candidates | said, mean | right, share |", "|---|---|---|---|"]
        for low in np.arange(0, 1, 0.1):
            some = (said >= low) & (said < low + 0.1)
            if some.any():
                mean, share = said[some].mean(), was[some].mean()
                lines.append(f"| {low:.1f}–{low + 0.1:.1f} | {some.sum()} | {mean:.2f} | {share:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
