"""A question that leans on the one before, and how it is read: together with it, in the user's own words.

Nothing is generated. A leaning question is read as the earlier question and itself, one after the other; in ranking,
the earlier one's tokens count less. A new place (再前一条呢？ 第四条呢？) is counted from the place before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.normalise import HAN, normalised
from index.chunks import Heading
from qa.question.section_reference import SectionReference, neighbour, place, sibling
from qa.question.words import CHINESE_STOP, content_words, words

_OPENS = re.compile(
    r"^(那么|那(?!个|些|次|年|场|份|一?[篇节部段条])|还有|还|再|又|另外|此外|然后|接着|接下来|以及|至于|其中"
    r"|and\b|what about|how about|but\b|then\b|also\b|so\b|or\b)"
)
_ENDS = re.compile(r"呢$")
_POINTS = re.compile(
    r"(?<![其排吉维])(?:他|她|它)(?!国|人)们?|(?:这|那)(?:里|边|儿|方面|件事)|(?:这|那)(?:个|些|两个)(?=呢|吗|是|在|有|$)"
    r"|上述|前者|后者|里面|此事|为此|对此"
)
_EN_POINTS = re.compile(
    r"\b(he|she|it|they|him|her|them|his|its|their|that one|those|these|this one|there(?! (?:is|are|was|were)\b)"
    r"|the (?:former|latter|same))\b"
)
_BARE = re.compile(
    r"^(为什么|为啥|怎么说|什么时候|何时|在?哪里|在?哪儿|在?哪个(城市|国家|地方)|是?谁|多少钱?|几个|几年|有多少|怎么办"
    r"|比如|具体(呢|说说)?|然后呢|还有呢|why|when|where|who|how|how many|how much|for example|in which city)\W*$"
)
_SHIFT = re.compile(
    r"(?P<back>(再|往)?(前|上)(面)?(一|1)个?(条|点|节|部分|段|章|项|个)|the (?:previous|one before|preceding))"
    r"|(?P<forward>(再|往)?(下|后)(面)?(一|1)个?(条|点|节|部分|段|章|项|个)|the next)"
)
_CIRCUMSTANCE = re.compile(
    r"^(?:那么?|这|而)?(?:这?[句番段]?话)?(?:他们?|她们?|它|这)?(?:都|又)?是?"
    r"(?:谁|什么人|什么时候|甚么时候|何时|哪一?[天年月]|几号|在?(?:什么|哪个|哪次)(?:地方|场合|会议?)上?|在?哪[里儿])"
    r"(?:说|讲|发表|写|做)出?的(?:这?[句番段]?话|这个讲话|这篇讲话)?$"
    r"|^(?:and )?(?:who|when|where) (?:was (?:it|this|that) |did (?:he|she|they) )?(?:said|say|wrote|write|written)"
    r"(?: (?:it|this|that|so))?$"
)
"""Who said so, when, where: the title block of the work tells."""
_LACKS_NOUN = re.compile(r"\bones?$")
_WANTS = re.compile(r"什么|哪|谁|多少|几|怎|为何|吗$|没有$|\b(?:who|what|when|where|why|how|which)\b")


_NO_TOPIC = 0.8
"""From this weight of the questions before, the new one has no topic of its own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is looked up."""

    question: str
    before: tuple[str, ...]
    """The earlier questions that it leans on, the oldest first; empty where it stands alone."""
    weight: float
    """What they count together, 0 to 1; the question's own words count 1."""
    place: SectionReference | None
    """The section that it points at."""

    @property
    def understood_as(self) -> str | None:
        """How the question was read, in the user's own words; None where it was read as it stands."""
        return " → ".join((*self.before, self.question)) if self.before else None

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """What is looked up: texts and what each counts, the question itself last, counting 1."""
        each = self.weight / max(len(self.before), 1)
        return (*((text, each) for text in self.before), (self.question, 1.0))

    @property
    def asks_who_said_it(self) -> bool:
        """It asks for the speaker, the time or the place of what answered the question before."""
        return bool(self.before and _CIRCUMSTANCE.match(_stripped(self.question)))

    @property
    def is_bare(self) -> bool:
        """The question says nothing of what it is about: 为什么？"""
        return self.weight >= _NO_TOPIC


