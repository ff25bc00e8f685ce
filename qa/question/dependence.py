"""Whether a question stands alone, and how much it depends on the one before it.

A question with a topic of its own stands alone: a noun that it does not merely ask for. It depends on the one before
where it lacks one (几点开门？), where a pronoun points out of it, or where it opens as a continuation (那……, "and …").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.text.normalise import normalised, simplified
from corpus.text.scripts import has_han
from qa.qa_settings import FOLLOW_UPS
from qa.question.word_segmenter import tag_of
from qa.question.words import ASKING, CHINESE_STOP, ENGLISH_STOP, Word, content_words, words

GoesOn = Literal["others", "on"]
"""What a question that asks for more wants: other passages that answer, or what follows in the text."""

_OTHERS = re.compile(
    r"(?:那|除此之外|除此以外|另外)?(?:还|就)?(?:有|只有|没有?)?(?:别的|其他的?|其它的?|更多的?|什么|哪些|了|这些)?(?:吗|呢|没有|么)?"
    r"|更多|再来(?:一些|几段|几条)|(?:and )?(?:is there |do you have |show me |are there |give me )?"
    r"(?:(?:any |some |anything )?more|anything else|what else|(?:any )?others|another one|is that all)(?: please)?"
)
_OTHERS_HAVE = re.compile(r"还有|别的|其他|其它|更多|就这些|没有?了|再来|more|else|others|another|is that all")
_ON = re.compile(
    r"(?:请|能不能|能|可以|可否|麻烦|你|帮我|给我|再|把它|那|那就)*"
    r"(?:继续|接着|往下|接下来|然后|下面|后面|下文|(?:说|讲|谈|写)?得?再?(?:详细|具体|仔细|清楚|完整)|展开|细说|多说)"
    r"(?:地|些|一些|一点儿?|点儿?)*(?:说说|讲讲|谈谈|说|讲|看|读|介绍|说明|解释|展开|念)?(?:一下|看看|下去)?(?:内容|情况)?(?:吧|呢|吗)?"
    r"|(?:please |can you |could you )*(?:go on|continue|keep going|read on|carry on|elaborate|say more|expand"
    r"|(?:tell|show|give) me (?:some )?more|(?:in )?more details?|(?:tell|give|show) me (?:the |more )?details"
    r"|what (?:comes|came|follows) next|and then|then what)(?: (?:about|on) (?:it|this|that))?(?: please)?"
)
_DEFINES = re.compile(
    r"^(?:请问)?(?:什么|啥)(?:是|叫做?)(.+)$|^何谓(.+)$|^(.+?)(?:是什么意思|是指什么|指的?是什么|指什么)$"
)
_SUBJECT = re.compile(r"^(.{2,}?)(?:是|叫做?|有|在)(?:什么|哪|谁|多少|几|怎)")
_OPENERS = frozenset(("那", "那么", "还", "还有", "另外", "此外", "然后", "接着", "接下来", "以及", "至于", "而"))
_ENGLISH_OPENER = re.compile(r"^(?:and|but|then|also|or|what about|how about|so(?! far))\b")
_PERSONS = frozenset(("他", "她", "它", "他们", "她们", "它们", "其"))
_PLACES = frozenset((
    "这里", "那里", "这儿", "那儿", "这边", "那边", "里面", "其中", "此处", "此事", "此时", "那时", "当时",
    "为此", "对此", "前者", "后者", "上述", "这方面", "那方面",
))  # fmt: skip
_RELATIONAL = frozenset((
    "专门", "相关", "有关", "类似", "同样", "同类", "其余", "其它", "其他", "另外", "对应", "相应", "配套",
))  # fmt: skip
"""They presuppose a thing that was named before: 有没有专门的计划。"""
_DEMONSTRATIVE = re.compile(r"^[这那该此][个些种类样两项点]?")
_ENGLISH_PRONOUN = re.compile(
    r"\b(?:(?P<own>his|her|its|their)|he|she|it|they|him|them|that one|those|these|this one|the (?:former|latter|same)"
    r"|(?:related|similar|other|such|same)(?= )"
    r"|there(?! (?:is|are|was|were)\b)(?<!is there)(?<!are there)(?<!was there)(?<!were there))\b"
)
_DUMMY_IT = re.compile(
    r"\b(?:is|was) it (?:\w+ )?\w+ (?:to|that|for|if)\b|\bit (?:is|was|takes?|costs?) (?:\w+ )*(?:to|that)\b"
)
_CLAUSE = re.compile(r"[,;:，；：]|\b(?:if|when|and|because|that|who|which|after|before|while|unless)\b|如果|的话|时$")
_MANNER = re.compile(r"怎么|怎样|如何|哪里|哪儿|几点|何时|何地|多久|为什么|时候")
_MODALS = frozenset(("要", "能", "会", "得", "须", "可", "可以", "能够", "应该", "应当", "必须", "需要"))
_KIND = re.compile(r"什么|哪|何种|啥")
_LACKS_NOUN = re.compile(r"\bones?$")
_EMPTY_VERBS = CHINESE_STOP | {
    *("没有", "有没有", "知道", "觉得", "认为", "怎么说", "怎么样", "怎么办", "看待", "可以", "应该", "需要", "能够"),
    *("请问", "提到", "谈到", "说到", "讲到", "告诉", "介绍", "包括", "由谁来", "是否"),
}


def stripped(question: str) -> str:
    """Return the normalised question without the marks at its ends."""
    return normalised(question).strip(" ?!。,.、…~")


def goes_on(question: str) -> GoesOn | None:
    """Return what a question that only asks for more wants (还有呢, 详细一点, "tell me more"); None for any other."""
    text = re.sub(r"[\s,。、]+", " " if not has_han(question) else "", stripped(question))
    if _OTHERS.fullmatch(text) and _OTHERS_HAVE.search(text):
        return "others"
    return "on" if text and _ON.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class _Topics:
    """What a question has that may be its own topic."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.nouns) + len(self.verbs)


