"""Protects the characters of quotes in Markdown, and names those that a format cannot hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

from qa import qa_messages

_SPECIAL = re.compile(
    r"""[\\`*_\[\]<|~^$"']               # markup wherever it stands, and what smart punctuation bends
    |&(?=[#\w]+;)                        # a character reference
    |[.,?!](?=[.,?!])|(?<=[.,?!])[.,?!]  # smart punctuation: ...
    |-(?=-)|(?<=-)-|[+](?=-)|[(](?=(?i:c|r|tm|p)[)])
    |=(?==)|(?<==)=                      # a highlight
    |:(?=[\w+-]+:)                       # an emoji's name
    |(?:\A|(?<=\s))[#]                   # a heading, or the end of one
    |\A[-+](?=\s|\Z)|\A[>=:]             # a list, a quote, a line under a heading
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"\A[0-9]{1,9}(?=[.)](?:\s|\Z))")
"""At the start, with a full stop or a bracket and a blank: an item of a list."""
_EDGES = re.compile(r"\A\s+|\s+\Z")
_BLANKS = re.compile(r"[\t\n\r]| (?= )")


def uncarriable(text: str, also: str = "") -> str:
    """Return the characters that XML and Markdown files cannot hold, as `U+0000, U+0007`; empty if there are none.

    These are control characters other than tab and line end, lone surrogates and noncharacters. `also`: more
    characters that the format would change.
    """
    return ", ".join(
        f"U+{ord(character):04X}" for character in sorted(set(text)) if character in also or _is_unsafe(character)
    )


def _is_unsafe(character: str) -> bool:
    if unicodedata.category(character) in ("Cc", "Cs"):
        return character not in "\t\n\r"
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def left_out(characters: str) -> str:
    """Return the sentence that replaces a quote with such characters. No quote is better than an altered one."""
    return f"（{qa_messages.QUOTE_LEFT_OUT.format(characters=characters).bilingual}）"


Marked = Sequence[tuple[int, int]]
"""Offsets in a text, in order: what is marked in it."""


def block_quote(*paragraphs: str, marked: Sequence[Marked] = ()) -> str:
    """Return a Markdown block quote that shows exactly these paragraphs, or the sentence of `left_out`.

    `marked` has for each paragraph what is set in `<mark>`.
    """
    characters = uncarriable("".join(paragraphs))
    if characters:
        return left_out(characters)
    quoted = zip_longest(paragraphs, marked, fillvalue=())
    return "\n>\n".join(f"> {escape_markdown(str(text), parts)}" for text, parts in quoted)


def table_quote(rows: Sequence[Sequence[str]], heads: int) -> str:
    """Return a Markdown table in a block quote, of rows of one width, or the sentence of `left_out`.

    Markdown has one row of heads: others follow it as rows, and a table without a head has an empty one.
    """
    if characters := uncarriable("".join(cell for row in rows for cell in row)):
        return left_out(characters)
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    lines = [_bars(row) for row in (padded if heads else [[""] * width, *padded])]
    return "\n".join(f"> {line}" for line in (lines[0], _bars(["---"] * width, escape=False), *lines[1:]))


def _bars(cells: Sequence[str], *, escape: bool = True) -> str:
    return f"| {' | '.join(escape_markdown(cell) if escape else cell for cell in cells)} |"


def escape_markdown(text: str, marked: Marked = (), *, is_start: bool = True) -> str:
    """Return Markdown that shows exactly `text`, on one line: CommonMark, with or without smart punctuation.

    Blanks that Markdown would drop or read as structure (line ends, tabs, blanks at the ends) become character
    references, which are never structure. Only what would be read as markup gets a backslash. What is `marked` is set
    in `<mark>`, which adds nothing to the text. `is_start`: whether a block begins here, such as a list.
    """
    shown = list(text)
    for match in _SPECIAL.finditer(text):
        shown[match.start()] = f"\\{match[0]}"
    if is_start and (number := _NUMBER.match(text)):
        shown[number.end()] = f"\\{text[number.end()]}"
    for blanks in (_EDGES.finditer(text), _BLANKS.finditer(text)):
        for place in (place for match in blanks for place in range(*match.span())):
            shown[place] = f"&#{ord(text[place])};"
    for start, end in marked:
        shown[start] = f"<mark>{shown[start]}"
        shown[end - 1] += "</mark>"
    return "".join(shown)


def fence(text: str, language: str) -> str:
    """Return a code block that holds `text` as it is."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{text}\n{marks}"
