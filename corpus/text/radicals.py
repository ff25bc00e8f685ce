"""Reads radicals as the characters that they look like: PDF files often have ⼗ (U+2F17) for 十 and ⺠ (U+2EA0) for 民.

Unicode's own normalization does so for the Kangxi radicals and for compatibility ideographs, but not for the Radicals
Supplement. Its characters here are from EquivalentUnifiedIdeograph.txt of Unicode 15, without those that are only parts
of a character.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = (
    "⺁厂⺄乙⺆冂⺇几⺈刀⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺛旡⺜日⺝月⺞歺⺟母⺠民⺧牛⺩王⺪疋⺫目⺬示⺮竹⺯糹⺳网⺶羊⺷羊⺸羊⺻聿⺼肉⺽臼⻁虎"
    "⻂衤⻃覀⻄西⻅见⻆角⻉贝⻊足⻋车⻑長⻓长⻔门⻕阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_RANGES = ((0x2F00, 0x2FD6), (0xF900, 0xFAFF))
"""The Kangxi radicals and the compatibility ideographs."""
AS_CHARACTERS = {
    code: whole
    for first, end in _RANGES
    for code in range(first, end)
    if len(whole := unicodedata.normalize("NFKC", chr(code))) == 1 and whole != chr(code)
} | {ord(radical): whole for radical, whole in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)}
"""For `str.translate`; it changes no length."""
_ANY = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")


def as_characters(text: str) -> str:
    """Return the text with characters in place of radicals and compatibility ideographs; its length stays."""
    return text.translate(AS_CHARACTERS) if _ANY.search(text) else text
