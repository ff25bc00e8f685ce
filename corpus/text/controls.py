"""Characters that a terminal, a browser or an editor obeys instead of showing: controls and bidirectional controls.

Lone surrogates are treated alike: they are no characters, and no encoding can hold them.
"""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_OBEYED = re.compile(f"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff]")
_UNPRINTED_IN_JSON = re.compile(f"[\x7f-\x9f{_BIDI}\ud800-\udfff]")
"""`json.dumps` escapes the others itself."""
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]+")
_UNSENDABLE = re.compile("[\ud800-\udfff]")


def show_controls(text: str) -> str:
    """Return text for a terminal, with control characters shown as `less` shows them: `^[` and `<U+202E>`.

    Line ends and tabs stay.
    """
    return _OBEYED.sub(lambda match: _shown(match.group()), text)


def _shown(character: str) -> str:
    code = ord(character)
    return f"^{chr(code ^ 0x40)}" if code < 0x80 else f"<U+{code:04X}>"


def escape_controls_in_json(json: str) -> str:
    """Return the same JSON with the characters escaped that `json.dumps(…, ensure_ascii=False)` does not escape."""
    return _UNPRINTED_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", json)


def without_controls(text: str) -> str:
    """Return words that a person supplies without control characters and lone surrogates. Blanks stay."""
    return _NO_TEXT.sub("", text)


def replace_surrogates(text: str) -> str:
    """Return text that an encoding can hold: each lone surrogate is U+FFFD."""
    return _UNSENDABLE.sub("\ufffd", text)
