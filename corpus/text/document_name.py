"""The name of a new document, made of a file's name or of what a person calls it."""

from __future__ import annotations

import re
import unicodedata

from corpus.corpus_settings import DOCUMENTS
from corpus.text.controls import replace_surrogates

_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_ENDS = re.compile(r"^[\s.]+|[\s.]+$")
_JOINERS = "\u200c\u200d"
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show nothing."""


def document_name(name: str, *, otherwise: str = "text") -> str:
    """Return a name that can be shown, typed and sent: one line without invisible characters, not too long.

    `otherwise`: the name where nothing is left.

    A lone surrogate becomes U+FFFD, a line end a blank. Blanks and dots at the ends go. All other names stay as they
    are, in whatever Unicode form: the ids of documents and passages are made of the name.
    """
    paired = name.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    line = _BREAKS.sub(" ", replace_surrogates(paired))
    visible = "".join(
        character for at, character in enumerate(line) if _is_visible(character, line[at - 1] if at else "")
    )
    cut = _ENDS.sub("", visible).encode()[: DOCUMENTS.longest_name].decode("utf-8", "ignore")
    return _ENDS.sub("", cut).rstrip(_JOINERS) or otherwise


def _is_visible(character: str, before: str) -> bool:
    if character in _JOINERS:
        return _may_join(before)
    category = unicodedata.category(character)
    # A Python may be older than a character: of those without a category, only the noncharacters go.
    is_noncharacter = category == "Cn" and ("\ufdd0" <= character <= "\ufdef" or ord(character) & 0xFFFE == 0xFFFE)
    return category not in ("Cc", "Cf") and character not in _BLANK and not is_noncharacter


def _may_join(before: str) -> bool:
    """Return whether a joiner after this character changes what is seen: in Arabic, Indic scripts and emoji."""
    return bool(before) and (
        unicodedata.bidirectional(before) == "AL" or unicodedata.category(before) in ("Mn", "Mc", "So", "Sk")
    )
