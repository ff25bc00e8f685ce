"""What CC-CEDICT has for a word of a Chinese text: for who reads English. It is a dictionary, and no translation.

The word at a place is found by the segmenter (`word_segmenter`), and made longer to the longest entry that begins and
ends where one of its words does: 上海合作组织, of which 上海, 合作 and 组织 are parts.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

from corpus.text.normalise import simplified
from corpus.text.scripts import HAN, IDEOGRAPHS, has_kana_or_hangul
from qa.qa_settings import GLOSSES
from qa.question.cedict import cached_database, cedict_text, opened
from qa.question.pinyin import with_tone_marks
from qa.question.word_segmenter import tagged

_ENTRY = re.compile(r"^([^#\s]\S*) (\S+) \[([^\]]*)\] /(.*)/\s*$", re.MULTILINE)
_RUN = re.compile(f"[{IDEOGRAPHS}]{{1,{2 * GLOSSES.around}}}")
"""Chinese characters side by side, as many as are looked at together: without punctuation there may be any number."""
_BOTH_FORMS = re.compile(rf"([{IDEOGRAPHS}·]+)\|([{IDEOGRAPHS}·]+)")
_PINYIN = re.compile(r"\s?\[([^\]]*)\]")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_SAYS_LITTLE = re.compile(r"(?:surname|(?:\w+ )?variant of|erhua|used in|see |abbr\.)", re.IGNORECASE)
_SEPARATOR = "/"
"""Between senses: none has it."""


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """An entry of the dictionary."""

    simplified: str
    traditional: str
    pinyin: str
    """With tone marks; names have capitals."""
    senses: tuple[str, ...]

    @property
    def brief(self) -> str:
        """The first sense in a few words; empty where it says what the word does (的, 第) and not what it means."""
        short = re.split("[;,]", _without_brackets(self.senses[0]))[0].strip().removeprefix("to ")
        return "" if len(short) > GLOSSES.longest_brief or _SAYS_LITTLE.match(short) else short


_Entries = dict[str, tuple[DictionaryEntry, ...]]
"""By the word in Simplified characters."""


@dataclass(frozen=True, slots=True)
class Gloss:
    """The entries of a word of a text."""

    start: int
    end: int
    """The range [start, end) of the word in the text."""
    entries: tuple[DictionaryEntry, ...]
    """Empty where the dictionary lacks the word."""
    parts: tuple[DictionaryEntry, ...] = ()
    """Then: the first entries of the words or characters that it is made of, as far as they are known."""


def gloss_at(text: str, at: int) -> Gloss | None:
    """Return the gloss of the word at a place of a text; None where no Chinese character stands there."""
    if not 0 <= at < len(text) or not HAN.match(text, at) or has_kana_or_hangul(text):
        return None
    around = range(max(0, at - GLOSSES.around), at + GLOSSES.around)
    return next(gloss for gloss in _glosses(text, around) if gloss.start <= at < gloss.end)


def brief_glosses(text: str) -> tuple[str, ...]:
    """Return a few English words for each word of a text, in its order; nothing for a word that has none."""
    if has_kana_or_hangul(text):
        return ()
    return tuple(brief for gloss in _glosses(text, range(len(text))) if (brief := _brief(gloss)))


def _brief(gloss: Gloss) -> str:
    entries = gloss.entries[:1] or gloss.parts
    return " ".join(entry.brief for entry in entries if entry.brief)


def _glosses(text: str, around: range) -> Iterator[Gloss]:
    """Yield the glosses of all words in a part of a text, in order. What is no Chinese character divides words."""
    for run in _RUN.finditer(text, around.start, around.stop):
        for gloss in _of_run(run[0]):
            yield replace(gloss, start=gloss.start + run.start(), end=gloss.end + run.start())


@lru_cache(maxsize=1024)
def _of_run(run: str) -> tuple[Gloss, ...]:
    """Return the glosses of the words of a run of Chinese characters: the longest entry from each border of a word."""
    spelt = simplified(run)
    cuts = [0, *accumulate(len(word) for word, _ in tagged(spelt))]
    words = pairwise(cuts)
    spans = {(a, b) for a in cuts for b in cuts if a < b <= a + GLOSSES.longest_word}
    spans |= {(a, b) for first, end in words for a in range(first, end) for b in range(a + 1, end + 1)}
    known = _entries_of({spelt[a:b] for a, b in spans})
    found: list[Gloss] = []
    at = 0
    while at < len(run):
        ends = [cut for cut in cuts if cut > at]
        end = max((cut for cut in ends if spelt[at:cut] in known), default=ends[0])
        entries = _written_so(known.get(spelt[at:end], ()), run[at:end])
        found.append(Gloss(at, end, entries, () if entries else tuple(_parts(spelt[at:end], known))))
        at = end
    return tuple(found)


def _parts(word: str, known: _Entries) -> Iterator[DictionaryEntry]:
    """Yield the first entries of the longest words within one that is not known."""
    at = 0
    while at < len(word):
        end = max((end for end in range(at + 1, len(word) + 1) if word[at:end] in known), default=at + 1)
        yield from known.get(word[at:end], ())[:1]
        at = end


def _written_so(entries: tuple[DictionaryEntry, ...], written: str) -> tuple[DictionaryEntry, ...]:
    """Return those of the entries that a text in Traditional characters means: 後 is behind, and not an empress."""
    return tuple(entry for entry in entries if entry.traditional == written) or entries


def _entries_of(words: set[str]) -> _Entries:
    """Return the entries of each word that has some, those that say most first."""
    found: dict[str, list[DictionaryEntry]] = {}
    with closing(opened(_database())) as connection:
        marks = ",".join("?" * len(words))
        rows = connection.execute(f"SELECT * FROM entry WHERE simplified IN ({marks}) ORDER BY rowid", tuple(words))
        for spelt, traditional, pinyin, senses in rows:
            entry = DictionaryEntry(spelt, traditional, pinyin, tuple(senses.split(_SEPARATOR)))
            found.setdefault(spelt, []).append(entry)
    return {word: tuple(sorted(entries, key=_says_little)) for word, entries in found.items()}


def _says_little(entry: DictionaryEntry) -> bool:
    return bool(_SAYS_LITTLE.match(entry.senses[0]))


@cache
def _database() -> Path:
    return cached_database("cedict-entries", _write)


def _write(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE entry (simplified TEXT, traditional TEXT, pinyin TEXT, senses TEXT)")
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", _entries())
    connection.execute("CREATE INDEX by_simplified ON entry (simplified)")


def _entries() -> Iterator[tuple[str, str, str, str]]:
    for traditional, spelt, pinyin, senses in _ENTRY.findall(cedict_text()):
        shown = [_readable(sense) for sense in senses.split(_SEPARATOR) if not sense.startswith("CL:")]
        if shown:
            yield spelt, traditional, with_tone_marks(pinyin), _SEPARATOR.join(shown)


def _readable(sense: str) -> str:
    """Return a sense in which another word stands in one form, with its pinyin in tone marks: 老百姓 (lǎobǎixìng)."""
    form = r"\1" if "variant" in sense else r"\2"  # the variant is often one in Traditional characters only
    return _PINYIN.sub(lambda match: f" ({with_tone_marks(match[1])})", _BOTH_FORMS.sub(form, sense))


def _without_brackets(sense: str) -> str:
    shorter = _IN_BRACKETS.sub("", sense)
    return shorter if shorter == sense else _without_brackets(shorter)
