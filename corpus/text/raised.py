"""Writes raised and lowered characters as such, so that 10⁵ is not 105: Unicode has them for digits and signs."""

from __future__ import annotations

_RAISED = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ", strict=True))


def raised(text: str) -> str:
    """Return raised text: 5 as ⁵, n+1 as ⁿ⁺¹, 2x as ^(2x).

    What does not begin with a digit or a sign is kept apart from a number by itself, and stays: [3], 注1, th.
    """
    return _shifted(text, _RAISED, "^")


def lowered(text: str) -> str:
    """Return lowered text: 2 as ₂, 2y as _(2y). What does not begin with a digit or a sign stays, as for `raised`."""
    return _shifted(text, _LOWERED, "_")


def _shifted(text: str, forms: dict[str, str], mark: str) -> str:
    words = text.strip()
    has_number = (words.isascii() and len(words) == 1) or any(
        character.isdigit() or character in "+−=" for character in words
    )
    if has_number and all(character in forms or character.isspace() for character in words):
        return "".join(forms.get(character, character) for character in text)
    return f"{mark}({words})" if words[:1].isdigit() or words[:1] in ("+", "−") else text


def fraction(over: str, under: str) -> str:
    """Return a fraction on one line: ²/₃, x/₂, (a+b)/(c+d)."""
    over, under = over.strip(), under.strip()
    if over.isdecimal() and under.isdecimal():
        return f"{raised(over)}/{lowered(under)}"
    return f"{_one(over)}/{_one(under)}"


def _one(part: str) -> str:
    return part if part.isalnum() or not part or (part[0] == "(" and part.find(")") == len(part) - 1) else f"({part})"
