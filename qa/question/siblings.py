"""Siblings: 数据中心呢？ after 海洋实验室主要研究什么？ asks 数据中心主要研究什么？

A sibling is a noun phrase that stands for a whole question. It takes the place of its like in the question before, and
all other words of that question stay. Where it is not clear which noun phrase is its like, there is no such question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.text.normalise import simplified
from corpus.text.numerals import HAN_DIGITS
from corpus.text.scripts import has_han
from qa.question.words import ASKING, CHINESE_STOP, ENGLISH_STOP, Word, words

_ASKS_SO = re.compile(
    r"^(?:那么?|至于|还有|另外|而|换成|对于|关于|以及|[,、\s])*(?P<chinese>[^,;?!]+?)(?:方面|问题|的话)?又?呢$"
    r"|^(?:and |but |or |then )*(?:what|how) (?:about|of) (?P<english>[^?]+)$"
    r"|^(?:and|or) (?P<and>[^?]+)$",
    re.IGNORECASE,
)
_NUMERAL = re.compile(rf"[{HAN_DIGITS}十百千万两]+|\d+")
_ANY_NUMERAL = rf"(?:[{HAN_DIGITS}十百千万两]+|\d+)"
_NOMINAL = re.compile(r"^(n.*|vn|an|[abgijlstm]|vg|zg|ag|eng|nz|num)$")
_FIELD = re.compile(r"在(?P<field>[^在,，。、和与]{1,12}?)(?:方面|领域|问题上)")
"""反恐 in 成员国在反恐方面有什么合作？: what a sibling replaces, whatever else is a noun."""
_MARKS = frozenset("“”《》〈〉‘’\"'")
_PREPOSITION = re.compile(r"^(about|for|in|on|at|of|to|with|by|from|under|during|after|before|against|between)$")
_DETERMINER = re.compile(r"^(the|a|an|any|all|each|every|this|that|these|those|its|their|his|her|our|your|my|no)$")
_WITH_VERB = re.compile(r"^(do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had)$")
_BE = re.compile(r"^(is|are|was|were|am)$")
_ASKS = re.compile(r"^(who|what|when|where|why|how|which|whose)$")
_PRONOUN = re.compile(r"^(it|its|they|them|their|he|him|his|she|her|this|that|these|those|ones?)$")
_LATIN = re.compile(r"[A-Za-z0-9][\w'’\-]*")
_MAY_PRECEDE = (_PREPOSITION, _WITH_VERB, _BE, _ASKS, re.compile("^(and|or|say|says|said)$"))


def sibling_phrase(question: str) -> str | None:
    """Return the noun phrase of a question such as 那X呢, "what about X" or "and X"; None for any other question."""
    text = question.strip(" \t\r\n　?？!！。.")
    match = _ASKS_SO.match(simplified(text).replace("，", ","))
    if not match or match.end() != len(text):
        return None
    name = next(name for name, value in match.groupdict().items() if value is not None)
    phrase = text[match.start(name) : match.end(name)].strip()
    if not phrase or not (_is_phrase(phrase) if has_han(phrase) else _is_english_phrase(phrase)):
        return None
    return phrase


def replaced(before: str, phrase: str) -> str | None:
    """Return the question `before` with `phrase` in the place of its like; None where that is not clear."""
    if has_han(before) != has_han(phrase) and not phrase[:1].isdigit():
        return None
    places = _with_another_number(before, phrase)
    if not places:
        places = _chinese_like(before, phrase) if has_han(before) else _english_like(before, phrase)
    if len(places) != 1 or before[slice(*places[0])].casefold() == phrase.casefold():
        return None
    start, end = places[0]
    return before[:start] + phrase + before[end:]


def _is_phrase(phrase: str) -> bool:
    """Return whether Chinese words may be a noun phrase: they ask for nothing, and are not a verb and its object."""
    found = words(phrase)
    if not found or any(ASKING.search(word.text) or word.kind in ("r", "c", "d", "y", "ul") for word in found):
        return False
    return len(found) == 1 or found[0].kind not in ("v", "p") or (len(found) == 2 and len(found[1].text) == 1)


def _is_english_phrase(phrase: str) -> bool:
    found = [word.lower() for word in _LATIN.findall(phrase)]
    if any(part.match(word) for word in found for part in (_ASKS, _BE, _WITH_VERB, _PRONOUN)):
        return False
    return any(word not in ENGLISH_STOP for word in found)


def _with_another_number(before: str, phrase: str) -> list[tuple[int, int]]:
    """Return the places in a question of `phrase` with another number: 第四十七条 for 第十五条, "Article 12"."""
    if not _NUMERAL.search(phrase):
        return []
    ends = [0, *(at for match in _NUMERAL.finditer(phrase) for at in match.span()), len(phrase)]
    parts = [phrase[start:end] for start, end in pairwise(ends)]
    pattern = "".join(_ANY_NUMERAL if number % 2 else re.escape(part) for number, part in enumerate(parts))
    if not parts[0]:
        pattern = rf"(?<![\d{HAN_DIGITS}十百千万两]){pattern}"
    if not parts[-1]:
        pattern += r"(?!\d)"
    if not parts[0] and not parts[-1]:
        return []  # a number alone
    return [match.span() for match in re.finditer(pattern, before, re.IGNORECASE)]


def _chinese_like(before: str, phrase: str) -> list[tuple[int, int]]:
    """Return the place of the noun phrase that is most like `phrase`; several or none where that is not clear."""
    if in_a_field := _FIELD.search(before):
        return [in_a_field.span("field")]
    runs = _noun_phrases(before)
    shared = [place for run in runs if (place := _up_to_shared_end(before, run, phrase))]
    if shared:
        return shared
    kinds = {word.kind for word in words(phrase)}
    for kind in ("t", "ns", "nr", "nt"):
        if kind in kinds:
            alike = [run for run in runs if any(word.kind == kind for word in run.words)]
            if kind == "t" or alike:  # a time takes the place of a time only
                return [(run.start, run.end) for run in alike]
    return [(run.start, run.end) for run in runs]


def _up_to_shared_end(before: str, run: _Run, phrase: str) -> tuple[int, int] | None:
    """Return the part of a noun phrase up to the last characters that it shares with another: 生物武器 of 生物武器公约.

    One character has to be the last one of both, or of a word of the same length: 病假, 年假; 乙方, 甲方逾期.
    """
    for length in range(min(len(phrase) - 1, 6), 1, -1):
        at = before.find(phrase[-length:], run.start)
        if 0 <= at < run.end:
            return run.start, at + length
    if len(phrase) > 1 and phrase[-1] in before[run.end - 1 : run.end + 1]:
        return run.start, before.index(phrase[-1], run.end - 1) + 1  # 白石|镇有: the segmenter may cut it off
    alike = (word for word in run.words if len(word.text) == len(phrase) > 1 and word.text[-1] == phrase[-1])
    return next(((word.start, word.end) for word in alike), None)


@dataclass(frozen=True, slots=True)
class _Run:
    """A noun phrase of a question."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def _noun_phrases(question: str) -> list[_Run]:
    """Return the noun phrases of a Chinese question, without those that it asks for and those that are its verb."""
    found = words(question)
    runs: list[list[Word]] = [[]]
    after_asking = False
    for number, word in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        is_asking = bool(ASKING.search(word.text))
        is_nominal = bool(_NOMINAL.match(word.kind)) or word.text in _MARKS
        is_verb = word.kind in ("vn", "v") and following is not None and bool(ASKING.search(following.text))
        if is_nominal and not (is_asking or is_verb or after_asking) and simplified(word.text) not in CHINESE_STOP:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
        after_asking = is_asking or (after_asking and is_nominal)
    return [_Run(tuple(run)) for run in runs if any(word.text not in _MARKS for word in run)]


