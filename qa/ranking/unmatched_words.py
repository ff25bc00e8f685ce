"""Unmatched words: words of a question that the documents never mention (货币 in 哈萨克斯坦的货币叫什么？).

Each is evidence that they do not answer; none decides alone. A word counts as matched if the documents spell it, in
any inflected form, or a translation of it (CC-CEDICT, Unicode CLDR), or a Chinese near-synonym, or if the best
late-interaction match is good. How good it must be depends on the kind of the word: names are hardly ever paraphrased.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, pairwise

import numpy as np

from corpus.grammar.enumerators import enumerator_of
from corpus.text.normalise import normalised, numbers
from corpus.text.scripts import has_han, has_rare, is_mostly_han
from index.backend import AnyLexical, RowNumbers
from index.row_sets import are_in
from index.search.bm25_terms import terms
from qa.qa_settings import QUESTION, UNMATCHED_WORDS
from qa.question.asked_words import AskedWord, asked_words, english_spellings
from qa.question.dictionary import meanings, synonyms
from qa.question.section_numbers import Mention, cites, mentions, spellings
from qa.question.words import CHINESE_STOP, ENGLISH_STOP, Word, words

_ATTRIBUTE = re.compile(r"^(?:是|叫|为|有|在|由|怎么|如何|为什么|什么时|多少|哪|何时|定在|设在|分别)")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_VERY_COMMON = frozenset(["第一", "第二", "第三"])
_CODE_PIECE = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_FROM = re.compile(r"年?[及和]?(?:以后|之后|以来|后|起|开始)|\s(?:or|and) (?:later|after)|\sonwards?")
_UNTIL = re.compile(r"年?[及和]?(?:以前|之前|前|为止|底前)|\s(?:or|and) (?:earlier|before)")
_TO = re.compile(r"年?(?:\d+月)?(?:\d+日)?\s?(?:[至到~—–-]+|to|and|through|until)\s?")
_SINCE = re.compile(r"\b(?:since|after|from)\s$")
_BEFORE = re.compile(r"\b(?:before|until)\s$")


@dataclass(frozen=True, slots=True)
class UnmatchedWord:
    text: str
    """The word as the user wrote it."""
    is_name: bool
    """Whether it is a year, a code or the name of a place, person or body; these are hardly ever paraphrased."""
    start: int
    end: int
    """Its range [start, end) in the question."""
    match: float | None
    """Its best late-interaction match among the passages, −1 to 1; None for a year or a code, which is not
    compared."""


class SearchableText:
    """Searches words in an index or in some of its rows: by their n-grams, then in the text of the rows found."""

    def __init__(
        self,
        lexical: AnyLexical,
        words_of: Callable[[int], str],
        headings: Callable[[], Iterable[str]],
        within: RowNumbers | None = None,
        numbers_within: RowNumbers | None = None,
    ) -> None:
        """`words_of` returns the words of a row, `headings` the titles and headings of the documents.

        `within`: the rows to search, `numbers_within` those for numbers, which are of no script; None for all.
        """
        self._lexical = lexical
        self._within = within
        self._numbers_within = numbers_within
        self._words_of = words_of
        self._headings_of = headings

    def contains(self, word: str) -> bool:
        """Return whether a normalised word is in a passage, a title or a heading."""
        return self.passages_contain(word) or word in self._headings

    def passages_contain(self, word: str) -> bool:
        """Return whether a normalised word is in a passage."""
        grams = _grams(word)
        return bool(grams) and any(word in text for text in self._texts_with(grams))

    def contains_each(self, words: Sequence[frozenset[str]]) -> list[bool]:
        """Return, for each word, whether any of its normalised spellings is in a passage, a title or a heading.

        A Latin spelling counts where it is a whole word.
        """
        grams = {spelling: _grams(spelling) for spellings in words for spelling in spellings}
        known = self._lexical.known({gram for each in grams.values() for gram in each})
        return [
            self._contains_any([(word, grams[word]) for word in spellings if known.issuperset(grams[word])])
            or any(_is_in(self._headings, word) for word in spellings)
            for spellings in words
        ]

    def _contains_any(self, likely: list[tuple[str, list[str]]]) -> bool:
        """Return whether a passage contains any of the words, each given with its terms, which the index has."""
        # A Latin word, or a Chinese one of two characters, is itself a term.
        if self._within is None and any(grams == [word] for word, grams in likely):
            return True
        return any(word in text for word, grams in likely if grams for text in self._texts_with(grams))

    def contains_code(self, code: str) -> bool:
        """Return whether a code is in a passage, a title or a heading, with or without the marks within it.

        E1043 is in "E-1043", but not in E10431; GPT-4 is in GPT-4o.
        """
        pieces = _CODE_PIECE.findall(normalised(code))
        end = r"(?!\.?\d)" if pieces[-1][-1].isdigit() else r"(?![a-z\d])"
        pattern = re.compile(r"(?<![a-z\d])" + r"[\s\-–—_./&]*".join(map(re.escape, pieces)) + end)
        texts = (text for spelt in (code, " ".join(pieces), "".join(pieces)) for text in self._texts_with(terms(spelt)))
        return any(map(pattern.search, texts)) or bool(pattern.search(self._headings))

    def _texts_with(self, wanted: list[str]) -> Iterator[str]:
        """Yield the normalised texts of rows that have all of the wanted terms."""
        rows = self._lexical.rows_with(
            wanted, QUESTION.rows_read_for_a_word if self._within is None else self._lexical.size
        )
        if self._within is not None:
            rows = rows[are_in(rows, self._within)][: QUESTION.rows_read_for_a_word]
        return (normalised(self._words_of(int(row))) for row in rows)

    @cached_property
    def _headings(self) -> str:
        return "\n".join(map(normalised, self._headings_of()))

    @cached_property
    def _headings_numbers(self) -> frozenset[tuple[str, str]]:
        return frozenset((value, self._headings[end : end + 1]) for _, end, value in numbers(self._headings))

    @cached_property
    def _is_han(self) -> bool:
        rows = np.arange(self._lexical.size) if self._within is None else self._within
        some = rows[:: max(1, len(rows) // UNMATCHED_WORDS.script_rows)]
        return is_mostly_han("\n".join(self._words_of(int(row)) for row in some))

    def _has_value(self, value: str) -> bool:
        return self._has_term(f"#{value}") or any(value == other for other, _ in self._headings_numbers)

    def _has_numbered(self, value: str, unit: str) -> bool:
        return self._has_term(f"#{value}{unit}") or (value, unit) in self._headings_numbers

    def _has_term(self, term: str) -> bool:
        within = self._numbers_within
        if within is None or not self._lexical.has(term):
            return self._lexical.has(term)
        return bool(are_in(self._lexical.rows_with([term], self._lexical.size), within).any())

    def unmatched_words(self, question: str, match: Callable[[Word], float]) -> list[UnmatchedWord]:
        """Return the question's words that the documents neither contain nor paraphrase.

        `match` returns a word's best late-interaction match among the passages, −1 to 1.
        """
        asked = asked_words(question)
        there = self.contains_each([word.spellings for word in asked])
        for number, word in enumerate(asked):
            there[number] = there[number] or (word.kind == "code" and self.contains_code(word.word.text))
        found = list(self._unmatched_numbers(question))
        for word, has in zip(asked, there, strict=True):
            if has or any(one.start <= word.word.start and word.word.end <= one.end for one in found):
                continue  # chapter of Chapter 9
            if word.kind == "code" or has_rare(word.word.text):  # a rare character is unknown to the model
                found.append(_unmatched(word, None))
                continue
            bar = self._bar(word, question, anchored=any(there))
            if bar > 0 and (best := match(word.word)) < bar and not self._has_synonym(word):
                found.append(_unmatched(word, best))
        return found

    def _has_synonym(self, asked: AskedWord) -> bool:
        """Return whether the documents have a near-synonym of a Chinese noun, or an English word for it."""
        spelt = normalised(asked.word.text)
        if not has_han(spelt):
            return False
        if not self._is_han:
            return self.contains_each([english_spellings(spelt)])[0]
        return asked.kind == "noun" and self.contains_each([synonyms(spelt)])[0]

    def _bar(self, asked: AskedWord, question: str, *, anchored: bool) -> float:
        """Return the match below which a word is unmatched; 0 if it is not judged.

        `anchored`: whether the documents have another word of the question.
        """
        is_name = asked.kind in ("name", "known_name")
        in_han = has_han(asked.word.text)
        if in_han != self._is_han:
            translated = asked.translated or (in_han and bool(meanings(normalised(asked.word.text))))
            if asked.kind == "known_name":
                return UNMATCHED_WORDS.name_known
            if is_name:
                return UNMATCHED_WORDS.name_across if translated else UNMATCHED_WORDS.name_untranslated
            return UNMATCHED_WORDS.noun_across if asked.kind == "noun" and translated else 0
        if not in_han:
            if is_name:
                return UNMATCHED_WORDS.name_english
            return UNMATCHED_WORDS.noun_english if asked.kind == "noun" or not asked.translated else 0
        spelt = normalised(asked.word.text)
        if spelt in _VERY_COMMON:
            return 0
        if is_name:
            return UNMATCHED_WORDS.name
        if _ATTRIBUTE.match(normalised(question[asked.word.end :].lstrip("的 ”」》"))):
            return UNMATCHED_WORDS.attribute
        if not anchored:
            return UNMATCHED_WORDS.alone
        return UNMATCHED_WORDS.long if len(spelt) >= 4 else UNMATCHED_WORDS.other

    def _unmatched_numbers(self, question: str) -> Iterator[UnmatchedWord]:
        """Yield years and ordinals (第五次) of the question that the documents do not contain."""
        folded = normalised(question)
        # Normalising keeps the length, except for characters such as ㋀.
        written = question if len(question) == len(folded) else folded
        for start, end, value in numbers(folded):
            unit = folded[end : end + 1]
            is_year = unit == "年" and len(value) == 4
            if is_year or (not has_han(folded) and _YEAR.fullmatch(folded[start:end])):
                if not self._has_value(value) and not self._has_span_over(int(value), question):
                    stop = end + is_year
                    yield UnmatchedWord(written[start:stop], True, start, stop, None)
                continue
            is_numbered = folded[start - 1 : start] == "第" and unit and unit in "期届次号条章回卷版"
            if is_numbered and not self._has_numbered(value, unit):
                yield UnmatchedWord(written[start - 1 : end + 1], True, start - 1, end + 1, None)
            elif folded.startswith("季度", end) and self._lacks_quarter(value):
                yield UnmatchedWord(written[start : end + 2], True, start, end + 2, None)

    def _lacks_quarter(self, value: str) -> bool:
        """Return whether the documents tell of other quarters of years and not of this one."""
        return not self._has_numbered(value, "季") and any(self._has_numbered(other, "季") for other in "1234")

    def has_section(self, section: Mention) -> bool:
        """Return whether a passage, a title or a heading has the number of a section, in any numerals.

        第三项 and point 3 may be an item of a list with this number; "ss. 5–7" has section 6.
        """
        number = section.number
        if number.back:
            return False
        value = number.count, number.suffix, number.outer
        units = [terms(unit) for unit in spellings(section)]
        wanted = [[*units[0], f"#{number.count}"], *units]  # where very many rows have the unit, some are not read
        titles = (line for line in self._headings.split("\n") if section.kind in line)
        texts = chain(titles, *map(self._texts_with, wanted))
        return (not section.unit and self._has_item(number.count)) or any(
            cites(text, section)
            or any(
                (other.kind, (other.number.count, other.number.suffix, other.number.outer)) == (section.kind, value)
                for other in mentions(text)
            )
            for text in texts
        )

    def _has_item(self, number: int | None) -> bool:
        """Return whether a passage begins with this number and no unit: 3., （三）."""
        marks = (enumerator_of(text) for text in self._texts_with([f"#{number}"]))
        return any(mark is not None and not mark.unit and mark.number == number for mark in marks)

    def _has_span_over(self, year: int, question: str) -> bool:
        """Return whether a passage with another word of the question has a span of years with this year in it."""
        spelt = {normalised(word.text) for word in words(question)} - CHINESE_STOP - ENGLISH_STOP
        spelt.update(*(asked.spellings for asked in asked_words(question)))
        likely = {word: _grams(word) for word in spelt if len(word) > 1 and word.isalpha()}
        known = self._lexical.known({gram for grams in likely.values() for gram in grams})
        return any(
            word in text and is_within_span(year, text)
            for word, grams in likely.items()
            if known.issuperset(grams)
            for text in islice(self._texts_with(grams), UNMATCHED_WORDS.span_rows)
        )


def _unmatched(asked: AskedWord, match: float | None) -> UnmatchedWord:
    word = asked.word
    return UnmatchedWord(word.text, asked.is_certain_name, word.start, word.end, match)


def _grams(word: str) -> list[str]:
    """Return the terms that a row with this normalised word has: pairs of characters, and Latin words."""
    if word.isascii() and word.isalpha():
        return [word]
    if word.isalpha() and min(word) > "\u3000":
        return list(map("".join, pairwise(word))) or [word]
    grams = [term for term in terms(word) if not term.startswith("#")]
    return [gram for gram in grams if len(gram) > 1 or gram.isascii()] or grams


def _is_in(text: str, word: str) -> bool:
    """Return whether a normalised text has a word; a Latin one whole."""
    if not word.isascii():
        return word in text
    return word in text and bool(re.search(rf"(?<![a-z\d]){re.escape(word)}(?![a-z\d])", text))


def is_within_span(year: int, text: str) -> bool:
    """Return whether a normalised text has a span of years with this year: 2019年至2024年, 2022年及以后, since 2022."""
    years = [(start, end, int(value)) for start, end, value in numbers(text) if _YEAR.fullmatch(value)]
    spans = [(earlier, later) for earlier, later in pairwise(years) if _TO.fullmatch(text, earlier[1], later[0])]
    if any(earlier[2] <= year <= later[2] for earlier, later in spans):
        return True
    alone = [one for one in years if all(one not in span for span in spans)]
    return any(
        (other <= year and (_FROM.match(text, end) or _SINCE.search(text[:start])))
        or (year <= other and (_UNTIL.match(text, end) or _BEFORE.search(text[:start])))
        for start, end, other in alone
    )
