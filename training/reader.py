"""Trains the reader: python -m training.reader --data DIR --work DIR [--minutes 60]

DIR of `--data` holds the files that `training/reader_data.py` reads. In `--work` are kept the encoded texts, so that a
second run does not encode them again, and the weights of each hundredth step.

The loss of a set whose labels are known is the binary cross entropy of each passage, the cross entropy of the positive
one among all, and that of start and end of the answer. Of a set of which only is known whether some passage answers
(NoMIRACL), it is that of the soft maximum over its passages, or of each of them where none answers.
"""

from __future__ import annotations

import argparse
import math
import pickle
import random
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softplus

from index.encoders.base import Vectors
from index.encoders.centering import CommonComponents
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.openvino_reader import ReaderNetwork, ReaderWeights, compute
from index.encoders.registry import open_embedder
from qa.qa_settings import RANKING
from qa.ranking.reader_inputs import Inputs, Side, inputs
from qa.ranking.reader_network import WEIGHTS
from training.reader_data import Passage, Set, read_sets
from training.reader_model import Reader, Sizes
from training.reader_store import Texts

_PORTIONS = {"cmrc": 8, "cmrc-changed": 2, "squad": 3, "dureader": 3, "bags": 3, "bags-zh": 1}
"""Sets of a step, by source."""
_AT_RANDOM = 0.3
"""How often a set gets a random passage in place of a near one."""
_RATE, _WARM_UP = 5e-4, 100
_AVERAGE = 0.995
"""The share of the running average of the weights that each step keeps."""
_QUANTILE = 0.9999
"""Of the absolute inputs of a product: what is above it is cut off by rounding."""
_TOKENS = 2600
"""Tokens of a chunk that is computed at once."""


class Examples:
    """The sets with their encoded texts, and the nearest passages of other articles."""

    def __init__(self, data: Path, work: Path) -> None:
        kept = work / "sets.pkl"
        if not kept.is_file():
            self._encode(data, work)
        with kept.open("rb") as file:
            self.sets: list[Set] = pickle.load(file)
        with (work / "texts.pkl").open("rb") as file:
            questions, passages = pickle.load(file)
        self._questions = {text: number for number, text in enumerate(questions)}
        self._passages = {text: number for number, text in enumerate(passages)}
        self._asked, self._texts = Texts.load(work / "q.npz"), Texts.load(work / "p.npz")
        self.by_source: dict[str, list[Set]] = defaultdict(list)
        for one in self.sets:
            self.by_source[one.source].append(one)
        self._mined: dict[int, list[Passage]] = {}
        for source in ("cmrc", "squad", "dureader"):
            self._mine(self.by_source[source])

    @staticmethod
    def _encode(data: Path, work: Path) -> None:
        sets = read_sets(data)
        embedder = open_embedder(BUNDLED_NAME)
        common = CommonComponents.measure(embedder)
        questions = sorted({one.question for one in sets})
        passages = sorted({passage.text for one in sets for passage in one.passages})
        Texts.encode(questions, embedder, common, questions=True).save(work / "q.npz")
        Texts.encode(passages, embedder, common, questions=False).save(work / "p.npz")
        with (work / "texts.pkl").open("wb") as file:
            pickle.dump((questions, passages), file)
        with (work / "sets.pkl").open("wb") as file:
            pickle.dump(sets, file)

    def _mine(self, sets: Sequence[Set]) -> None:
        """Find for each set the positive passages of other articles that are closest to its question."""
        sets = [one for one in sets if one.mined]
        positives = [one.passages[0] for one in sets]
        vectors = self._texts.pooled[[self._passages[passage.text] for passage in positives]]
        asked = self._asked.pooled[[self._questions[one.question] for one in sets]]
        for first in range(0, len(sets), 512):
            scores = asked[first : first + 512] @ vectors.T
            nearest = np.argpartition(-scores, 30, axis=1)[:, :30]
            for row, found in enumerate(nearest):
                one = sets[first + row]
                answer = one.passages[0].text[slice(*(one.passages[0].answer or (0, 0)))]
                fit = [
                    positives[number]
                    for number in found[np.argsort(-scores[row, found])]
                    if sets[number].article != one.article and answer not in positives[number].text
                ]
                self._mined[id(one)] = fit[:10]

    def draw(self) -> list[Set]:
        """Return the sets of a step."""
        bags = [source for source in self.by_source if source.startswith("nomiracl") and source != "nomiracl-zh"]
        drawn: list[Set] = []
        for portion, count in _PORTIONS.items():
            if portion == "bags":
                names = random.choices(bags, [len(self.by_source[name]) for name in bags], k=count)
                drawn += [random.choice(self.by_source[name]) for name in names]
            else:
                drawn += random.choices(self.by_source["nomiracl-zh" if portion == "bags-zh" else portion], k=count)
        return [self._with_negatives(one) for one in drawn]

    def _with_negatives(self, one: Set) -> Set:
        passages = list(one.passages)
        if one.bag >= 0:
            passages = random.sample(passages, min(len(passages), 10 if one.bag else 6))
            return Set(one.source, one.question, tuple(passages), one.bag)
        if len(passages) > 3:
            passages = [passages[0], *random.sample(passages[1:], 2)]
        if mined := self._mined.get(id(one)):
            weights = [1 / (3 + place) for place in range(len(mined))]
            passages += {id(passage): passage for passage in random.choices(mined, weights, k=2)}.values()
            if random.random() < _AT_RANDOM:
                passages[-1] = random.choice(random.choice(self.by_source[one.source]).passages)
                passages[-1] = Passage(passages[-1].text, passages[-1].context, 0)
        return Set(one.source, one.question, tuple(passages))

    def pairs(self, one: Set) -> Inputs:
        """Return the inputs of a set."""
        tokens = self._asked.tokens(self._questions[one.question])
        weights = np.maximum(self._asked.surprisal[tokens] - RANKING.common, RANKING.least)
        vectors = self._asked.values[tokens] * self._asked.scales[tokens, None]
        spelt = self._asked.spelt[tokens].tolist()
        weights = (weights / max(float(weights.sum()), 1e-9)).astype(np.float32)
        return inputs(Side(vectors, spelt, weights, np.zeros(len(spelt), np.bool_)), [*map(self._side, one.passages)])

    def _side(self, passage: Passage) -> Side:
        tokens = self._texts.tokens(self._passages[passage.text])
        vectors = self._texts.values[tokens] * self._texts.scales[tokens, None]
        is_context = self._texts.offsets[tokens, 0] < passage.context
        return Side(vectors, self._texts.spelt[tokens].tolist(), self._texts.surprisal[tokens], is_context)

    def place(self, passage: Passage) -> tuple[int, int] | None:
        """Return the first and the last token of the answer; None if it is not in the tokens that are read."""
        if passage.answer is None:
            return None
        offsets = self._texts.offsets[self._texts.tokens(self._passages[passage.text])]
        inside = np.flatnonzero((offsets[:, 0] < passage.answer[1]) & (offsets[:, 1] > passage.answer[0]))
        if not len(inside) or inside[-1] >= 240:
            return None
        return int(inside[0]), int(inside[-1])