def _english_like(before: str, phrase: str) -> list[tuple[int, int]]:
    own = [word.lower() for word in _LATIN.findall(phrase)]
    phrases = _english_noun_phrases(before)
    if _PREPOSITION.match(own[0]):
        with_it = re.finditer(rf"\b{own[0]} ", before, re.IGNORECASE)
        starts = {match.end(): match.start() for match in with_it}
        return [(starts[start], end) for start, end in phrases if start in starts]
    if len(phrases) < 2:
        return phrases
    for alike in (
        lambda start, end: before[start:end].lower().split()[-1] == own[-1],
        lambda start, end: (
            bool(_DETERMINER.match(before[start:end].lower().split()[0])) == bool(_DETERMINER.match(own[0]))
        ),
    ):
        if len(like := [(start, end) for start, end in phrases if alike(start, end)]) == 1:
            return like
    return phrases


def _english_noun_phrases(question: str) -> list[tuple[int, int]]:
    """Return the noun phrases of an English question, without those that it asks for and, by word order, its verb."""
    found = list(_LATIN.finditer(question))
    texts = [match[0].lower() for match in found]
    phrases: list[tuple[int, int]] = []
    at = 0
    while at < len(texts):
        first = at
        if _DETERMINER.match(texts[at]):
            at += 1
        body = at
        while at < len(texts) and texts[at] not in ENGLISH_STOP:
            if at > body and not question[found[at - 1].end() : found[at].start()].isspace():
                break
            at += 1
        if at == body:
            at = max(at, first + 1)
            continue
        first, last = _without_verb(texts, first, body, at)
        if first < last:
            phrases.append((found[first].start(), found[last - 1].end()))
    return phrases


def _without_verb(texts: Sequence[str], first: int, body: int, end: int) -> tuple[int, int]:
    """Return the words [first, end) without a verb at an end of them; none if they are what is asked for."""
    before = texts[first - 1] if first else ""
    if before in ("which", "what", "whose", "many", "much"):
        return first, first
    if first == body and before and not any(part.match(before) for part in _MAY_PRECEDE):
        return first, first  # a verb, or the rest of another phrase
    if before == "who":
        return first + 1, end  # who approves expenses
    is_participle = bool(_BE.match(before)) and texts[end - 1].endswith("ed")
    if not (is_participle or _WITH_VERB.match(before) or (first == 1 and _BE.match(before))):
        return first, end
    if is_participle or end - body == 2:
        return first, end - 1
    return (first, end) if end - body == 1 else (first, first)  # where its verb is cannot be told