def weight_of_earlier(question: str, before: str) -> float:
    """Return how much a question depends on the one before it: 0 if it stands alone, less if it has a topic."""
    text, topics = stripped(question), _topics(question)
    crosses = has_han(question) != has_han(before)
    if crosses and topics.nouns:
        return 0.0
    if (match := _DEFINES.match(text)) and not _points(next(filter(None, match.groups()))):
        return 0.0
    if not len(topics):
        return FOLLOW_UPS.no_topic if len(text) <= 8 or not has_han(text) else FOLLOW_UPS.no_noun
    if _points(text):
        return FOLLOW_UPS.pronoun if len(topics) <= 2 else 0.0
    if _opens(question, text):
        if _LACKS_NOUN.search(text):
            return FOLLOW_UPS.ones
        return FOLLOW_UPS.topic if topics.nouns else FOLLOW_UPS.no_noun
    if not topics.nouns:
        return FOLLOW_UPS.verbs if len(topics.verbs) <= 2 else 0.0
    return FOLLOW_UPS.pronoun if _repeats_head(topics, before) else 0.0


def has_topic(question: str) -> bool:
    """Return whether a question has a noun or a verb of its own: 它提到茶了吗, but not 为什么."""
    return len(_topics(question)) > 0


def points_back(question: str) -> bool:
    """Return whether a pronoun points out of the question."""
    return _points(stripped(question))


def _topics(question: str) -> _Topics:
    return _chinese_topics(question) if has_han(question) else _Topics(tuple(_english_topics(question)), ())


def _chinese_topics(question: str) -> _Topics:
    found = [word for word in words(question) if word.kind != "x"]
    content = {word.start for word in content_words(question)}
    nouns: list[str] = []
    verbs: list[str] = []
    subject = _SUBJECT.match(question)
    for number, word in enumerate(found):
        before = found[number - 1].text if number else ""
        if _is_short_noun(word) and not ASKING.search(before):
            nouns.append(word.text)  # 狗能进去吗
        if len(word.text) < 2 or word.text in _EMPTY_VERBS or ASKING.search(word.text):
            continue
        if word.start in content or word.kind in ("i", "l") or tag_of(simplified(word.text)) is None:
            is_last = number == len(found) - 1 or all(after.kind == "y" for after in found[number + 1 :])
            if is_last and (_MANNER.search(before) or before in _MODALS):
                verbs.append(word.text)  # 怎么量刑, 在哪里办公, 要收费吗
            elif not _is_asked_for(found, number):
                nouns.append(word.text)
        elif word.kind in ("v", "a"):
            (nouns if subject and word.end <= subject.end(1) else verbs).append(word.text)  # 反恐演习叫什么
    return _Topics(tuple(nouns), tuple(verbs))


