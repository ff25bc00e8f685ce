"""Control characters for a terminal and in JSON: shown or escaped, and nothing else is changed."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.controls import escape_controls_in_json, replace_surrogates, show_controls, without_controls

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m红\x1b[0m", "^[[31m红^[[0m"),
        ("\x1b]0;title\x07", "^[]0;title^G"),
        ("\x9b2J\x90q\x9c", "<U+009B>2J<U+0090>q<U+009C>"),
        ("a\x00\x08\x7f", "a^@^H^?"),
        ("right\rwrong", "right^Mwrong"),
        ("line\r\nline\n\ttab", "line\r\nline\n\ttab"),
        ("a\u202eb\u2066c\u200fd\u061c", "a<U+202E>b<U+2066>c<U+200F>d<U+061C>"),
        ("half \ud800", "half <U+D800>"),
        ("上海精神 🎉 e\u0301 a\u200db", "上海精神 🎉 e\u0301 a\u200db"),
    ],
)
def test_controls_are_shown(text: str, shown: str) -> None:
    assert show_controls(text) == shown


@given(_ANY)
def test_nothing_is_left_to_obey(text: str) -> None:
    shown = show_controls(text).replace("\r\n", "\n")
    assert not {unicodedata.category(character) for character in shown if character not in "\n\t"} & {"Cc", "Cs"}
    assert not _BIDI & {*shown}


@given(st.text() | st.text('\x1b\x7f\x9b\u202e\ud800"\\'))
def test_escaped_json_is_the_same_json(text: str) -> None:
    written = json.dumps({"a": text}, ensure_ascii=False)
    escaped = escape_controls_in_json(written)
    assert json.loads(escaped) == {"a": text}
    assert show_controls(escaped) == escaped
    escaped.encode()


@given(_ANY)
def test_words_and_names_can_be_encoded(text: str) -> None:
    replace_surrogates(text).encode()
    without_controls(text).encode()
    assert len(replace_surrogates(text)) == len(text)
