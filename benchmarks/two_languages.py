"""Asks libraries with texts in one language and in two: python -m benchmarks.two_languages --chinese DIR …

DIR holds a set with questions in both languages of Chinese passages (`passages.jsonl`, `queries.jsonl` with `lang`:
xquad_zh); `--more-chinese` a set that only fills a library. FILE is gzipped JSON lines {q, passage, title, answerable};
`--more-english` names one that only fills. `benchmarks/questions/two_languages.jsonl` has Chinese questions of FILE.

A fifth of the Chinese passages are left out: their questions are near misses. `--half` is the half of the articles of
both that is asked: rules are chosen on one and judged on the other. `--work` keeps the indexes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.report import row, where
from corpus.source import Source
from corpus.text.scripts import is_mostly_han
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer

_OWN = Path(__file__).parent / "questions" / "two_languages.jsonl"
_LARGE, _SMALL, _FILLED, _ASKED, _LEFT_OUT = 96, 12, 250, 40, 5
"""Passages of a text, of a small one and of what fills a library; questions of a kind; one passage in so many."""


@dataclass(frozen=True, slots=True)
class Asked:
    kind: str
    question: str
    gold: frozenset[str]
    """The words of the passages that answer, without blanks; empty for a near miss."""


@dataclass(frozen=True, slots=True)
class Text:
    """Passages of one language and questions about them."""

    name: str
    passages: tuple[str, ...]
    questions: tuple[Asked, ...]

    def small(self) -> Text:
        kept = tuple(random.Random(1).sample(self.passages, _SMALL))
        there = {_even(passage) for passage in kept}
        return Text(self.name, kept, tuple(one for one in self.questions if not one.gold or one.gold & there))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chinese", type=Path, required=True, metavar="DIR")
    parser.add_argument("--english", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--more-chinese", type=Path, required=True, metavar="DIR")
    parser.add_argument("--more-english", type=Path, required=True, metavar="FILE")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--half", type=int, choices=(0, 1), default=1, help="0: develop; 1: judge (the default)")
    parser.add_argument("--show", action="store_true", help="print each question that is not answered rightly")
    given = parser.parse_args()
    chinese, english = _chinese(given.chinese, given.half), _english(given.english, given.half)
    more_chinese = Text(
        "更多", tuple(one["text"] for one in _lines(given.more_chinese / "passages.jsonl"))[:_FILLED], ()
    )
    more_english = Text(
        "more", tuple(dict.fromkeys(one["passage"] for one in _lines(given.more_english)))[:_FILLED], ()
    )
    libraries = {
        "Chinese": (chinese,),
        "English": (english,),
        "both": (chinese, english),
        "English small": (english.small(), chinese, more_chinese),
        "Chinese small": (chinese.small(), english, more_english),
    }
    embedder = open_embedder(BUNDLED_NAME)
    sys.stdout.write(where(f"python -m benchmarks.two_languages --half {given.half}") + "\n")
    sys.stdout.write(
        row("library", "questions", "n", "right", "right, surely", "among 3", "taken over", "other", "none")
    )
    sys.stdout.write("\n" + "|---" * 9 + "|\n")
    for name, texts in libraries.items():
        engine = _open(given.work / f"{name.replace(' ', '-')}-{given.half}", texts, embedder)
        asked = [one for text in texts for one in text.questions]
        results: dict[str, Counter[str]] = defaultdict(Counter)
        for one in tqdm(asked, desc=name, disable=None):
            results[one.kind].update(_outcome(engine, one, given.show))
        for kind, found in results.items():
            cells: list[object] = [
                found[cell] for cell in ("n", "right", "surely right", "among 3", "taken over", "other", "none")
            ]
            if kind.endswith("near"):
                cells[1:4] = ["", f"answered surely {found['surely']}", ""]
            sys.stdout.write(row(name, kind, *cells) + "\n")
    return 0


def _outcome(engine: Engine, one: Asked, show: bool) -> list[str]:
    reply = engine.ask(one.question)
    hits = reply.hits if isinstance(reply, Answer) else ()
    cited = ["".join(citation.text.split()) for citation in (hit.citation for hit in hits)]
    right = [any(gold in words or words in gold for gold in one.gold) for words in cited]
    in_han = one.kind.split(" → ")[1].startswith("zh")
    if not hits:
        outcome = "none"
    elif right[0]:
        outcome = "right"
    else:
        outcome = "taken over" if is_mostly_han(hits[0].citation.text) != in_han else "other"
    if show and outcome != "right" and (one.gold or hits):
        best = hits[0] if hits else None
        said = f"{best.confidence:.2f} {best.citation.text[:60]}" if best else ""
        sys.stdout.write(f"    {one.kind} {outcome}: {one.question} {said}\n")
    surely = bool(hits) and hits[0].grade == "answers"
    return [
        "n",
        outcome,
        *(["among 3"] if any(right[:3]) else []),
        *([f"surely {outcome}", "surely"] if surely else []),
    ]


def _open(folder: Path, texts: Sequence[Text], embedder: Embedder) -> Engine:
    """Open the index of some texts; a passage is a line that ends as a sentence, so that none reads as a heading."""
    if not folder.is_dir():
        end = {True: "。", False: "."}
        sources = [
            Source.from_bytes(
                text.name,
                "\n".join(
                    one if one[-1] in '。.!?！？”"' else one + end[is_mostly_han(one)] for one in text.passages
                ).encode(),
                None,
            )
            for text in texts
        ]
        Index.build(folder, sources, embedder, progress=True)
    return Engine(Index.open(folder), embedder, Settings())


def _chinese(folder: Path, half: int) -> Text:
    passages = _lines(folder / "passages.jsonl")
    titles = sorted({one["title"] for one in passages})[half::2]
    own = [one for one in passages if one["title"] in titles]
    left_out = {one["id"] for one in own[::_LEFT_OUT]}
    texts = {one["id"]: " ".join(one["text"].split()) for one in own}
    kept = [texts[one["id"]] for one in own if one["id"] not in left_out][:_LARGE]
    words = {_even(one) for one in kept}
    asked: dict[str, list[Asked]] = defaultdict(list)
    for query in _lines(folder / "queries.jsonl"):
        for name in texts.keys() & set(query["positive_ids"]):
            kind = f"{query['lang']} → zh" + " near" * (name in left_out)
            if name in left_out or _even(texts[name]) in words:
                gold = frozenset() if name in left_out else frozenset([_even(texts[name])])
                asked[kind].append(Asked(kind, query["text"], gold))
    return Text("维基", tuple(kept), _some(asked.values()))


def _english(files: Sequence[Path], half: int) -> Text:
    lines = [one for path in files for one in _lines(path)]
    titles = sorted({one["title"] for one in lines})[half::2]
    own = [one | {"passage": " ".join(one["passage"].split())} for one in lines if one["title"] in titles]
    by_title: dict[str, list[str]] = defaultdict(list)
    for one in own:
        by_title[one["title"]].append(one["passage"])
    hand = [one for one in _lines(_OWN) if one["title"] in titles]
    wanted: list[Asked] = []
    for one in hand:
        gold = {words for words in by_title[one["title"]] if any(answer in words for answer in one["answers"])}
        wanted.append(Asked("zh → en", one["question"], frozenset(map(_even, gold))))
    needed = {words for one in wanted for words in one.gold}
    every = list(dict.fromkeys(one["passage"] for one in own))
    random.Random(2).shuffle(every)
    kept = sorted(every, key=lambda words: _even(words) not in needed)[:_LARGE]
    there = {_even(words) for words in kept}
    asked: dict[str, list[Asked]] = {"zh → en": wanted, "en → en": [], "en → en near": []}
    for one in own:
        words = _even(one["passage"])
        if words in there:
            kind = "en → en" if one["answerable"] else "en → en near"
            asked[kind].append(Asked(kind, one["q"], frozenset([words]) if one["answerable"] else frozenset()))
    random.Random(3).shuffle(kept)
    return Text("wikipedia", tuple(kept), _some(asked.values()))


def _some(groups: Iterable[list[Asked]]) -> tuple[Asked, ...]:
    return tuple(one for group in groups for one in random.Random(4).sample(group, min(len(group), _ASKED)))


def _even(words: str) -> str:
    return "".join(words.split()).rstrip("。.")


def _lines(path: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


if __name__ == "__main__":
    sys.exit(main())
