"""Chinese translations of a question's English words, and the reverse, from CC-CEDICT. They are never shown.

A small encoder of ninety languages may still miss that "union" is 联盟. A dictionary finds the passages that contain a
translation of a question's word (dictionary-based cross-language retrieval). Each word counts once, however many of its
translations a passage contains (Pirkola, 1998).

Two Chinese words that share an English wording are near-synonyms (手机 and 移动电话), if not many words share it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from corpus.text.normalise import normalised
from corpus.text.scripts import IDEOGRAPHS, has_han
from qa.qa_settings import QUESTION
from qa.question.cedict import cached_database, cedict_text, opened
from qa.question.english_forms import base_forms
from qa.question.words import ENGLISH_STOP

_ENTRY = re.compile(rf"^\S+ ([{IDEOGRAPHS}]+) \[([^\]]*)\] /(.*)/\s*$", re.MULTILINE)
_NO_MEANING = re.compile(r"^(?:CL:|variant|old variant|see |abbr|surname|used in|erhua)")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_OPENING = re.compile(r"^(?:to be|to|an?|the) ")
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Translation:
    """A content word or set phrase of an English question, with its translations."""

    english: str
    """In lower case, as the question has it."""
    chinese: frozenset[str]
    """Of two characters or more; empty for a word that the dictionary lacks."""
    characters: frozenset[str]
    """Translations of one character, which has many meanings."""
    is_name: bool
    """Whether its translations are names: their pinyin has a capital."""
    start: int
    end: int
    """The range [start, end) in the normalised question."""


@lru_cache(maxsize=1024)
def translations(question: str) -> tuple[Translation, ...]:
    """Return the content words and set phrases of an English question, each with its translations.

    Translations are in Simplified characters. A question in Chinese has none.
    """
    if has_han(question):
        return ()
    places = list(_WORD.finditer(normalised(question)))
    words = [place[0] for place in places]
    found: list[Translation] = []
    at = 0
    with closing(_connection()) as connection:
        while at < len(words):
            length, entries = _longest(connection, words[at : at + QUESTION.longest_wording])
            if entries or _is_content(words[at]):
                start, end = places[at].start(), places[at + length - 1].end()
                chinese = frozenset(word for word in entries if len(word) > 1)
                is_name = bool(chinese) and all(entries[word] for word in chinese)
                english = " ".join(words[at : at + length])
                found.append(Translation(english, chinese, frozenset(entries) - chinese, is_name, start, end))
            at += length
    return tuple(found)


def _longest(connection: sqlite3.Connection, words: list[str]) -> tuple[int, dict[str, bool]]:
    """Return the number of words in the longest entry that they begin with, and its Chinese; 1 and nothing if none.

    Each Chinese word comes with whether it is a name.
    """
    for length in range(len(words), 0, -1):
        *head, last = words[:length]
        if not (_is_content(words[0]) and _is_content(last)):
            continue  # "what is", "be linked"
        wordings = [" ".join([*head, form]) for form in base_forms(last)]
        marks = ",".join("?" * len(wordings))
        rows = connection.execute(f"SELECT chinese, is_name FROM entry WHERE english IN ({marks})", wordings)
        if entries := {chinese: bool(is_name) for chinese, is_name in rows}:
            return length, entries
    return 1, {}


def _is_content(word: str) -> bool:
    return len(word) > 2 and word not in ENGLISH_STOP


@lru_cache(maxsize=1024)
def meanings(chinese: str) -> frozenset[str]:
    """Return the English wordings of a word in Simplified characters, in lower case; none for an unknown word."""
    with closing(_connection()) as connection:
        rows = connection.execute("SELECT DISTINCT english FROM entry WHERE chinese = ?", [chinese])
        return frozenset(row[0] for row in rows)


@lru_cache(maxsize=1024)
def synonyms(chinese: str) -> frozenset[str]:
    """Return the words in Simplified characters that share an English wording with this one.

    A wording of many words, such as "to beat", is too broad to make them synonyms.
    """
    found: set[str] = set()
    with closing(_connection()) as connection:
        for wording in meanings(chinese):
            rows = connection.execute("SELECT chinese FROM entry WHERE english = ?", [wording])
            words = {row[0] for row in rows if len(row[0]) > 1}
            if len(words) <= QUESTION.most_synonyms:
                found |= words
    return frozenset(found - {chinese})


def _connection() -> sqlite3.Connection:
    return opened(_database())


@cache
def _database() -> Path:
    return cached_database("cedict-of-both", _write)


def _write(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE entry (english TEXT, chinese TEXT, is_name INTEGER)")
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?)", _entries())
    connection.execute("CREATE INDEX by_english ON entry (english)")
    connection.execute("CREATE INDEX by_chinese ON entry (chinese)")


def _entries() -> Iterator[tuple[str, str, bool]]:
    """Yield (English wording, Chinese, whether it is a name) for the whole dictionary."""
    for entry in _ENTRY.finditer(cedict_text()):
        for meaning in entry[3].split("/"):
            if _NO_MEANING.match(meaning):
                continue
            for wording in re.split("[;,]", _IN_BRACKETS.sub("", meaning).lower()):
                english = " ".join(_WORD.findall(_OPENING.sub("", wording.strip())))
                if 0 < len(english.split()) <= QUESTION.longest_wording:
                    yield english, entry[1], entry[2][:1].isupper()
