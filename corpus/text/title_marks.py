"""Puts a title in 《 》, with the marks inside it turned: 《论〈岚河志〉》."""

from __future__ import annotations

_OPENING, _CLOSING = "《〈", "》〉"


def in_title_marks(title: str) -> str:
    """Return the title in 《 》. Inside, 《 》 become 〈 〉, inside those 《 》, and so on, as GB/T 15834 has it.

    A mark without its other half stays as it is.
    """
    characters = list(title)
    opened: list[int] = []
    for place, character in enumerate(title):
        if character in _OPENING:
            opened.append(place)
        elif opened and character in _CLOSING and _OPENING.index(title[opened[-1]]) == _CLOSING.index(character):
            start = opened.pop()
            is_double = len(opened) % 2  # the title itself has the outermost pair
            characters[start], characters[place] = ("《", "》") if is_double else ("〈", "〉")
    return f"《{''.join(characters)}》"
