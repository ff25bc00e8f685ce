"""Follow-up questions: whether a question depends on earlier ones, and the query that they make together.

Nothing is generated: a follow-up is searched together with the earlier questions, in the user's own words; the earlier
ones weigh less. A relative section reference (再前一条呢？ 第四条呢？) counts from the section of the earlier question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from index.chunks import Heading
from index.query import WeightedQuery
from qa.qa_settings import QUESTION
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
"""The question asks who said that, when or where. The title block of the work answers."""
_LACKS_NOUN = re.compile(r"\bones?$")
_WANTS = re.compile(r"什么|哪|谁|多少|几|怎|为何|吗$|没有$|\b(?:who|what|when|where|why|how|which)\b")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A question, the earlier questions that it depends on, and the section that it refers to."""

    question: str
    earlier: tuple[str, ...]
    """The earlier questions that it depends on, at most two, the oldest first."""
    weight: float
    """The weight of the earlier questions together, 0 to 1; the question itself weighs 1."""
    section_reference: SectionReference | None
    """The section that it refers to."""

    @property
    def understood_as(self) -> str | None:
        """The question and the earlier questions that it is searched with; None if it depends on none."""
        return " → ".join((*self.earlier, self.question)) if self.earlier else None

    @property
    def query(self) -> WeightedQuery:
        """The query: the question with weight 1, and the earlier questions, which share `weight` equally."""
        each = self.weight / max(len(self.earlier), 1)
        return WeightedQuery((*self.earlier, self.question), (each,) * len(self.earlier) + (1.0,))

    @property
    def asks_who_said_it(self) -> bool:
        """Whether it asks for speaker, time or place of the passage that answered the previous question."""
        return bool(self.earlier and _CIRCUMSTANCE.match(_stripped(self.question)))

    @property
    def is_bare(self) -> bool:
        """Whether the question has no topic of its own: 为什么？"""
        return self.weight >= QUESTION.no_topic


_EMPTY_VERBS = CHINESE_STOP | {
    *("没有", "有没有", "知道", "觉得", "认为", "怎么说", "怎么样", "怎么办", "看待", "可以", "应该", "需要", "能够"),
    *("请问", "提到", "谈到", "说到", "讲到", "告诉", "介绍", "包括"),
}


def _topics(question: str) -> list[str]:
    """Return the words that may be a question's own topic: content words, and verbs with a meaning (禁毒)."""
    found = [word.text for word in content_words(question)]
    for word in words(question):
        if word.kind in ("v", "a") and len(word.text) > 1 and word.text not in _EMPTY_VERBS:
            found.append(word.text)
    return found


def _stripped(question: str) -> str:
    return normalised(question).strip(" ?!。,.、")


def _weight_of_earlier(question: str, *, refers_to_section: bool) -> float:
    """Return the weight of the earlier questions, 0 to 1: 0 if the question depends on none, less if it has a topic."""
    text = _stripped(question)
    if refers_to_section and not (_OPENS.match(text) or _ENDS.search(text)):
        return 0.0
    topics = _topics(question)
    english = not has_han(text)
    if _BARE.match(text) or _CIRCUMSTANCE.match(text) or (_SHIFT.search(text) and len(text) < 14):
        return 1.0
    opens, ends = bool(_OPENS.match(text)), bool(_ENDS.search(text)) and len(text) <= 16
    points = bool((_EN_POINTS if english else _POINTS).search(text))
    if points and len(topics) <= 2 and len(text) <= (18 if not english else 60):
        return 0.3 if topics else 1.0
    if opens or ends:
        if topics and (content_words(question) or not _WANTS.search(text)):
            # 那禁毒方面呢 has its own topic; "and biological ones" lacks the noun.
            return 0.5 if _LACKS_NOUN.search(text) else 0.1
        return 0.8 if topics else 1.0  # 那要怎么加强打击: a verb that lacks its object
    if not topics and _WANTS.search(text) and len(text) <= (8 if not english else 20):
        return 0.8
    if re.match(r"(有没有|有什么|有哪些|是不是|能不能|可不可以|都有)", text) and len(topics) <= 2 and len(text) <= 14:
        return 0.4
    if len(text) <= 10 and re.match(r"(在|从|对|由|跟|和|给)?(哪|几|多|什么|谁|怎)", text):
        return 0.8
    return 0.0


def _shift(question: str) -> int:
    """Return −1 for 再前一条呢, +1 for 下一部分呢, 0 for neither."""
    match = _SHIFT.search(normalised(question))
    return 0 if not match or len(question) > 40 else -1 if match["back"] else 1


def interpret(question: str, history: Sequence[str], headings: Sequence[Heading]) -> Interpretation:
    """Interpret a question. `history`: the questions before it, the oldest first.

    `headings`: the outline of the documents that are searched; a section reference is a position in it.
    """
    reference = place(question, headings)
    weight = _weight_of_earlier(question, refers_to_section=reference is not None) if history else 0.0
    if not weight:
        return Interpretation(question, (), 0.0, reference)
    previous = interpret(history[-1], history[:-1], headings)
    earlier = (*previous.earlier, previous.question)
    if _POINTS.search(normalised(question)) and len(history) > 1 and not previous.earlier:
        earlier = (history[-2], *earlier)  # 那边 may refer to the question before the previous one
    if previous.section_reference:
        # 再前一条呢？ moves on from that section; 第四条呢？ counts in the same list.
        step = _shift(question)
        moved = neighbour(previous.section_reference, step, headings) if step else None
        reference = moved or (sibling(previous.section_reference, reference, headings) if reference else None)
    return Interpretation(question, earlier[-2:], weight, reference)
