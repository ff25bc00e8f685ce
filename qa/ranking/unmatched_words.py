"""Unmatched words: content words of a question that the documents never mention (货币 in 哈萨克斯坦的货币叫什么？)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corpus.text.normalise import normalised, numbers
from corpus.text.scripts import has_han, has_rare
from index.search.bm25_terms import terms
from index.search.lexical import Lexical, Rows
from qa.qa_settings import QUESTION, UNMATCHED_WORDS
from qa.question.words import Word, content_words

_NAMES = ("ns", "nrt", "nt", "nr", "nz", "nrfg")
_ATTRIBUTE = re.compile(r"^(?:是|叫|为|有|在|由|怎么|如何|为什么|什么|多少|哪|何时|定在|设在|分别)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_VERY_COMMON = frozenset(["第一", "第二", "第三"])


@dataclass(frozen=True, slots=True)
class UnmatchedWord:
    text: str
    """The word as the user wrote it."""
    is_name: bool
    """Whether it is a year or the name of a place, person or body; these are hardly ever paraphrased."""


class SearchableText:
    """Searches words in an index or in some of its rows: by their n-grams, then in the text of the rows found."""

    def __init__(
        self,
        lexical: Lexical,
        words_of: Callable[[int], str],
        headings: Callable[[], Iterable[str]],
        within: Rows | None = None,
    ) -> None:
        """`words_of` returns the words of a row, `headings` the titles and headings of the documents.

        `within`: the rows to search; numbers are searched in all rows.
        """
        self._lexical = lexical
        self._within = within
        self._words_of = words_of
        self._headings_of = headings

    def contains(self, word: str) -> bool:
        """Return whether a normalised word is in a passage, a title or a heading."""
        return self.passages_contain(word) or word in self._headings

    def passages_contain(self, word: str) -> bool:
        """Return whether a normalised word is in a passage."""
        grams = [term for term in terms(word) if not term.startswith("#")]
        pairs = [gram for gram in grams if len(gram) > 1 or gram.isascii()]
        if not grams:
            return False
        rows = self._lexical.rows_with(
            pairs or grams, QUESTION.rows_read_for_a_word if self._within is None else self._lexical.size
        )
        if self._within is not None:
            rows = rows[np.isin(rows, self._within)][: QUESTION.rows_read_for_a_word]
        return any(word in normalised(self._words_of(int(row))) for row in rows)

    @cached_property
    def _headings(self) -> str:
        return "\n".join(map(normalised, self._headings_of()))

    @cached_property
    def _headings_numbers(self) -> frozenset[tuple[str, str]]:
        return frozenset((value, self._headings[end : end + 1]) for _, end, value in numbers(self._headings))

    def _has_value(self, value: str) -> bool:
        return self._lexical.has(f"#{value}") or any(value == other for other, _ in self._headings_numbers)

    def _has_numbered(self, value: str, unit: str) -> bool:
        return self._lexical.has(f"#{value}{unit}") or (value, unit) in self._headings_numbers

    def unmatched_words(self, question: str, match: Callable[[Word], float]) -> list[UnmatchedWord]:
        """Return the question's content words that the documents neither contain nor paraphrase.

        `match` returns a word's best late-interaction match among the passages, −1 to 1. Words without an ideograph
        are skipped: they match too badly across scripts.
        """
        found = list(self._unmatched_numbers(question))
        content = content_words(question)
        there = {spelt: self.contains(spelt) for spelt in {normalised(word.text) for word in content}}
        anchored = any(there.values())
        for word in content:
            spelt = normalised(word.text)
            if word.kind in ("en", "num", "eng") or there[spelt] or not has_han(spelt):
                continue
            if spelt in _VERY_COMMON or spelt[0].isdigit():
                continue
            is_name = word.kind in _NAMES
            is_attribute = bool(_ATTRIBUTE.match(normalised(question[word.end :].lstrip("的 ”」》"))))
            if is_name:
                bar = UNMATCHED_WORDS.name
            elif is_attribute:
                bar = UNMATCHED_WORDS.attribute
            else:
                bar = UNMATCHED_WORDS.long if len(spelt) >= 4 else UNMATCHED_WORDS.other
            is_rare = has_rare(spelt)  # usually part of a name, and unknown to the model
            if (is_name or is_attribute or anchored) and (is_rare or match(word) < bar):
                found.append(UnmatchedWord(word.text, is_rare or word.kind in ("ns", "nrt", "nt")))
        return found

    def _unmatched_numbers(self, question: str) -> Iterator[UnmatchedWord]:
        """Yield years and ordinals (第五次) of the question that the documents do not contain."""
        folded = normalised(question)
        # Normalising keeps the length, except for characters such as ㋀.
        written = question if len(question) == len(folded) else folded
        for start, end, value in numbers(folded):
            unit = folded[end : end + 1]
            if unit == "年" and len(value) == 4 and not self._has_value(value):
                yield UnmatchedWord(written[start : end + 1], True)
            elif not has_han(folded) and _YEAR.fullmatch(folded[start:end]) and not self._has_value(value):
                yield UnmatchedWord(written[start:end], True)
            is_numbered = folded[start - 1 : start] == "第" and unit and unit in "期届次号条章回卷版"
            if is_numbered and not self._has_numbered(value, unit):
                yield UnmatchedWord(written[start - 1 : end + 1], True)