def batch(pairs: Sequence[tuple[Inputs, int]]) -> list[Tensor]:
    """Return the tensors of some pairs, each given by inputs and row."""
    length = max(int(one.mask[row].sum()) for one, row in pairs)
    columns = []
    for name in ("vectors", "features", "globals", "segments", "positions", "mask"):
        rows = []
        for one, row in pairs:
            values = getattr(one, name)[row]
            if name != "globals":
                values = values[:length]
                gap = length - len(values)
                values = np.pad(values, [(0, gap)] + [(0, 0)] * (values.ndim - 1)) if gap else values
            rows.append(values)
        columns.append(torch.from_numpy(np.stack(rows)))
    return columns


def forward(model: Reader, pairs: Sequence[tuple[Inputs, int]], drop: float = 0.0) -> tuple[Tensor, list[Tensor]]:
    """Return the logits of pairs, and start and end logits of each. `drop`: how often to hide the same spellings."""
    order = sorted(range(len(pairs)), key=lambda number: int(pairs[number][0].mask[pairs[number][1]].sum()))
    logits: dict[int, Tensor] = {}
    places: dict[int, Tensor] = {}
    start = 0
    while start < len(order):
        end, longest = start, 0
        while end < len(order):
            one, row = pairs[order[end]]
            longest = int(one.mask[row].sum())
            if end > start and longest * (end + 1 - start) > _TOKENS:
                break
            end += 1
        some = order[start:end]
        tensors = batch([pairs[number] for number in some])
        if drop:
            hidden = torch.rand(len(some)) < drop
            tensors[1][hidden, :, 2] = 0
            tensors[2][hidden, 1] = 0
        one_logit, one_place = model(*tensors)
        for at, number in enumerate(some):
            logits[number], places[number] = one_logit[at], one_place[at]
        start = end
    return torch.stack([logits[n] for n in range(len(pairs))]), [places[n] for n in range(len(pairs))]


def loss_of(model: Reader, examples: Examples, sets: Sequence[Set]) -> Tensor:
    made = [examples.pairs(one) for one in sets]
    pairs = [(one, row) for one in made for row in range(len(one.mask))]
    logits, places = forward(model, pairs, drop=0.1)
    total, at = torch.zeros(()), 0
    for one, own in zip(sets, made, strict=True):
        some = logits[at : at + len(own.mask)]
        if one.bag == 1:
            total = total + 1.5 * softplus(-torch.logsumexp(some, 0))
        elif one.bag == 0:
            total = total + 1.5 * (1.2 * softplus(some).mean() + 0.4 * softplus(some).max())
        else:
            labels = torch.tensor([float(passage.label) for passage in one.passages])
            weights = 1 + labels
            each = binary_cross_entropy_with_logits(some, labels * 0.98 + 0.01, weights, reduction="sum")
            total = total + each / (1 + len(labels) / 2)
            if labels[0] == 1:
                if len(some) > 1:
                    total = total + cross_entropy(some[None], torch.zeros(1, dtype=torch.int64))
                if place := examples.place(one.passages[0]):
                    start = int(own.starts[0])
                    there = places[at][start : int(own.mask[0].sum())]
                    total = total + 0.15 * sum(
                        cross_entropy(there[:, end][None], torch.tensor([place[end]])) for end in (0, 1)
                    )
        at += len(own.mask)
    return total / len(sets)


