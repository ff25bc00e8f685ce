"""Divides a person's name into family and given name; a body keeps its name whole.

`nameparser` knows the surnames of Chinese, the particles (van der Berg) and the suffixes (Jr.). The rules here say
what is a body, because it takes every name for a person's, and which word of a pinyin name is the family name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from corpus.bibliography.title_block_facts import SURNAMES
from corpus.text.scripts import IDEOGRAPHS, has_han, has_kana_or_hangul

if TYPE_CHECKING:
    from nameparser import Parser

_BODY_OF_HAN = re.compile(
    "[部厅廳局委办辦院社报報网網会會司署室校馆館所处處组組队隊团團台军軍省市县縣区區州镇乡村国國党黨厂店庭]$"
    "|公司|集团|集團|编辑|編輯|大学|大學|学院|學院|中心|政府|法院|基金|银行|銀行|联盟|聯盟|联合|聯合|委员|委員|协会|協會"
    "|成员|成員|出版|杂志|雜誌|传媒|傳媒|新闻|新聞"
)
_HAN_NAME = re.compile(rf"[{IDEOGRAPHS}]{{2,4}}|[\uac00-\ud7af]{{2,4}}")
_BODY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "academy administration agency alliance archive archives assembly association authority bank board "
        "bureau center centre church club coalition collaboration college commission committee community "
        "company conference congress consortium contributors corp corporation correspondent council court "
        "daily department division editor editorial editors embassy faculty federation forum foundation fund "
        "gazette gmbh government group guild herald hospital inc initiative institut institute institution "
        "journal laboratories laboratory league library llc ltd magazine media ministry museum nations "
        "network news newspaper office organisation organization panel parliament party plc press programme "
        "program project publishers publishing reporter reporters school secretariat senate service services "
        "society staff summit syndicate team times tribune trust union universität université university "
        "verlag weekly",
    )
)
_JOINING = frozenset(("of", "for", "and", "the", "on", "in", "at", "&", "to", "by"))
_STRAY = re.compile(r"[,.;:()]+")
_PARTICLES = re.compile(r"(?:\s[a-z][a-z]+)+$")
_DIGIT = re.compile(r"\d")
_ORIGIN = re.compile(rf"[\[［(（〔【](?P<origin>[{IDEOGRAPHS}]{{1,4}})[\]］)）〕】]\s*(?=\S)")
"""The nation or dynasty before a name: [美]富勒, （明）李时珍."""
_FINALS = {
    "b p m": "a o e ai ei ao ou an ang en eng i ie iao iu ian in ing u",
    "f": "a o ei ou an ang en eng u",
    "d t": "a e ai ei ao ou an ang en eng ong i ia ie iao iu ian ing u uo ui uan un",
    "n l": "a e ai ei ao ou an ang en eng ong i ia ie iao iu ian iang in ing u uo uan un v ue ü üe",
    "g k h": "a e ai ei ao ou an ang en eng ong u ua uo uai ui uan uang un",
    "j q x": "i ia ie iao iu ian iang in ing iong u ue uan un",
    "zh ch sh": "a e ai ei ao ou an ang en eng ong i u ua uo uai ui uan uang un",
    "r z c s": "a e ai ao ou an ang en eng ong i u uo ui uan un",
    "y": "a e ao ou an ang i in ing ong u ue uan un",
    "w": "a o ai ei an ang en eng u",
}
"""The endings of each initial of Mandarin in pinyin, without tones."""
_SYLLABLE = "|".join(
    ["a", "o", "e", "ai", "ei", "ao", "ou", "an", "ang", "en", "eng", "er"]
    + [f"(?:{initials.replace(' ', '|')})(?:{finals.replace(' ', '|')})" for initials, finals in _FINALS.items()]
)
_ONE_SYLLABLE = re.compile(_SYLLABLE)
_SYLLABLES = re.compile(rf"(?:{_SYLLABLE})['’ -]?(?:{_SYLLABLE})")
_TWO_SYLLABLES = frozenset(("ouyang", "sima", "zhuge", "shangguan", "murong", "linghu", "huangfu", "situ", "dongfang"))
"""Chinese family names of two syllables."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts. `family` is empty for a body and for a name that cannot be divided: that is `literal`."""

    literal: str
    """The whole name as it was written, without the nation or dynasty before it."""
    family: str = ""
    """With its particles: `van der Berg`."""
    given: str = ""
    suffix: str = ""
    """`Jr.`, `III`."""
    origin: str = ""
    """The nation or dynasty before the name (美, 明); empty if there is none."""

    @property
    def script(self) -> Literal["han", "pinyin", "other"]:
        """`han` for Chinese characters, `pinyin` for a Chinese name in Latin letters, `other` for all others."""
        if has_han(self.literal):
            return "han"
        return "pinyin" if _is_pinyin(self.family) and _is_pinyin(self.given) else "other"


