"""Word segmentation and parts of speech by jieba, without reading its dictionary at every start.

jieba builds two tables of half a million entries at first use. That takes a second, and it stores them in a shared
folder for temporary files, to which any user may write. A question looks up a few dozen entries. So we write sorted
tables once to the user's cache, memory-map them and search them. The words are the same.

words.npy   (entries,) bytes of fixed length: words and prefixes of words in UTF-8, sorted by their bytes
counts.npy  (entries,) int32: the frequency of the word, 0 for a prefix that is not a word
tags.npy    (entries,) bytes of fixed length: the word's part of speech
total.npy   the sum of the counts
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import jieba
import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from index.atomic_files import build_folder
from index.sorted_table import SortedTable
from qa.qa_settings import QUESTION
from qa.question.tag_states import TagStates

jieba.setLogLevel(60)


def tagged(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text with their parts of speech. The words, joined, are the text."""
    for pair in _tagger().cut(text):
        yield pair.word, pair.flag


def is_known(word: str) -> bool:
    """Return whether the dictionary has a word. One that it lacks was guessed, with its part of speech."""
    return _tagger().word_tag_tab.get(word) is not None


@dataclass(frozen=True, slots=True)
class _Table:
    """A mapped table with the methods of `dict` that jieba calls."""

    words: SortedTable
    values: npt.NDArray[Any]
    cached: dict[str, Any]

    def get(self, word: str, default: Any = None) -> Any:
        found = self.cached.get(word, self)  # once: another thread may clear it meanwhile
        if found is self:
            if len(self.cached) >= QUESTION.kept_look_ups:
                self.cached.clear()
            found = self.cached[word] = self._look_up(word.encode("utf-8", "surrogatepass"))
        return default if found is None else found

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def __getitem__(self, word: str) -> Any:
        if (found := self.get(word)) is None:
            raise KeyError(word)
        return found

    def _look_up(self, word: bytes) -> Any:
        place = self.words.place(word)
        if place is None:
            return None
        value = self.values[place].item()
        return (value.decode() or None) if isinstance(value, bytes) else value


_ONE_AT_A_TIME = Lock()
"""`cache` alone would let several threads make a tagger, which changes jieba's own dictionary for a moment."""


def _tagger() -> Any:
    with _ONE_AT_A_TIME:
        return _made_tagger()


@cache
def _made_tagger() -> Any:
    tokenizer = jieba.Tokenizer()
    # A tagger reads the whole dictionary for its tags, and importing the module makes such a tagger. Nothing uses that
    # one, so it is given an empty dictionary.
    tokenizer.get_dict_file = jieba.dt.get_dict_file = io.BytesIO
    try:
        from jieba.posseg import POSTokenizer

        tagger = POSTokenizer(tokenizer)
    finally:
        del tokenizer.get_dict_file, jieba.dt.get_dict_file
    tagger._POSTokenizer__cut = _cut_by_states(sys.modules[POSTokenizer.__module__])
    try:
        folder = _folder()
        words = SortedTable.open(folder / "words.npy")
        counts, tags = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ("counts", "tags")
        )
        tokenizer.total = int(np.load(folder / "total.npy", allow_pickle=False))
    except (OSError, ValueError):  # a full disk, say: then as jieba does it
        tagger.initialize()
        return tagger
    tokenizer.FREQ, tokenizer.initialized = _Table(words, counts, {}), True
    tagger.word_tag_tab = _Table(words, tags, {})
    return tagger


def _cut_by_states(posseg: Any) -> Callable[[str], Iterator[Any]]:
    """Return the part of jieba's tagger that cuts characters without a word of the dictionary (`tag_states`)."""
    least = sys.modules[f"{posseg.__name__}.viterbi"].MIN_FLOAT
    states = TagStates(posseg.char_state_tab_P, posseg.start_P, posseg.trans_P, posseg.emit_P, least)

    def cut(text: str) -> Iterator[Any]:
        begin = end = 0
        route = states.of(text)
        for at, (place, tag) in enumerate(route):
            if place == "B":
                begin = at
            elif place in "ES":
                end = at + 1
                yield posseg.pair(text[begin if place == "E" else at : end], tag)
        if end < len(text):
            yield posseg.pair(text[end:], route[end][1])

    return cut


def _folder() -> Path:
    """Return the folder of the tables; write them if they are missing. Raises OSError."""
    source = Path(jieba.__file__).with_name("dict.txt")
    status = source.stat()
    name = hashlib.sha256(f"1 {source} {status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]
    folder = user_cache_path("yuanwen") / "words" / f"jieba-{name}"
    if not folder.is_dir():
        build_folder(folder, lambda beside: _write(source, beside))
    return folder


def _write(source: Path, folder: Path) -> None:
    counts: dict[str, int] = {}
    tags: dict[str, str] = {}
    total = 0
    for line in source.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            word, count, tag = line.split(" ")
            counts[word], tags[word] = int(count), tag.strip()
            total += int(count)
            for end in range(1, len(word)):
                counts.setdefault(word[:end], 0)
    order = SortedTable.write(folder / "words.npy", [word.encode() for word in counts])
    np.save(folder / "counts.npy", np.array(list(counts.values()), np.int32)[order])
    np.save(folder / "tags.npy", np.array([tags.get(word, "").encode() for word in counts])[order])
    np.save(folder / "total.npy", np.int64(total))