def _is_short_noun(word: Word) -> bool:
    return len(word.text) == 1 and word.kind in ("n", "nr", "ns", "nz") and simplified(word.text) not in CHINESE_STOP


def _is_asked_for(found: Sequence[Word], number: int) -> bool:
    """Return whether a noun is what the question asks for: 需要哪些材料.

    What is counted is a topic (有几座水库), and so is the subject (哪些药品可以报销).
    """
    at = number - 1
    if at > 0 and found[at].kind in ("uj", "a", "b"):
        at -= 1
    return at > 0 and bool(_KIND.search(found[at].text))


def _english_topics(question: str) -> list[str]:
    """Return the content words of an English question, without the noun after "which" or "what"."""
    kept = re.sub(r"\b(?:which|what|whose) (?!(?:is|are|was|were|do|does|did)\b)\w+", " ", normalised(question))
    return [word.text for word in content_words(kept)]


def _points(text: str) -> bool:
    """Return whether a pronoun points out of the question, by the rules of binding.

    A possessive, and any pronoun in a later clause, may stand for a noun before it in the same question.
    """
    if not has_han(text):
        match = None if _DUMMY_IT.search(text) else _ENGLISH_PRONOUN.search(text)
        if not match:
            return False
        may_be_inside = match["own"] is not None or _CLAUSE.search(text[: match.start()])
        return not (may_be_inside and _english_topics(text[: match.start()]))
    found = words(text)
    said = False

    def is_said(end: int) -> bool:
        """Return whether a noun stands before; looked for where it matters, and not again once there is one."""
        nonlocal said
        said = said or bool(end and _chinese_topics(text[:end]).nouns)
        return said

    for number, word in enumerate(found):
        following = found[number + 1] if number + 1 < len(found) else None
        if word.text in _PERSONS:
            owns = word.text == "其" or (following is not None and following.text == "的")
            return not (is_said(word.start) and (owns or _CLAUSE.search(text[: word.start])))
        if word.text in _PLACES and not (number and found[number - 1].kind[:1] in ("n", "u")):
            return True
        if word.kind == "r" and _DEMONSTRATIVE.match(word.text) and word.text not in _OPENERS:
            ends = following is None or following.kind in ("y", "x", "v", "p") or following.text in CHINESE_STOP
            if ends and not is_said(word.start):
                return True
        if word.text in _RELATIONAL and not is_said(word.start):
            return True
    return False


def _opens(question: str, text: str) -> bool:
    """Return whether a question opens as a continuation, or is a phrase with 呢."""
    if not has_han(text):
        return bool(_ENGLISH_OPENER.match(text))
    found = words(text)
    counted = len(found) > 1 and found[1].kind == "q"  # 那次会议
    phrase = re.match(r"[^,，]*呢(?=$|[,，])", text)
    is_phrase = phrase is not None and not ASKING.search(phrase[0])
    return is_phrase or bool(found and found[0].text in _OPENERS and not counted)


def _repeats_head(topics: _Topics, before: str) -> bool:
    """Return whether the only noun is the end of a longer one before: 实验室 after 海洋实验室."""
    if len(topics.nouns) != 1 or len(topics) > 2:
        return False
    noun, said = topics.nouns[0].lower(), normalised(before)
    if has_han(noun):
        found = words(said)
        return any(
            word.text.endswith(noun) and (word.text != noun or (number and found[number - 1].kind[:1] == "n"))
            for number, word in enumerate(found)
        )
    return bool(re.search(rf"(?<!the )(?<!a )\b(?!the\b|an?\b)[a-z]{{3,}} {re.escape(noun)}\b", said)) and any(
        word.text not in ENGLISH_STOP for word in content_words(said[: said.find(noun)])[-1:]
    )
