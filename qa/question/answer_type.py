"""The answer type of a question: a time, a number, a person or a place.

A passage without anything of this type cannot answer, whatever else matches. Other types are not checked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Literal

from corpus.text.dates import DATE_DIGITS
from corpus.text.normalise import normalised
from corpus.text.scripts import IDEOGRAPHS
from qa.qa_settings import QUESTION
from qa.question.word_segmenter import tagged

Kind = Literal["when", "number", "who", "where"]


_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "when",
        re.compile(
            r"什么时候|甚么时候|何时|何年|哪一?[年天月日]|哪个(?:年|月|世纪|年代)|(?<!第)几[年月号日]|几时|哪[几两]年|年份是|日期是"
            r"|\bwhen (?:did|was|were|is|will|does)\b|\b(?:what|which) (?:year|date|day|month|century)\b"
        ),
    ),
    (
        "where",
        re.compile(
            r"(?<![朝往])(?:哪里|哪儿)|什么地方|在哪$|哪一?[个座些几](?:个)?(?:城市|国家|国(?![际王])|省|市|州|县)"
            r"|\bwhere (?:is|was|were|are|did|does|will)\b|\b(?:what|which) (?:city|cities|country|countries)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|百分之几|(?<![第哪])几[个名次种条部人岁座倍届所亿万百千](?!.{0,4}(?:国家|词))"
            r"|\bhow (?:many|much)\b|\bwhat (?:percent|percentage)\b"
        ),
    ),
    ("who", re.compile(r"(?<!由)(?:是|叫)谁(?![的来们家])|谁是|谁担任|\bwho (?:is|was) (?:the|his|her|its)\b")),
)
_TIME = re.compile(
    rf"\d+\s*年|\d+月|\d+日|\d+世纪|[{DATE_DIGITS}]{{1,4}}[年月日]|世纪|年代|[明今去前后次同当每]年|时期|周[一二三四五六日末]|星期|[上下本]个?月"
    rf"|\b(?:1\d|20)\d\d\b|期间|[春夏秋冬]季|现在|目前|即将|[{IDEOGRAPHS}]朝"
)
_MEASURES = "个位名次种所条部人岁座倍项届场万亿年月日天小分米公里元美块只头吨斤颗支艘架辆层間间号剂国"
_COUNT = re.compile(
    rf"\d+(?:\.\d+)?%?|百分之[零一二三四五六七八九十百]+|[一二两三四五六七八九十百千万亿数几]+(?=[{_MEASURES}])|半数|一半"
)
_PEOPLE = re.compile(r"多少(?:工作|军事)?(?:人员|人(?!口)|名)|几[名个]人")
_PERSONS = re.compile(r"[\d一二两三四五六七八九十百千万亿数余多]+[余多]?(?:人|名|位|口)")
_MONEY = re.compile(r"多少(?:钱|[亿万]*(?:美?元|块)|经费|资金)|how much money")
_SUMS = re.compile(
    r"[\d一二两三四五六七八九十百千万亿][\d.万亿多余]*(?:美|欧|日|港)?(?:元|圆|镑|卢布|法郎|美金|人民币)"
)


def asks_for(question: str) -> Kind | None:
    """Return the answer type of a question; None if its words do not show one."""
    question = normalised(question).rstrip("?!。 ")
    if question.endswith(("吗", "么")) and not question.endswith(("什么", "多么", "怎么")):
        return None
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), None)


class AnswerTypes:
    """Checks passages of one index for the answer type of a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        """`texts`: a sample of its chunks, normalised."""
        self._texts = texts

    @cached_property
    def _common(self) -> frozenset[str]:
        """Places that are too common in the index to be an answer: 上海 in texts about 上海合作组织."""
        some = self._texts[:: max(1, len(self._texts) // QUESTION.place_sample)]
        counts = Counter(place for text in some for place in _names(text)[1])
        return frozenset(place for place, count in counts.items() if count > QUESTION.common_place * len(some))

    def lacks(self, passage: str, question: str) -> bool:
        """Return whether the passage has nothing of the question's answer type, or only what the question has too."""
        kind = asks_for(question)
        if kind is None:
            return False
        passage, question = normalised(passage), normalised(question)
        if kind == "when":
            return all(match[0] in question for match in _TIME.finditer(passage))
        if kind == "number":
            units = _PERSONS if _PEOPLE.search(question) else _SUMS if _MONEY.search(question) else _COUNT
            return all(match[0] in question for match in units.finditer(passage))
        people, places = _names(passage)
        return all(name in question or name in self._common for name in (people if kind == "who" else places))


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the people and the places in a normalised text, as jieba tags them."""
    people, places = set(), set()
    for word, kind in tagged(text):
        if kind.startswith("nr") and len(word) > 1:
            people.add(word)
        elif kind == "ns":
            places.add(word)
    return frozenset(people | ({"·"} if "·" in text else set())), frozenset(places)
