"""Finds section numbers in a question: 第两百条, 乙部分, 附件二, ㈠, §5, "Article IV", "the last chapter"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from corpus.grammar.enumerators import UNITS, suffix_value
from corpus.text.normalise import normalised
from corpus.text.numerals import (
    ENCLOSED,
    ENGLISH_CARDINAL,
    ENGLISH_ORDINAL,
    HAN_DIGITS,
    HAN_NUMERAL,
    STEMS,
    read_numeral,
)
from qa.question.heading_labels import SectionNumber

BRACKETS = "("
"""The kind of a number in brackets or in a circle without a unit."""
PARAGRAPHS = ("段", "段落", "paragraph")
_KINDS = "部分|大部分|大点|部份|条|點|点|项|分编|节|章|段落|段|款|编|篇|卷|单元|小节|方面|个?建议|个?主张|板块"
_OF = "(?:个|條|条|点|项|大|小)?"
_ROMAN_OR_DIGITS = r"\d+(?:\.\d+)*|[ivxlc]+"
_CHINESE = re.compile(
    rf"(?:(?P<back>倒数)?第\s*(?P<n>{HAN_NUMERAL})(?:\s?-\s?(?P<s>\d{{1,2}})(?=\s?条))?"
    rf"|(?P<last>最后(?:的?一|面)?|末尾?的?一?)|(?P<first>首先?|头一|开头))\s*{_OF}(?P<kind>{_KINDS})"
    rf"(?:之(?P<t>[{HAN_DIGITS}]{{1,3}}|\d{{1,2}}(?!\d))(?![些种个次]))?"
    rf"|(?P<annex>附[件录表图])\s?(?P<n2>{HAN_NUMERAL}|[ivxlc]{{1,6}}(?![a-z])|[a-z](?![a-z]))"
    rf"|(?P<n3>(?<!自)[{STEMS}]|(?<![a-z])[a-z])\s?(?P<kind3>部分|部份|编|篇|卷|章|节)"
    rf"|(?P<sign>§)+\s?(?P<n4>{_ROMAN_OR_DIGITS}\b)"
)
EN_KINDS = (
    "part|section|chapter|article|recommendation|proposal|suggestion|point|paragraph|item|annex|appendix|schedule"
    "|principle|book|title"
)
_MAY_FOLLOW_I = (
    r"(?:of|in|on|to|and|or|is|was|are|do|does|says?|said|covers?|contains?|about|deals?|means?|provides?|requires?"
    r"|states?|stipulates?|regulates?|defines?|concerns?|allows?|prohibits?|applies|apply|mentions?|paragraph|section)\b"
)
"""After Article I. Other words after it, as in "the article I wrote", make it the pronoun."""
_ENGLISH = re.compile(
    rf"\b(?:(?P<n>{ENGLISH_ORDINAL})|(?P<last>last|final))\s+(?P<kind>{EN_KINDS})(?:s|es)?\b"
    rf"|\b(?P<kind2>{EN_KINDS}|art\.?(?=\s?\d)|sec\.?(?=\s?\d))(?:\s+|(?<=\.)|(?=\d))"
    rf"(?:(?!i\s+(?!{_MAY_FOLLOW_I})[a-z])(?P<n2>(?:{ENGLISH_CARDINAL}|{_ROMAN_OR_DIGITS}(?![a-z]))(?:\s?(?P<s>bis|ter|quater)\b)?)(?![\w%])"
    r"|(?P<n3>\d+)(?P<s3>[a-z])\b"
    r"|(?P<n4>[a-z])(?=\s*(?:$|[?.,;:!)]|(?:of|in|say|says|said|cover|covers|contain|contains|about|deal|deals)\b)))"
)
_IN_BRACKETS = re.compile(rf"\((?P<n>[{HAN_DIGITS}]{{1,4}}|\d{{1,2}}|[{STEMS}])\)")
_MAY_PRECEDE_BRACKETS = re.compile(r"[的、,。:\s中里问看第]$")
_SEVERAL = r"(?:\s?(?:,|、|and|or|to|through|&|[-–—~至到和及或])\s?){1,2}"
_TO = re.compile("to|through|[-–—~至到]")
_SHORT = {
    "section": ("sections", "sec", "secs", "s", "ss"),
    "chapter": ("chapters", "chap", "ch", "chs"),
    "article": ("articles", "art", "arts"),
}
"""How a text may write the units of English questions: s. 17, Arts. 5 and 6."""
_CIRCLED = re.compile(f"[{ENCLOSED}]")
_CIRCLED_AFTER_DI = re.compile(rf"第\s*([{ENCLOSED}])")


@dataclass(frozen=True, slots=True)
class Mention:
    """A section number in a normalised question."""

    start: int
    end: int
    kind: str
    """The unit as it is written: 条, article; or `BRACKETS`."""
    number: SectionNumber
    is_english: bool

    @property
    def unit(self) -> str:
        """The unit that it numbers, from `corpus.grammar.enumerators.UNITS`; empty if it may be any."""
        return UNITS.get(self.kind, "")


def normalised_question(question: str) -> str:
    """Return a question in half width, lower case and Simplified characters; ① and ㊀ become (1) and (一)."""
    question = _CIRCLED_AFTER_DI.sub(lambda match: f"第{read_numeral(match[1])}", question)
    return normalised(_CIRCLED.sub(_with_brackets, question))


def _with_brackets(match: re.Match[str]) -> str:
    folded = unicodedata.normalize("NFKC", match[0]).strip("().")
    return f"({folded if folded != match[0] else read_numeral(match[0])})"


def mentions(question: str) -> list[Mention]:
    """Return the section numbers in a normalised question, outermost first; English ones if none is Chinese."""
    found = [mention for match in _CHINESE.finditer(question) if (mention := _in_chinese(match))]
    if not found:
        found = [mention for match in _ENGLISH.finditer(question) if (mention := _in_english(match))]
        between = question[found[0].end : found[1].start] if len(found) > 1 else ""
        if re.fullmatch(r",?\s*(?:of|in)\s+(?:the\s+)?", between):  # section 2 of article 4
            found[:2] = found[1::-1]
    last = max((mention.end for mention in found), default=0)
    for match in _IN_BRACKETS.finditer(question, last):
        if match.start() != last and not _MAY_PRECEDE_BRACKETS.search(question, 0, match.start()):
            continue  # 《决定（三）》
        found.append(Mention(match.start(), match.end(), BRACKETS, SectionNumber(match["n"]), False))
    return found


def spellings(section: Mention) -> tuple[str, ...]:
    """Return how a text may write the unit of a section: section, sections, sec, s."""
    own = _SHORT.get(section.kind, (f"{section.kind}s",)) if section.is_english else ()
    return (section.kind, *own)


def cites(text: str, section: Mention) -> bool:
    """Return whether a normalised text has the number of a section among several, or behind a short unit: ss. 5–7.

    第七十五条至第七十七条 has 第七十六条, too.
    """
    number = section.number
    if number.count is None or number.suffix or number.outer:
        return False
    unit = re.escape(section.kind)
    if section.is_english:
        one = r"\d+"
        listed = rf"\b(?:{'|'.join(map(re.escape, spellings(section)))})\.?\s?({one}(?:{_SEVERAL}{one})*)(?![\w%])"
    else:
        one = rf"第?\s?{HAN_NUMERAL}\s?(?:{unit})?"
        listed = rf"(第\s?{HAN_NUMERAL}\s?(?:{unit})?(?:{_SEVERAL}{one})*)(?<={unit})"
    return any(_has_number(match[1], number.count) for match in re.finditer(listed, text))


def _has_number(listed: str, wanted: int) -> bool:
    """Return whether a list of numbers has one: 5 and 7, 5 to 7."""
    found = [(*match.span(), read_numeral(match[0])) for match in re.finditer(HAN_NUMERAL, listed)]
    values = [value for _, _, value in found if value is not None]
    spans = (
        (first, last)
        for (_, end, first), (begin, _, last) in pairwise(found)
        if first is not None and last is not None and _TO.search(listed, end, begin)
    )
    return wanted in values or any(first <= wanted <= last for first, last in spans)


def _in_chinese(match: re.Match[str]) -> Mention | None:
    numeral = match["n"] or match["n2"] or match["n3"] or match["n4"] or ("1" if match["first"] else "")
    kind = match["kind"] or match["kind3"] or match["annex"] or match["sign"]
    suffix = suffix_value(match["s"] or match["t"] or "")
    if match["last"]:
        return Mention(match.start(), match.end(), kind, SectionNumber("", back=1), False)
    if match["back"]:
        back = read_numeral(numeral)
        return Mention(match.start(), match.end(), kind, SectionNumber("", back=back), False) if back else None
    return _mention(match, kind, numeral, suffix, is_english=False)


def _in_english(match: re.Match[str]) -> Mention | None:
    kind = (match["kind"] or match["kind2"]).rstrip(".")
    if match["last"]:
        return Mention(match.start(), match.end(), kind, SectionNumber("", back=1), True)
    numeral = match["n"] or match["n2"] or match["n3"] or match["n4"]
    if match["s"]:
        numeral = numeral.removesuffix(match["s"]).strip()
    if match["n"] or (numeral.partition("-")[0].partition(" ")[0].isalpha() and len(numeral) > 1):
        value = read_numeral(numeral, prefer="roman")
        numeral = str(value) if value is not None else numeral
    return _mention(match, kind, numeral, suffix_value(match["s"] or match["s3"] or ""), is_english=True)


def _mention(match: re.Match[str], kind: str, numeral: str, suffix: int, *, is_english: bool) -> Mention | None:
    outer, _, own = numeral.rpartition(".")
    if read_numeral(own) is None:
        return None
    number = SectionNumber(own, suffix=suffix, outer=outer)
    return Mention(match.start(), match.end(), kind, number, is_english)
