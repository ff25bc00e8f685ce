"""Writes raised and lowered characters as such, so that 10⁵ is not 105: Unicode has them for digits and signs."""

from __future__ import annotations

_DIGITS = "0123456789+-−=()"
_RAISED = str.maketrans(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans(_DIGITS, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_LETTERS = {"n": "ⁿ", "i": "ⁱ"}
_APART = "[]［］〔〕【】"
"""Brackets that keep a number apart from what stands before it."""


def raised(text: str) -> str:
    """Return raised text: its digits and signs as superscripts. What stands in square brackets stays as it is."""
    if any(character in _APART for character in text):
        return text
    return _LETTERS.get(text.strip()) or text.translate(_RAISED)


def lowered(text: str) -> str:
    """Return lowered text: its digits and signs as subscripts. What stands in square brackets stays as it is."""
    return text if any(character in _APART for character in text) else text.translate(_LOWERED)


def fraction(over: str, under: str) -> str:
    """Return a fraction on one line: ²/₃, x/₂, (a+b)/(c+d)."""
    over, under = over.strip(), under.strip()
    if over.isdecimal() and under.isdecimal():
        return f"{raised(over)}/{lowered(under)}"
    return f"{_one(over)}/{_one(under)}"


def _one(part: str) -> str:
    return part if part.isalnum() else f"({part})"
