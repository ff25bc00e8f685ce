"""Divides RTF into groups, control words and text, and decodes its bytes: code pages of fonts, \\'xx and \\u."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<break>[\r\n\x00]+)|(?P<text>[^\\{}\r\n\x00]+)|.",
    re.DOTALL,
)
_CHARSETS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs", 161: "cp1253"},
    **{162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874"},
    **{238: "cp1250", 255: "cp437"},
}
"""Of fonts, by `\\fcharset`. 0 and 1 mean the code page of the file."""
_WIDER = {"cp936": "gb18030", "cp950": "big5hkscs", "cp65001": "utf-8", "cp10008": "gb2312"}


@dataclass(frozen=True, slots=True)
class Token:
    """A part of an RTF file."""

    kind: Literal["open", "close", "word", "sign", "bytes"]
    word: str = ""
    """The control word, or the sign after the backslash."""
    number: int | None = None
    """The number that follows the control word."""
    data: bytes = b""
    """Text, in the encoding of the font."""
    length: int = 0
    """Number of characters, as `\\uc` counts them: a byte each."""


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens in order. Binary data is passed over."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        kind, found = match.lastgroup, match.group()
        if match["word"]:
            word, number = match["word"].decode(), int(match["number"]) if match["number"] else None
            if word == "bin" and number:
                at += max(number, 0)
            else:
                yield Token("word", word, number)
        elif kind == "brace":
            yield Token("open" if found == b"{" else "close")
        elif kind == "hex":
            yield Token("bytes", data=bytes.fromhex(match["hex"].decode()), length=1)
        elif kind == "sign":
            yield Token("sign", match["sign"].decode("latin-1"))
        elif kind == "text":
            yield Token("bytes", data=found, length=len(found))


def code_page(number: int | None) -> str:
    """Return Python's name of a code page; that of Western Europe for one that is unknown."""
    name = f"cp{number}"
    name = _WIDER.get(name, name)
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def encoding_of(charset: int | None) -> str | None:
    """Return the encoding of a font; None if it is that of the file."""
    return _CHARSETS.get(charset or 0)


def characters(units: list[int]) -> str:
    """Return the characters of UTF-16 code units; half of a pair becomes U+FFFD."""
    data = b"".join((unit % 0x10000).to_bytes(2, "little") for unit in units)
    return data.decode("utf-16-le", "replace")
