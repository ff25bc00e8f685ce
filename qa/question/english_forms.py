"""The inflected forms of an English word, by its endings. Irregular ones (held) are not known."""

from __future__ import annotations

from functools import lru_cache

_BASES = (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")))
"""Endings, and what stands in their place in the base form."""


def base_forms(word: str) -> list[str]:
    """Return a word and its possible base forms: drugs, drug; linked, link; making, make."""
    forms = [word]
    for ending, instead in _BASES:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word.removesuffix(ending)
            forms += [stem + new for new in instead]
            if stem[-1] == stem[-2] and ending in ("ed", "ing"):  # stopped
                forms.append(stem[:-1])
    return forms


@lru_cache(maxsize=4096)
def inflections(word: str) -> frozenset[str]:
    """Return a word and its possible inflected forms, in either direction: boats, boat, boat's, boating, …"""
    bases = base_forms(word)
    forms = set(bases)
    for base in bases:
        forms |= {base + ending for ending in ("s", "es", "ed", "ing", "'s", "ly")}
        if base.endswith("e"):
            forms |= {base + "d", base[:-1] + "ing"}
        if base.endswith("y"):
            forms |= {base[:-1] + ending for ending in ("ies", "ied", "ily")}
        if base[-1:] not in "aeiouy":
            forms |= {base + base[-1:] + ending for ending in ("ed", "ing")}
    return frozenset(forms)