@lru_cache(maxsize=4096)
def person_name(text: str, language: str = "") -> PersonName:
    """Return the parts of a name as a text or a file writes it: `Lin, Wan`, `Jan van der Berg`, 欧阳修, [美]富勒.

    `language` of the work, as `zh`: Japanese names in characters are not divided, because their surnames have other
    lengths; a name in pinyin has the family name first in a Chinese work (Zhou Lan).
    """
    match = _ORIGIN.match(text)
    origin, whole = (match["origin"], text[match.end() :]) if match else ("", text)
    if has_han(whole) or has_kana_or_hangul(whole):
        return _in_characters(whole, origin, is_japanese=language == "ja")
    return PersonName(whole, origin=origin) if _is_latin_body(whole) else _in_letters(whole, origin, language)


def _in_characters(whole: str, origin: str, *, is_japanese: bool) -> PersonName:
    family, comma, given = re.sub(r"\s*[,，]\s*", ",", whole).partition(",")
    if comma:
        return PersonName(family + given, family, given, origin=origin)
    joined = whole.replace(" ", "")
    # A foreign name in characters (卡尔·马克思) does not tell which part is the family name: 阿不都·热西提 has none.
    is_whole = is_japanese or not _HAN_NAME.fullmatch(joined) or _BODY_OF_HAN.search(joined)
    name = None if is_whole else _parser().parse(whole)
    if not name or not name.given or not 1 <= len(name.given) <= 2:
        return PersonName(whole, origin=origin)
    return PersonName(joined, name.family, name.given, origin=origin)


def _is_latin_body(name: str) -> bool:
    words = [_STRAY.sub("", word) for word in name.split()]
    if len(words) < 2 or len(words) > 6 or _DIGIT.search(name):
        return True
    lowered = {word.casefold() for word in words}
    return not lowered.isdisjoint(_BODY_WORDS) or ("," not in name and not lowered.isdisjoint(_JOINING))


def _in_letters(whole: str, origin: str, language: str) -> PersonName:
    name = _parser().parse(whole)
    given = " ".join(filter(None, (name.given, name.middle)))
    family, suffix = name.family, name.suffix
    words = whole.replace(",", " ").split()
    if "," not in whole and (turned := _family_first(words, language)):
        family, given, suffix = turned[0], " ".join(turned[1:]), ""
    particle = _PARTICLES.search(given)  # Hoek, Pieter van den
    if particle:
        given, family = given[: particle.start()], f"{particle[0].strip()} {family}"
    if not (family and given):
        return PersonName(whole, origin=origin)
    return PersonName(whole, family, given, suffix, origin)


def _family_first(words: list[str], language: str) -> list[str]:
    """Return the words if the first is the family name: LIN Wan, Li Jiangning, Peebles P Z, Кочетков А Я; else none."""
    first, *rest = words
    if not rest:
        return []
    is_capital = len(first) > 2 and first.isupper() and not any(word.isupper() and len(word) > 2 for word in rest)
    are_initials = len(first) > 2 and all(word.isupper() and len(word) <= 2 for word in rest)
    is_chinese = len(words) == 2 and (
        (language == "zh" and _is_pinyin(first) and _is_pinyin(rest[0]))
        or (_syllables(first), _syllables(rest[0])) == (1, 2)
        or (first.casefold() in _TWO_SYLLABLES and _is_pinyin(rest[0]))
    )
    return words if is_capital or are_initials or is_chinese else []


def _is_pinyin(word: str) -> bool:
    return bool(_syllables(word))


def _syllables(word: str) -> int:
    """Return how many syllables of pinyin a word is, one or two; 0 if it is none."""
    lowered = word.casefold()
    return 1 if _ONE_SYLLABLE.fullmatch(lowered) else 2 if _SYLLABLES.fullmatch(lowered) else 0


@cache
def _parser() -> Parser:
    from nameparser import Lexicon, Parser, locales, parser_for  # it takes a tenth of a second to load

    # Its Chinese surnames are the most frequent ones, without 习.
    return parser_for(locales.ZH, base=Parser(lexicon=Lexicon.default().add(surnames=set(SURNAMES))))
