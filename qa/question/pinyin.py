"""Pinyin with tone marks, from syllables with tone numbers as CC-CEDICT writes them (`Shang4 hai3`, `nu:3`)."""

from __future__ import annotations

import re
import unicodedata

from qa.qa_settings import GLOSSES

_SYLLABLE = re.compile(r"([A-Za-zÜü]+)([1-5])")
_MARKS = {"1": "\u0304", "2": "\u0301", "3": "\u030c", "4": "\u0300", "5": ""}
_AFTER_APOSTROPHE = tuple("aoeāōēáóéǎǒěàòè")


def with_tone_marks(numbered: str) -> str:
    """Return pinyin as it is printed: a capital begins a word, and the syllables of a long phrase stay apart.

    >>> with_tone_marks("Shang4 hai3"), with_tone_marks("Xi2 Jin4 ping2"), with_tone_marks("fang1 an4")
    ('Shànghǎi', 'Xí Jìnpíng', "fāng'àn")
    """
    words: list[list[str]] = []
    goes_on = False
    for written in numbered.replace("u:", "ü").replace("U:", "Ü").split():
        match = _SYLLABLE.fullmatch(written)
        syllable = _marked(match[1], match[2]) if match else written
        if words and (written in ",·" or (goes_on and match and written[0].islower())):
            words[-1].append(syllable)
        else:
            words.append([syllable])
        goes_on = match is not None
    return " ".join(map(_joined, words))


def _marked(letters: str, tone: str) -> str:
    """Return a syllable with its mark over a or e, the o of ou, and otherwise over the last vowel."""
    low = letters.lower()
    if low == "r":  # 儿, which ends the syllable before it
        return letters
    at = max(low.find("a"), low.find("e"))
    if at < 0:
        at = low.find("ou") if "ou" in low else max(map(low.rfind, "iouü"))
    if at < 0:  # hm, ng
        return letters
    return unicodedata.normalize("NFC", letters[: at + 1] + _MARKS[tone] + letters[at + 1 :])


def _joined(syllables: list[str]) -> str:
    if len(syllables) > GLOSSES.joined_syllables:
        return " ".join(syllables).replace(" ,", ",")
    first, *others = syllables
    return first + "".join(f"'{one}" if one.startswith(_AFTER_APOSTROPHE) else one for one in others)
