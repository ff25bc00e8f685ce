"""Requests about a text as a whole: 总结一下, translate it, 这是什么文章, 有几章, the contents.

They are what people type first. A program that only quotes cannot carry out some of them; others ask for the title
block or the headings. What a text says is no such request (会议总结了哪些经验？): a request consists of the words of
`data/request_words.txt` from its first to its last, and of the name of a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from corpus.text.normalise import normalised
from corpus.text.scripts import has_han
from qa.qa_settings import QUESTION
from qa.question.words import words

Task = Literal["summarise", "translate", "compare", "write", "judge", "describe", "author", "date", "contents", "count"]
"""`judge`: give an opinion. `describe`: say what text this is. `count`: say how many parts it has."""


@dataclass(frozen=True, slots=True)
class TextRequest:
    """A request about a text."""

    task: Task
    name: str = ""
    """Words that have to be the name of a text or a section, else it is no such request; normalised."""
    title: str = ""
    """What stands in 《》; normalised."""
    kind: str = ""
    """The words for the text itself: 这篇讲话, the report; normalised."""
    one: str = ""
    """What is to be compared with `other`, or judged."""
    other: str = ""
    counted: str = ""
    """The noun that is counted: 建议, chapters. Empty for a unit alone."""
    unit: str = ""
    """The unit of counting: 条 in 几条建议."""

    @property
    def has_content(self) -> bool:
        """Whether it names something that a later question may be about: a title, a section, what is compared."""
        return any((self.name, self.title, self.one, self.other, self.counted))

    @property
    def names_a_text(self) -> bool:
        """Whether it says which text it is about; else it may lean on the question before it."""
        return bool(self.name or self.title or self.kind)


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Return the classes of each word of `data/request_words.txt`."""
    found: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "data" / "request_words.txt").read_text(encoding="utf-8").splitlines():
        name, colon, listed = line.partition(":")
        if colon and not line.startswith("#"):
            for word in listed.split(","):
                found.setdefault(normalised(word.strip()), set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of a word of the list, the longest first, of a title, or of a length (三句话, 100字)."""
    words = sorted(_classes(), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word[0].isascii())
    others = "|".join(re.escape(word) for word in words if not word[0].isascii())
    return re.compile(
        rf"《(?P<title>[^《》]+)》|(?:\d{{1,5}}|[一二两三四五六七八九十百千几]{{1,5}})(?:个?字|句话|段话|句)(?:以内|左右|之内|内)?"
        rf"|\b(?:{latin})\b|(?:{others})|[\W_]"
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A question as words of the list."""

    classes: frozenset[str]
    order: tuple[str, ...]
    """The classes `text`, `this`, `what` and `structure` in the order of their words."""
    name: str
    """From the first to the last character that belongs to no word of the list, and the word for a text after it."""
    title: str
    kind: str
    words: frozenset[str]
    """The words of the list that it has."""

    def follows(self, later: str, *earlier: str) -> bool:
        """Return whether a word of class `later` stands somewhere after a word of one of the others."""
        first = min((self.order.index(name) for name in earlier if name in self.order), default=len(self.order))
        return later in self.order[first:]


_PIECE = re.compile(r"[a-z0-9][a-z0-9'’.-]*|.", re.DOTALL)
"""What belongs to no word of the list: a Latin word or a number as a whole, or one character."""


_UNITS = ("条", "点", "项", "款", "段")


def _read(said: str) -> _Read:
    classes: set[str] = set()
    order: list[str] = []
    titles: list[str] = []
    kinds: list[str] = []
    listed: set[str] = set()
    first = last = -1
    borders = {border for word in words(said) for border in (word.start, word.end)}
    at = 0
    while at < len(said):
        match = _token().match(said, at)
        if match is None or (match.end() - at == 1 and has_han(match[0]) and not {at, at + 1} <= borders):
            match = _PIECE.match(said, at)  # 作 of 工作
        assert match is not None  # any character is a piece
        own = _classes().get(match[0])
        if match.re is _PIECE:
            first, last = (at if first < 0 else first), match.end()
        elif own and "text" in own:
            kinds.append(match[0])
        if last >= 0 and not said[last:at].strip() and (match[0] in _UNITS or (own and own & {"text", "part"})):
            last = match.end()
        if match.groupdict().get("title"):
            titles.append(match["title"])
        listed.add(match[0])
        for name in own or ():
            classes.add(name)
            if name in ("text", "this", "what", "structure"):
                order.append(name)
        at = match.end()
    name = said[first:last].strip() if first >= 0 else ""
    return _Read(
        frozenset(classes), tuple(order), name, titles[0] if titles else "", " ".join(kinds), frozenset(listed)
    )


def text_request(question: str) -> TextRequest | None:
    """Return what is requested of a text as a whole; None for a question about what it says."""
    if len(question) > QUESTION.longest_request:
        return None
    said = " ".join(normalised(question).split())
    read = _read(said)
    task = _task(read)
    with_object = _with_object(said) if read.name or task is None else None
    if with_object is not None:
        return with_object
    return None if task is None else TextRequest(task, read.name, read.title, read.kind)


_OF_ASKING = frozenset((
    "say", "what", "polite", "give", "list", "text", "this", "title", "called", "part", "which", "contents",
    "structure",
))  # fmt: skip


def asks_nothing_more(words: str) -> bool:
    """Return whether the words around what a question asks for only ask for it: "please show me"."""
    read = _read(normalised(words))
    return not read.name and read.classes <= _OF_ASKING


_VERBS: tuple[tuple[str, Task], ...] = (
    ("translate", "translate"),
    ("compare", "compare"),
    ("rewrite", "write"),
    ("judge", "judge"),
    ("summarise", "summarise"),
)


def _task(read: _Read) -> Task | None:
    """Return the task that the classes of the words make together; None if they make none."""
    has = read.classes
    verb = next((task for name, task in _VERBS if name in has), None)
    if has & {"who", "when", "author", "date"}:
        is_date = read.words >= {"是", "的"} and has == {"when", "polite"}  # 是哪一年的
        return None if verb else "date" if is_date else _task_about_origin(has)
    if "what" in has and verb:
        return None  # 报告总结什么: what the text says
    if verb:
        return verb
    if {"language", "version"} <= has:
        return "translate"
    if "summary" in has:
        return "summarise"
    if (
        "contents" in has
        or (has & {"which", "what"} and "part" in has and "say" not in has)
        or {"which", "title"} <= has
    ):
        return "contents"
    if "structure" in has and (read.follows("structure", "text", "this") or has & {"list"} or len(has) == 1):
        return "contents"
    return "describe" if _asks_what_it_is(read) else None


def _task_about_origin(has: frozenset[str]) -> Task | None:
    if "author" in has or {"who", "wrote"} <= has:
        return "author"
    if "date" in has or ("when" in has and has & {"wrote", "text", "this"}):
        return "date"
    return None


def _asks_what_it_is(read: _Read) -> bool:
    """Return whether it asks what a text is or is about. 有什么规定 and 什么是合同 do not."""
    has = read.classes
    if has & {"list", "part", "which", "version", "language"}:
        return False
    if "title" in has and "say" not in has:
        return True
    if "what" not in has:
        return False
    if "say" in has:
        is_latin = "what" in read.words
        return is_latin or read.follows("what", "text", "this") or bool(read.title or read.name)
    return "this" in has or ("called" in has and "text" in has)


_ENDS = re.compile(r"(?:[\s?!.,;:。、~…]|吧|吗|呢|啊|呀|谢谢你?|please|thanks|thank you)+$")
_ASKS = re.compile(
    r"什么|甚么|哪|谁|怎|如何|为何|多少|是否|[^一]几[个条点项次年种]|吗$|^(?:wh\w+|how|do|does|did|is|are|was|were)\b"
)
_LANGUAGE = r"(?:[\u4e00-\u9fff]{1,4}[文语话]|[a-z]+)"
_QUOTED = r"[“\"'‘「『].+[”\"'’」』]"
_OF_TWO = r"(?:之间)?(?:的)?(?:异同点?|区别|不同(?:点|之处)?|差[异别]|优[劣缺]点?|优劣)?"
_WITH_OBJECT: tuple[tuple[Task, re.Pattern[str]], ...] = (
    (
        "translate",
        re.compile(
            rf"(?P<one>.+?)(?:翻译|译|翻)(?:成|为){_LANGUAGE}|翻译(?:一下|下)?{_QUOTED}"
            r"|translate (?P<other>.+?)(?: (?:in|into|to) [a-z]+)?"
        ),
    ),
    (
        "compare",
        re.compile(rf"(?:比较|对比|对照)(?:一下|下)?(?P<one>.+?)(?:和|与|跟|同|以及|及|、)(?P<other>.+?){_OF_TWO}"),
    ),
    (
        "compare",
        re.compile(
            r"(?P<one>.+?)(?:和|与|跟|同|、)(?P<other>.+?)(?:进行|做|作)(?:一?个|一下|下)?(?:比较|对比|对照)(?:一下)?"
        ),
    ),
    (
        "compare",
        re.compile(
            r"(?:compare|contrast)(?: and contrast)? (?P<one>.+?) (?:with|to|and|against|versus|vs\.?) (?P<other>.+)"
        ),
    ),
    (
        "write",
        re.compile(
            r"(?:写|起草|撰写|草拟|拟|编写|创作|作|生成|做|弄|出|设计)(?:一下|下|出)?一?(?:篇|首|封|份|段|个|套|张).+"
        ),
    ),
    ("write", re.compile(r"(?:write|draft|compose)(?: me| us| up)? (?:a|an|some|another|one|two|three)\b.+")),
    (
        "judge",
        re.compile(
            r"(?:对于?(?P<one>.+?))?(?:你们?|您)(?:个人)?(?:是)?(?:怎么|如何|怎样)(?:看待?|评价|想|认为|理解)(?P<other>.*)"
        ),
    ),
    (
        "judge",
        re.compile(
            r"(?:你们?|您)(?:个人)?(?:对于?(?P<one>.+?))?(?:是)?(?:怎么|如何|怎样)(?:看待?|评价|想|认为|理解)的?"
        ),
    ),
    (
        "judge",
        re.compile(
            r"(?:你们?|您)(?:个人)?(?:对于?(?P<one>.+?))?(?:有)?(?:什么|何|啥|哪些|的)(?:看法|意见|评价|见解|想法|观点)(?:是什么|如何)?"
        ),
    ),
    (
        "judge",
        re.compile(r"(?:你们?|您)(?:觉得|认为)(?P<one>.+?)(?:怎么样|如何|好不好|对不对|[对好]吗?|合理吗?|有道理吗?)"),
    ),
    ("judge", re.compile(r"(?:你们?|您)(?:同意|赞成|支持|喜欢|相信|反对)(?P<one>.*?)(?:吗|不)?")),
    (
        "judge",
        re.compile(
            r"what (?:do|are) you(?:r)? (?:think|reckon|opinions?|views?|thoughts)(?: (?:of|about|on) (?P<one>.+))?"
            r"|what(?: is|'s) your (?:own |personal )?(?:opinion|view|take)(?: (?:of|about|on) (?P<other>.+))?"
            r"|do you (?:agree|disagree|like|approve|believe)\b.*"
        ),
    ),
    (
        "count",
        re.compile(
            r"(?P<name>.*?)(?:中|里面?|内)?(?:一共|总共|共|总计|合计|都)?(?:提出|提到|提|列出|列举|列|讲|说|写|分成|分为|划分为|分|包括|包含|含|有|由|做出|给出)?"
            r"(?:了|成|为|出)?(?:几|多少)(?P<unit>个|大|条|点|项|款|小节|章节|章|节|编|篇|卷|部分|单元|方面)?(?P<counted>[\u4e00-\u9fff]{0,6}?)(?:组成|构成)?"
        ),
    ),
    (
        "count",
        re.compile(
            r"(?P<name>.*?)的?(?P<counted>[\u4e00-\u9fff]{2})(?:一共|总共|共)?有(?:几|多少)(?P<unit>个|条|点|项|款|章|节|编|篇|部分)"
        ),
    ),
    (
        "count",
        re.compile(
            r"(?:into )?how many (?P<counted>[a-z]+(?: [a-z]+)?)(?: (?:are|is) (?:there|given|made|listed|proposed))?"
            r"(?: (?:in|of|by|from) (?P<name>.+)| (?:do|does|did|has|have|is|are) (?P<name2>.+?)"
            r"(?: (?:have|has|contain|make|made|give|list|include|propose|offer|consist of|comprise|got|divided"
            r"(?: into)?))?)?"
        ),
    ),
)


def _with_object(said: str) -> TextRequest | None:
    """Return a request that has an object of its own: compare X and Y, write a poem, 你怎么看X, 几条建议."""
    at = 0
    while (match := _token().match(said, at)) and ("polite" in _classes().get(match[0], ()) or match[0].isspace()):
        at = match.end()
    plain = _ENDS.sub("", said[at:])
    whole = _ENDS.sub("", said)
    for task, pattern in _WITH_OBJECT:
        match = pattern.fullmatch(whole if task in ("judge", "count") else plain)
        if match is None or (task in ("translate", "compare", "write") and _ASKS.search(plain)):
            continue
        part = {name: (value or "").strip() for name, value in match.groupdict().items()}
        name = part.get("name") or part.get("name2") or ""
        read = _read(name)
        is_kind = task == "count" and not read.name and read.classes <= {"text", "this", "polite"}  # the law
        return TextRequest(
            task,
            name="" if is_kind else name,
            kind=name if is_kind else "",
            one=part.get("one", ""),
            other=part.get("other", ""),
            counted=part.get("counted", ""),
            unit=part.get("unit", ""),
        )
    return None
