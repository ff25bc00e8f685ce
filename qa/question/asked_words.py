"""The words of a question that a passage with the answer would mention, each with its names in the other language.

In a Chinese question these are jieba's nouns and names, and Latin words; in an English one the words and set phrases
that the dictionary looks up. A code (E1043, GPT-4, GB/T 3452.1) is a word in either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.text.normalise import normalised
from corpus.text.scripts import has_han, has_rare
from qa.qa_settings import GLOSSES
from qa.question.dictionary import meanings, translations
from qa.question.english_forms import inflections
from qa.question.english_names import chinese_name, written_out
from qa.question.word_segmenter import tag_of
from qa.question.words import ENGLISH_STOP, Word, content_words

Kind = Literal["code", "known_name", "name", "noun", "other"]
_PLACES_AND_BODIES = ("ns", "nrt", "nt")
_NAMES = (*_PLACES_AND_BODIES, "nr", "nz", "nrfg")
_LATIN = re.compile(
    r"(?<![A-Za-z\d])[A-Za-z][A-Za-z\d]*(?:[-–./&][A-Za-z\d]+)*(?P<number>\s\d+(?:\.\d+)?(?!\w))?", re.A
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_COUNTED = re.compile(r"[年月日号个人名次届条元万亿%]")
_POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word or set phrase of a question."""

    word: Word
    kind: Kind
    """`code`: it stands in the text as it is written, or not at all. `known_name`: of a country
    or a body, whose translations are all known."""
    spellings: frozenset[str]
    """How a text may write it, normalised: its inflected forms and its translations."""
    translated: bool
    """Whether a translation is known."""
    is_certain_name: bool
    """Whether it is a code or the name of a place or body; a word that jieba takes for a person is often none."""


@lru_cache(maxsize=256)
def asked_words(question: str) -> tuple[AskedWord, ...]:
    """Return the words of a question, a code before the words that it contains."""
    codes = [_code(word) for word in _latin(question) if _is_code(word.text, question)]
    covered = [(code.word.start, code.word.end) for code in codes]
    rest = _of_chinese(question) if has_han(question) else (*_of_english(question), *_acronyms(question))
    return (
        *codes,
        *(
            asked
            for asked in rest
            if not any(start < asked.word.end and asked.word.start < end for start, end in covered)
        ),
    )


def _latin(question: str) -> Iterator[Word]:
    """Yield the Latin words of a question, each with the number after it: iPhone 15, but not "In 2018"."""
    folded = question if question.isascii() else question.translate(_NARROW)
    for match in _LATIN.finditer(folded):
        end = match.end()
        if match["number"] and not (
            any(map(str.isupper, match[0][1:]))
            and not _YEAR.fullmatch(match["number"].strip())
            and not _COUNTED.match(folded, end)
        ):
            end = match.start("number")
        yield Word(question[match.start() : end], match.start(), end, "en")


_NARROW = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


def _is_code(text: str, question: str) -> bool:
    """Return whether a Latin word is a code: with a digit (E1043), or capitals that a mark joins (USB-C)."""
    joined = re.search(r"[-–/.&]", text) and text.isupper()
    return any(map(str.isdigit, text)) or bool(joined and (has_han(question) or not question.isupper()))


def _code(word: Word) -> AskedWord:
    return AskedWord(word, "code", frozenset(chinese_wordings(word.text)), False, True)


def chinese_wordings(text: str) -> set[str]:
    """Return the Chinese of a Latin word or set phrase, an acronym written out."""
    found = {chinese} if (chinese := chinese_name(text)) else set()
    for english in filter(None, (text, written_out(text))):
        for translation in translations(english):
            if translation.end - translation.start == len(english):  # the whole of it
                found |= translation.chinese
    return found


@lru_cache(maxsize=256)
def chinese_of(english: str) -> tuple[str, ...]:
    """Return the Chinese by which an English word or name was looked for: the best known one, at most.

    Empty for a word that could mean many things.
    """
    if has_han(english):
        return ()
    if name := chinese_name(english):
        return (name,)
    found = sorted(chinese_wordings(english), key=lambda word: (len(word), word))
    return tuple(found[:1]) if len(found) <= GLOSSES.few_translations else ()


def _of_chinese(question: str) -> Iterator[AskedWord]:
    for word in content_words(question):
        spelt = normalised(word.text)
        if word.kind in ("en", "num", "eng") or not has_han(spelt) or spelt[0].isdigit():
            continue
        kind: Kind = "name" if word.kind in _NAMES else "noun"
        certain = has_rare(spelt) or word.kind in _PLACES_AND_BODIES
        yield AskedWord(word, kind, frozenset([spelt]), False, certain)
    for word in _latin(question):
        if len(word.text) > 1:
            chinese = chinese_wordings(word.text)
            is_name = not word.text.islower()
            latin: Kind = "known_name" if chinese and word.text.isupper() else "name" if is_name else "noun"
            spellings = frozenset(chinese | _spelt(normalised(word.text)))
            yield AskedWord(word, latin, spellings, bool(chinese), is_name)


def _of_english(question: str) -> Iterator[AskedWord]:
    folded = normalised(question)
    written = question if len(question) == len(folded) else folded
    titled = all_titled(question)
    for found in translations(question):
        if found.english.replace(" ", "").isdigit():
            continue
        text = written[found.start : found.end]
        capital = any(map(str.isupper, text)) and not titled
        country = chinese_name(found.english)
        chinese = frozenset([country]) if country else found.chinese | chinese_wordings(text)
        # The first word of a sentence has a capital anyway; a name is what the dictionary lacks.
        is_name = found.is_name or (capital and (found.start > 0 or not chinese or text.isupper()))
        kind: Kind = "name" if is_name else "noun" if _are_nouns(chinese) else "other"
        if country or (chinese and capital and text.isupper()):
            kind = "known_name"
        word = Word(text, found.start, found.end, "en")
        spellings = chinese | _spelt(found.english) | (frozenset() if country else found.characters)
        yield AskedWord(word, kind, spellings, bool(chinese), is_name or bool(country))


def _acronyms(question: str) -> Iterator[AskedWord]:
    """Yield the acronyms that are spelt like common words: WHO, IT, US."""
    if question.isupper():
        return
    for word in _latin(question):
        if len(word.text) > 1 and word.text.isupper() and (len(word.text) < 3 or word.text.lower() in ENGLISH_STOP):
            chinese = frozenset(chinese_wordings(word.text))
            spellings = chinese | {word.text.lower()}
            yield AskedWord(word, "known_name" if chinese else "name", spellings, bool(chinese), True)


def _spelt(english: str) -> frozenset[str]:
    """Return how an English text may write a word or a set phrase, in lower case."""
    *head, last = _POSSESSIVE.sub("", english).split() or [english]
    forms = inflections(last) | {last.replace("-", ""), last.replace("-", " ")}
    return frozenset(" ".join([*head, form]) for form in forms)


def english_spellings(chinese: str) -> frozenset[str]:
    """Return how an English text may write a normalised Chinese word."""
    return frozenset(form for english in meanings(chinese) for form in _spelt(english))


def _are_nouns(chinese: frozenset[str]) -> bool:
    """Return whether a word is a noun, by its translations: at least half of those that jieba knows are nouns."""
    tags = [tag for word in chinese if (tag := tag_of(word))]
    return bool(tags) and 2 * sum(tag.startswith("n") for tag in tags) >= len(tags)


def all_titled(question: str) -> bool:
    """Return whether the capitals of a question say nothing: What Is The Capital, or WHAT IS."""
    return not re.search(r"(?<![A-Za-z'’-])[a-z]", question)
