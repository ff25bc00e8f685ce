"""Which encoding a file is in, and what is refused."""

import pytest

from corpus.errors import SourceError
from corpus.parse import parse
from corpus.source import Source
from corpus.text.encoding import decode, garbled

_SIMPLIFIED = (
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\r\n第二条　如下。\r\n"
)
_TRADITIONAL = (
    "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。\n第二條　如下。\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (_SIMPLIFIED, "utf-8", "utf-8"),
        (_SIMPLIFIED, "gbk", "gb18030"),
        (_SIMPLIFIED, "gb18030", "gb18030"),
        (_SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (_SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (_TRADITIONAL, "utf-8", "utf-8"),
        (_TRADITIONAL, "big5", "big5hkscs"),
        (_TRADITIONAL, "gb18030", "gb18030"),
        ("All human beings are born free.\n", "utf-16-le", "utf-16-le"),
        ("All human beings are born free.\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_every_character_kept(text: str, encoding: str, found: str) -> None:
    """The files have no byte order mark; the source names the encoding that was found."""
    source = Source.from_bytes("a", text.encode(encoding), None)

    assert (source.text, source.encoding) == (text, found)


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_a_short_text_is_told_by_its_common_characters(encoding: str) -> None:
    """Both encodings fit the bytes; one of them reads as Chinese."""
    assert decode("我們的國家和人民".encode(encoding), name="a").text == "我們的國家和人民"


def test_damage_in_a_gbk_file_is_named_by_its_place() -> None:
    """The rest of the file shows its encoding."""
    data = _SIMPLIFIED.encode("gbk") + b"\n\xff\xff" + _SIMPLIFIED.encode("gbk")
    place = len(_SIMPLIFIED.encode("gbk")) + 1

    with pytest.raises(SourceError, match=rf"^a: byte {place} \(line 4\) is not GB18030\."):
        decode(data, name="a")


def test_damage_in_a_utf8_file_is_named_by_its_place() -> None:
    """This holds even if the bytes also decode as GB18030."""
    data = _SIMPLIFIED.encode() + b"\xff" + _SIMPLIFIED.encode()

    with pytest.raises(SourceError, match=rf"^a: byte {len(_SIMPLIFIED.encode())} \(line 3\) is not UTF-8"):
        decode(data, name="a")


@pytest.mark.parametrize(
    "text",
    [
        _SIMPLIFIED.encode().decode("gb18030", "ignore"),
        "Ã©tÃ© Ã  la plage, dÃ©jÃ  Ã©tÃ©",
        "锟斤拷锟斤拷锟斤拷，锟斤拷锟斤拷。",
        "烫烫烫烫烫烫",
        "\ufffd\ufffd\ufffd\ufffd：\ufffd\ufffd",
    ],
)
def test_a_text_garbled_throughout_is_refused(text: str) -> None:
    """Its bytes decode, but nobody can read the result."""
    with pytest.raises(SourceError, match=r"^a: byte \d+ \(line 1\): the text is garbled here and in most places"):
        decode(text.encode(), name="a")


def test_a_single_garbled_place_is_kept_and_flagged() -> None:
    """The characters of the source stay, and a warning names their place."""
    text = _SIMPLIFIED + "这一行有锟斤拷三个字。\n还有一个\ufffd字。\n"
    document = parse(decode(text.encode(), name="a").text, name="a")

    assert document.text == text
    assert [document.quote((warning.span,)) for warning in document.warnings] == ["锟斤拷", "\ufffd"]


@pytest.mark.parametrize("text", [_SIMPLIFIED, _TRADITIONAL, "Café “naïve” 3 × 4 — déjà vu…", "１２３ＡＢＣ①②③"])
def test_a_sound_text_is_not_flagged(text: str) -> None:
    """Accents, quotation marks and rare characters are not damage."""
    assert list(garbled(text)) == []
