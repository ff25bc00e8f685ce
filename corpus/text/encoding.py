"""Detects the encoding of a file, and text that an earlier program garbled.

Chinese bytes often decode both as GB18030 and as Big5, but only one of the two gives Chinese. Each encoding is
therefore judged by the share of common characters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import corpus_messages
from corpus.corpus_settings import ENCODING
from corpus.errors import SourceError
from corpus.message import Message

_SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose signature it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小"
    "么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知"
    "民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间"
    "新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "第条章节款项规定权利义务法律社会经济建设发展应当任何保护机关各级人民政府工作报告各位代表一年来加强"
    "這來個國到說們為時會過學對後麼沒於還發當無開見經頭長現將與進實點種聲話兒問幾業間給麼電門東關並內"
    "條權義務應當護機關級報總聯議決規統濟設強動變從兩體們書長車萬邊華區類際環產織變"
    "，。、；：？！“”‘’（）《》　—…·「」『』"
)
_RUN = re.compile(rb"[\x80-\xff]+")
_COMMON_BLOCK = re.compile(r"[\u4e00-\u9fff]")
"""Narrower than `scripts.HAN`: nearly all ideographs of a real text are in this block."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    encoding: str
    """Python's name of the encoding. The byte order mark is not part of the text."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """A place where an earlier program read or wrote the text in the wrong encoding."""

    start: int
    end: int
    message: Message


def decode(data: bytes, *, name: str) -> Decoded:
    """Return every character of `data`, which is UTF-8, UTF-16, UTF-32, GB18030 or Big5.

    Raises SourceError, with the line and byte, if a byte does not fit or most of the text is garbled.
    """
    signature, marked = next((pair for pair in _SIGNATURES if data.startswith(pair[0])), (b"", ""))
    encoding = marked or _guess(data)
    try:
        text = data.removeprefix(signature).decode(encoding)
    except UnicodeDecodeError as error:
        offset = len(signature) + error.start
        is_unknown = not marked and encoding == "utf-8"
        message = corpus_messages.UNKNOWN_ENCODING if is_unknown else corpus_messages.WRONG_ENCODING
        raise SourceError(
            message.format(line=_line(data, offset), byte=offset, encoding=encoding.upper()), name
        ) from error
    _refuse_garbled(text, encoding, len(signature), name)
    return Decoded(text, encoding)


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _guess(data: bytes) -> str:
    """Return the encoding of bytes without a byte order mark; UTF-8 if no other is clearly right."""
    sample = data[: ENCODING.sample]
    if wide := _wide(sample):
        return wide
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    # A damaged file has the encoding that most of its bytes fit; the error then names the damaged byte.
    scores = {encoding: _score(sample, encoding) for encoding in ("utf-8", "gb18030", "big5hkscs")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] < ENCODING.reads_as_chinese:
        return _by_levels(sample)
    if best == "big5hkscs" and _fits(data, "cp950") and not _fits(data, best):
        return "cp950"
    return best


def _by_levels(sample: bytes) -> str:
    """Return the encoding in which most ideographs are of its first level, the few thousand that are common.

    Names and lists have few of the commonest characters, but nearly all of this level. UTF-8 if there is none.
    """
    shares = {"utf-8": ENCODING.first_level_in_pairs if _is_doubled(sample) else ENCODING.first_level}
    for encoding, standard, last in (("gb18030", "gb2312", 0xD7), ("big5hkscs", "big5", 0xC6)):
        if not (_fits(sample, encoding) or _fits(sample[:-1], encoding)):
            continue
        others = [character for character in sample.decode(encoding, "replace") if character > "\x7f"]
        firsts = [character.encode(standard, "replace")[0] for character in others]
        shares[encoding] = sum(0x80 < first <= last for first in firsts) / max(len(others), 1)
    return max(shares, key=lambda encoding: shares[encoding])


def _is_doubled(sample: bytes) -> bool:
    """Return whether bytes beyond ASCII come in pairs, as in Chinese; letters with accents stand among others."""
    runs = [len(run) for run in _RUN.findall(sample)]
    return sum(run for run in runs if run > 1) > ENCODING.doubled * sum(runs)


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _score(sample: bytes, encoding: str) -> float:
    """Return the share of common characters among those beyond ASCII. A byte that does not fit counts three times."""
    text = sample.decode(encoding, "replace")
    others = [character for character in text if character > "\x7f"]
    bad = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" for character in others[:-2])
    return sum(character in _COMMON for character in others) / (len(others) + 2 * bad) if others else 0.0


def _wide(sample: bytes) -> str:
    """Return `utf-16-le` or `utf-16-be` if the bytes can be nothing else; otherwise an empty string."""
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 8:
        return ""
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        # ASCII characters have a high byte of zero; a text file has no other zero bytes.
        if high.count(0) > 0.4 * len(high) and low.count(0) < 0.02 * len(low):
            return encoding
        if (high.count(b"\x4e") + high.count(0) + high.count(0xFF) + high.count(0x30) < 0.08 * len(high)) or _fits(
            sample, "utf-8"
        ):
            continue
        if _fits(sample, encoding) and _score(sample, encoding) > max(
            ENCODING.reads_as_chinese, _score(sample, "gb18030"), _score(sample, "big5hkscs")
        ):
            return encoding
    return ""


_FIXED = re.compile(r"锟斤拷|锟斤|烫烫烫|屯屯屯|\ufffd+|[\ue000-\uf8ff]{2,}")
_CONTINUED = r"[\u0080-\u00bf\u2018-\u203a\u20ac\u2122\u0152-\u0192\u02c6\u02dc]"
_LATIN = re.compile(rf"[\u00c2\u00c3]{_CONTINUED}|[\u00e2-\u00ef]{_CONTINUED}{{2}}")
_READ_AS_GBK = re.compile(r"[\u3400-\u9fff\u20ac\ue000-\uf8ff]{6,}")
"""The characters that UTF-8 bytes become in GBK, which lacks the other blocks of ideographs."""


def garbled(text: str) -> Iterator[Garbled]:
    """Yield the places that an earlier program decoded or encoded wrongly: 锟斤拷, Ã©, 鐨勪汉, U+FFFD."""
    for match in _FIXED.finditer(text):
        if "\ufffd" in match.group():
            message = corpus_messages.LOST_CHARACTERS
        elif match.group() < "\ue000":
            message = corpus_messages.OVERWRITTEN
        else:
            message = corpus_messages.PRIVATE_USE
        yield Garbled(*match.span(), message)
    if text.isascii():
        return
    for match in _LATIN.finditer(text):
        if _was_utf8(match.group(), "cp1252") or _was_utf8(match.group(), "latin-1"):
            yield Garbled(*match.span(), corpus_messages.READ_AS_LATIN)
    for match in _READ_AS_GBK.finditer(text):
        if _was_chinese_utf8(match.group()):
            yield Garbled(*match.span(), corpus_messages.READ_AS_GBK)


def _was_utf8(text: str, encoding: str) -> bool:
    try:
        return len(text.encode(encoding).decode("utf-8")) < len(text)
    except UnicodeError:
        return False


def _was_chinese_utf8(text: str) -> bool:
    """Return whether ideographs are UTF-8 that was read as GBK; some bytes may have been lost."""
    try:
        back = text.encode("gb18030").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return False
    return back.count("\ufffd") <= 0.25 * len(back) and len(_COMMON_BLOCK.findall(back)) >= 0.5 * len(back)


def _refuse_garbled(text: str, encoding: str, signature: int, name: str) -> None:
    """Raise SourceError if most of the text is garbled. The parser warns of single places."""
    places = list(garbled(text)) if not text.isascii() else []
    harmed = sum(place.end - place.start for place in places)
    letters = sum(1 for character in text if character > "\x7f") if places else 0
    if letters and harmed > 0.3 * letters:
        first = places[0].start
        offset = signature + len(text[:first].encode(encoding, "surrogatepass"))
        line = text.count("\n", 0, first) + 1
        raise SourceError(corpus_messages.MOSTLY_GARBLED.format(line=line, byte=offset, what=places[0].message), name)