class Halves:
    """Computes the gradient of a step on several threads, each with its part of the sets.

    Operations this small gain little from more threads each; a thread for each part gains nearly as much as it adds.
    """

    def __init__(self, model: Reader, count: int) -> None:
        self._model = model
        self._copies = [deepcopy(model) for _ in range(count)]
        for one in self._copies:
            for mine, shared in zip(one.parameters(), model.parameters(), strict=True):
                mine.data = shared.data
        self._pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))

    def backward(self, examples: Examples, sets: Sequence[Set]) -> float:
        """Set the gradients of the model, and return the loss."""

        def one(part: tuple[int, Reader]) -> float:
            number, model = part
            model.zero_grad()
            loss = loss_of(model, examples, sets[number :: len(self._copies)]) / len(self._copies)
            loss.backward()  # type: ignore[no-untyped-call]
            return loss.item()

        losses = list(self._pool.map(one, enumerate(self._copies)))
        each = [model.parameters() for model in self._copies]
        for mine, *others in zip(self._model.parameters(), *each, strict=True):
            mine.grad = sum(other.grad for other in others if other.grad is not None)
        return sum(losses)


def train(examples: Examples, work: Path, minutes: float, sizes: Sizes, before: Path | None) -> Reader:
    """Train for some minutes, and return the average model. `before`: the weights of an earlier run to go on from."""
    torch.manual_seed(0)
    random.seed(1 if before is None else zlib.crc32(before.read_bytes()))
    model = Reader(sizes)
    if before:
        model.load_state_dict(torch.load(before))
    average = deepcopy(model).eval()
    halves = Halves(model, torch.get_num_threads())
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0}])
    began, step, shown = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - began) / (60 * minutes)) < 1:
        rate = _RATE * min(1, (step + 1) / _WARM_UP) * (0.5 * (1 + math.cos(math.pi * done)) * 0.95 + 0.05)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = halves.backward(examples, examples.draw())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        keep = min(_AVERAGE, (step + 1) / (step + 10))
        with torch.no_grad():
            for mean, now in zip(average.parameters(), model.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        step += 1
        shown = 0.95 * shown + 0.05 * loss if step > 1 else loss
        if step % 10 == 0:
            sys.stderr.write(f"step {step}, {time.monotonic() - began:.0f} s: loss {shown:.3f}, rate {rate:.5f}\n")
        if step % 100 == 0:
            torch.save(average.state_dict(), work / "reader.pt")
            torch.save(average.state_dict(), work / f"reader-{step:05}.pt")
    torch.save(average.state_dict(), work / "reader.pt")
    return average


def export(model: Reader, examples: Examples, path: Path) -> float:
    """Write the weights that `qa/ranking/reader.py` reads. Return the largest change of a logit by rounding them."""
    arrays = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    random.seed(2)
    made = [examples.pairs(one) for _ in range(10) for one in examples.draw()]
    reach: dict[str, list[float]] = defaultdict(list)

    def seen(name: str, values: Vectors) -> None:
        if name.startswith(("layers", "project")):
            reach[name].append(float(np.quantile(np.abs(values), _QUANTILE)))

    ReaderWeights.write(path, arrays, {})
    exact = ReaderWeights.read(path)
    logits = [_compute(exact, one, seen) for one in made]
    ReaderWeights.write(path, arrays, {name: max(values) for name, values in reach.items()})
    network = ReaderNetwork.open(path)
    changes = [np.abs(network([one])[0][0] - logit) for one, logit in zip(made, logits, strict=True)]
    return float(np.concatenate(changes).max())


def _compute(weights: ReaderWeights, one: Inputs, seen: Callable[[str, Vectors], None]) -> Vectors:
    placed = weights.placed(one.segments, one.positions)
    return compute(weights, one.vectors, one.features, one.globals, placed, one.mask, seen)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--continue-from", type=Path, help="go on from the weights of this file of an earlier run")
    parser.add_argument(
        "--export", type=Path, nargs="+", metavar="FILE", help="write the mean of these weights of earlier runs instead"
    )
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    examples = Examples(options.data, options.work)
    if options.export:
        states = [torch.load(path) for path in options.export]
        model = Reader(Sizes()).eval()
        model.load_state_dict({name: sum(state[name] for state in states) / len(states) for name in states[0]})
    else:
        model = train(examples, options.work, options.minutes, Sizes(), options.continue_from)
    change = export(model, examples, WEIGHTS)
    sys.stdout.write(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes; 8 bits change a logit by {change:.2f} at most\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
