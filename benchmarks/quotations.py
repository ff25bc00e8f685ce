"""Measures the time of a quotation check, compared with rapidfuzz.fuzz.partial_ratio_alignment over the whole text:

    python -m benchmarks.quotations
    python -m benchmarks.quotations --draft     the quotations of a draft, most of them wrong, against 30 texts

partial_ratio_alignment finds the most similar substring of the quotation's length, without breaks, places or
differences. Longer texts are the shipped text between lines of its own characters, drawn pair by pair. Seconds differ
from machine to machine; the ratio is from one run.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from rapidfuzz.fuzz import partial_ratio_alignment

from corpus.parse import parse
from corpus.source import SHIPPED, load
from qa.quotations.checker import Checker

_RUNS = 7
_SENTENCE = "成员国主张，各国在管理互联网方面享有平等权利，并拥有网络主权。"
_QUOTATIONS = {
    "exact": _SENTENCE,
    "altered": _SENTENCE.replace("平等", "同等"),
    "absent": "量子计算机的纠错码需要更多物理比特来保护逻辑比特信息。",
}


_TEXTS, _OF_DRAFT = 30, 60


def main() -> int:
    if sys.argv[1:] == ["--draft"]:
        return _draft()
    source = load(SHIPPED).text
    document = parse(source, name="shipped")
    paragraph = max((document.quote(passage.spans) for passage in document.passages), key=len)
    quotations = _QUOTATIONS | {f"altered, {len(paragraph)} characters": paragraph.replace("我们", "咱们")}
    write = sys.stdout.write
    write("| characters | quotation | ours, ms | partial_ratio_alignment, ms | ratio |\n|---|---|---|---|---|\n")
    for size in (len(source), 100_000, 1_000_000):
        text = _longer(source, size)
        document = parse(text, name="text")
        start = time.perf_counter()
        checker = Checker([document])
        made = time.perf_counter() - start
        for name, quote in quotations.items():
            ours = _median(checker.check, quote)
            theirs = _median(partial_ratio_alignment, quote, text)
            write(f"| {len(text):,} | {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {ours / theirs:.2f} |\n")
        write(f"| {len(text):,} | (making the checker, once) | {made * 1e3:.1f} | | |\n")
        sys.stdout.flush()
    return 0


def _draft() -> int:
    """Measure altered, shuffled and absent quotations against many texts: where each is nearest."""
    source = load(SHIPPED).text
    draw = random.Random(1)
    texts = {
        f"text {number}": _longer(source[number * 200 :: 1 + number % 2], 20_000, seed=number)
        for number in range(_TEXTS)
    }
    documents = [parse(text, name=name) for name, text in texts.items()]
    checker = Checker(documents)
    characters = [character for character in source if character.isalpha()]
    write = sys.stdout.write
    write("| quotations | ours, ms | partial_ratio_alignment over all texts, ms | ratio |\n|---|---|---|---|\n")
    passages = [document.quote(one.spans) for document in documents for one in document.passages]
    wrong: dict[str, Callable[[str], str]] = {
        "one character in 15 changed": lambda quote: _changed(draw, quote, characters, 15),
        "one character in 3 changed": lambda quote: _changed(draw, quote, characters, 3),
        "shuffled": lambda quote: "".join(draw.sample(quote, len(quote))),
        "absent": lambda quote: "".join(draw.choices(characters, k=len(quote))),
    }
    for name, change in wrong.items():
        quotes = [change(draw.choice(passages)[: draw.randint(12, 90)]) for _ in range(_OF_DRAFT)]
        ours = statistics.median(_seconds(checker.check, quote) for quote in quotes)
        theirs = statistics.median(_seconds(_align, quote, *texts.values()) for quote in quotes)
        write(f"| {name} | {ours * 1e3:.1f} | {theirs * 1e3:.1f} | {ours / theirs:.2f} |\n")
        sys.stdout.flush()
    return 0


def _align(quote: str, *texts: str) -> None:
    for text in texts:
        partial_ratio_alignment(quote, text)


def _changed(draw: random.Random, quote: str, characters: list[str], every: int) -> str:
    return "".join(draw.choice(characters) if draw.randrange(every) == 0 else one for one in quote)


def _longer(source: str, size: int, *, seed: int = 1) -> str:
    """Return the source with lines around it, `size` characters in all."""
    draw = random.Random(seed)
    characters = [character for character in source if character not in "\n*"]
    following: dict[str, list[str]] = {}
    for character, after in pairwise(characters):
        following.setdefault(character, []).append(after)
    lines: list[str] = []
    for _ in range(max(0, size - len(source)) // 83):
        line = [draw.choice(characters)]
        while len(line) < 80:
            line.append(draw.choice(following.get(line[-1], characters)))
        lines.append("".join(line) + "。\n\n")
    half = len(lines) // 2
    return "".join((*lines[:half], source, "\n\n", *lines[half:])) if lines else source


def _median(run: Callable[..., object], *arguments: str) -> float:
    return statistics.median(_seconds(run, *arguments) for _ in range(_RUNS))


def _seconds(run: Callable[..., object], *arguments: str) -> float:
    start = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