_EMPTY_VERBS = CHINESE_STOP | {
    *("没有", "有没有", "知道", "觉得", "认为", "怎么说", "怎么样", "怎么办", "看待", "可以", "应该", "需要", "能够"),
    *("请问", "提到", "谈到", "说到", "讲到", "告诉", "介绍", "包括"),
}


def _topics(question: str) -> list[str]:
    """The words that could be a question's own topic: what `missing` asks for, and verbs that say something (禁毒)."""
    found = [word.text for word in content_words(question)]
    for word in words(question):
        if word.kind in ("v", "a") and len(word.text) > 1 and word.text not in _EMPTY_VERBS:
            found.append(word.text)
    return found


def _stripped(question: str) -> str:
    return normalised(question).strip(" ?!。,.、")


def leans(question: str, *, has_place: bool = False) -> float:
    """How much of the earlier question is needed: 0 (none), less where the new one names its own topic, at most 1."""
    asked = _stripped(question)
    if has_place and not (_OPENS.match(asked) or _ENDS.search(asked)):
        return 0.0
    topics = _topics(question)
    english = not HAN.search(asked)
    if _BARE.match(asked) or _CIRCUMSTANCE.match(asked) or (_SHIFT.search(asked) and len(asked) < 14):
        return 1.0
    opens, ends = bool(_OPENS.match(asked)), bool(_ENDS.search(asked)) and len(asked) <= 16
    points = bool((_EN_POINTS if english else _POINTS).search(asked))
    if points and len(topics) <= 2 and len(asked) <= (18 if not english else 60):
        return 0.3 if topics else 1.0
    if opens or ends:
        if topics and (content_words(question) or not _WANTS.search(asked)):
            # 那禁毒方面呢 brings its own topic; "and biological ones" lacks the noun.
            return 0.5 if _LACKS_NOUN.search(asked) else 0.1
        return 0.8 if topics else 1.0  # 那要怎么加强打击: a verb that lacks its object
    if not topics and _WANTS.search(asked) and len(asked) <= (8 if not english else 20):
        return 0.8
    if re.match(r"(有没有|有什么|有哪些|是不是|能不能|可不可以|都有)", asked) and len(topics) <= 2 and len(asked) <= 14:
        return 0.4
    if len(asked) <= 10 and re.match(r"(在|从|对|由|跟|和|给)?(哪|几|多|什么|谁|怎)", asked):
        return 0.8
    return 0.0


def _shift(question: str) -> int:
    """Return −1 for 再前一条呢, +1 for 下一部分呢, 0 for neither."""
    match = _SHIFT.search(normalised(question))
    return 0 if not match or len(question) > 40 else -1 if match["back"] else 1


def understand(question: str, history: Sequence[str], headings: Sequence[Heading]) -> Reading:
    """Read a question after `history`, the oldest first, together with what it leans on there."""
    pointed = place(question, headings)
    weight = leans(question, has_place=pointed is not None) if history else 0.0
    if not weight:
        return Reading(question, (), 0.0, pointed)
    before = understand(history[-1], history[:-1], headings)
    earlier = (*before.before, before.question)
    if _POINTS.search(normalised(question)) and len(history) > 1 and not before.before:
        earlier = (history[-2], *earlier)  # 那边 may be two questions back
    if before.place:
        # 再前一条呢？ moves on from there; 第四条呢？ counts in the same list.
        step = _shift(question)
        moved = neighbour(before.place, step, headings) if step else None
        pointed = moved or (sibling(before.place, pointed, headings) if pointed else None)
    return Reading(question, earlier[-2:], weight, pointed)
