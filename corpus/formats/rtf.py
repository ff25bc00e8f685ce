"""Reads RTF: paragraphs and tables in order, heading styles as headings, footnotes after the paragraph that cites them.

Left out are deleted and hidden text, comments, headers and footers, pictures, bullets, and formulas.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus import corpus_messages
from corpus.bibliography.edition import CitationFields
from corpus.corpus_settings import FORMATS
from corpus.errors import SourceError
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.formats.inline_words import InlineWords
from corpus.formats.properties import by_field, properties
from corpus.formats.rtf_tokens import Token, characters, code_page, encoding_of, tokens
from corpus.formats.table_cells import cells_of

_Place = Literal["body", "note", "skip", "fonts", "styles", "info", "number"]
_Role = Literal["raised", "lowered", ""]
_HEADING = re.compile(r"(?:heading|标题|標題)\s*(\d)", re.IGNORECASE)
_TITLES = frozenset({"title", "标题", "標題"})
_TEXT = {
    **{"tab": "\t", "line": "\n", "softline": "\n", "emdash": "—", "endash": "–", "emspace": "\u2003"},
    **{"enspace": "\u2002", "qmspace": "\u2005", "bullet": "•", "lquote": "‘", "rquote": "’", "nestcell": " "},
    **{"ldblquote": "“", "rdblquote": "”", "nestrow": " "},
}
_SIGNS = {"~": "\u00a0", "_": "\u2011", "-": "\u00ad", "{": "{", "}": "}", "\\": "\\"}
_SKIPPED = frozenset(
    {
        *("colortbl", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "ftncn", "aftncn", "annotation", "atnid", "atnauthor", "upr"),
        *("fldinst", "pnseclvl", "sp", "rxe", "xe", "tc", "tcl", "txe", "template", "operator", "private", "generator"),
        *("nonesttables", "objdata", "objclass", "objname", "shprslt", "listtable", "listoverridetable", "themedata"),
        *("mmath", "mmathPict"),
    }
)
_KEPT = frozenset({"shpinst", "shptxt", "footnote", "ud", "shpgrp", "fldrslt", "pn"})
"""Destinations that programs may pass over, but which have text."""
_PLACES: dict[str, _Place] = {
    **{"footnote": "note", "fonttbl": "fonts", "stylesheet": "styles", "info": "info"},
    **{"listtext": "number", "pntext": "number"},
}


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    place: _Place = "body"
    encoding: str | None = None
    """Of the font; None: of the file."""
    is_hidden: bool = False
    """Hidden or deleted."""
    role: _Role = ""
    fallback: int = 1
    """Characters that stand after `\\u` for programs that do not know it."""
    style: int | None = None
    """Of the style that is being defined, or None."""
    key: str = ""
    """Of the property that is being read."""


@dataclass(slots=True)
class _Paragraph:
    words: InlineWords = field(default_factory=InlineWords)
    level: int = 0
    in_table: bool = False


class _Reader:
    """Reads the tokens of a file, and writes its paragraphs."""

    def __init__(self, writer: TextWriter) -> None:
        self.facts: dict[str, str] = {}
        """The file's properties."""
        self._writer = writer
        self._state = _State()
        self._stack: list[_State] = []
        self._may_be_passed_over = False
        self._page = "cp1252"
        self._fonts: dict[int, str | None] = {}
        self._font = 0
        self._default_font = 0
        self._styles: dict[int, int] = {}
        """The heading level of each style."""
        self._name: list[str] = []
        self._bytes = b""
        self._units: list[int] = []
        self._passed = 0
        """Characters to pass over after `\\u`."""
        self._paragraph = _Paragraph()
        self._note = _Paragraph()
        self._number: list[str] = []
        self._notes: list[str] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._goes_on: list[bool] = []
        """Of each cell of the row that is being defined: it is merged with the one above it."""
        self._next_goes_on = False

    def read(self, data: bytes) -> None:
        handlers: dict[str, Callable[[Token], None]] = {
            "open": self._open,
            "close": self._close,
            "word": self._word,
            "sign": self._sign,
            "bytes": self._take_bytes,
        }
        for token in tokens(data):
            handlers[token.kind](token)
        self._flush()
        self._end_paragraph()
        self._end_table()

    def _open(self, _token: Token) -> None:
        self._flush()
        self._passed = 0
        self._stack.append(self._state)
        if len(self._stack) > FORMATS.rtf_depth:
            raise SourceError(corpus_messages.NESTED_GROUPS.format(most=FORMATS.rtf_depth), self._writer.name)

    def _close(self, _token: Token) -> None:
        self._flush()
        self._passed = 0
        before, self._state = self._state, self._stack.pop() if self._stack else self._state
        if before.place == "styles" and before.style is not None and self._state.style is None:
            self._name_style(before.style)
        if before.place == "note" and self._state.place != "note":
            self._end_note()
        if before.place == "number" and self._state.place != "number":
            self._end_number()

    def _sign(self, token: Token) -> None:
        if token.word == "*":
            self._may_be_passed_over = True
        elif token.word in "\r\n":
            self._end_paragraph()
        elif token.word in _SIGNS:
            self._add(_SIGNS[token.word])

    def _word(self, token: Token) -> None:
        word, number = token.word, token.number
        if word == "u" and number is not None:
            self._flush_bytes()
            self._units.append(number)
            self._passed = self._state.fallback
            return
        if word == "uc":  # it may stand between the halves of a pair
            self._state = replace(self._state, fallback=max(number or 0, 0))
            return
        self._flush()
        self._passed = 0
        passed_over, self._may_be_passed_over = self._may_be_passed_over, False
        if word in _PLACES and self._state.place != "skip":
            self._state = replace(self._state, place=_PLACES[word])
        elif word in _SKIPPED:
            self._state = replace(self._state, place="skip")
        elif word == "ud" and self._state.place == "skip":
            self._state = replace(self._state, place=self._outer_place())
        elif passed_over and word not in _KEPT and self._state.place in ("body", "note"):
            self._state = replace(self._state, place="skip")
        else:
            self._format(word, number)

    def _outer_place(self) -> _Place:
        """Return what the group around `\\upr` writes to."""
        return next((state.place for state in reversed(self._stack) if state.place != "skip"), "body")

    def _format(self, word: str, number: int | None) -> None:
        if self._state.place in ("body", "note", "number") and word in _TEXT:
            self._add(_TEXT[word])
        elif self._state.place == "fonts":
            self._define_font(word, number)
        elif self._state.place == "styles":
            self._define_style(word, number)
        elif self._state.place == "info":
            self._state = replace(self._state, key=word)
        elif word in ("par", "sect", "page", "cell", "row", "pard", "intbl", "trowd", "cellx", "clvmrg"):
            self._structure(word)
        elif word in ("s", "outlinelevel") and number is not None:
            self._current().level = self._styles.get(number, 0) if word == "s" else number + 1 if number < 9 else 0
        else:
            self._characters(word, number)

    def _characters(self, word: str, number: int | None) -> None:
        """Apply a word that changes how characters are read or shown."""
        is_on = number != 0
        state = self._state
        if word == "ansicpg":
            self._page = code_page(number)
        elif word in ("mac", "pc"):
            self._page = "mac_roman" if word == "mac" else "cp437"
        elif word == "deff":
            self._default_font = number or 0
        elif word == "f":
            state = replace(state, encoding=self._fonts.get(number or 0))
        elif word in ("v", "deleted"):
            state = replace(state, is_hidden=is_on)
        elif word in ("super", "sub", "nosupersub", "up", "dn"):
            roles: dict[str, _Role] = {"super": "raised", "up": "raised", "sub": "lowered", "dn": "lowered"}
            state = replace(state, role=roles.get(word, "") if is_on else "")
        elif word == "plain":
            state = replace(state, encoding=self._fonts.get(self._default_font), is_hidden=False, role="")
        self._state = state

    def _define_font(self, word: str, number: int | None) -> None:
        if word == "f":
            self._font = number or 0
        elif word == "fcharset":
            self._fonts[self._font] = encoding_of(number)
            self._state = replace(self._state, encoding=self._fonts[self._font])

    def _define_style(self, word: str, number: int | None) -> None:
        if word == "s" and number is not None:
            self._state = replace(self._state, style=number)
            self._name = []
        elif word == "outlinelevel" and number is not None and self._state.style is not None and number < 9:
            self._styles[self._state.style] = number + 1
        elif word == "f":
            self._state = replace(self._state, encoding=self._fonts.get(number or 0))

    def _name_style(self, style: int) -> None:
        name = "".join(self._name).strip().rstrip(";").strip().lower()
        if match := _HEADING.fullmatch(name):
            self._styles.setdefault(style, int(match[1]))
        elif name in _TITLES:
            self._styles.setdefault(style, 1)

    def _current(self) -> _Paragraph:
        return self._note if self._state.place == "note" else self._paragraph

    def _structure(self, word: str) -> None:
        """Apply a word that ends a paragraph or a cell, or begins one anew."""
        if self._state.place == "note":
            if word in ("par", "sect", "page"):
                self._end_note()
        elif self._state.place != "body":
            return
        elif word in ("pard", "intbl"):
            self._paragraph.in_table = word == "intbl"
            self._paragraph.level = self._paragraph.level if word == "intbl" else 0
        elif word == "trowd":
            self._goes_on = []
        elif word == "clvmrg":
            self._next_goes_on = True
        elif word == "cellx":
            self._goes_on.append(self._next_goes_on)
            self._next_goes_on = False
        elif word == "cell":
            self._cells.append(" ".join(self._paragraph.words.take().split()))
        elif word == "row":
            self._end_row()
        else:
            self._end_paragraph()

    def _end_row(self) -> None:
        above = self._rows[-1] if self._rows else []
        for at, goes_on in enumerate(self._goes_on[: len(self._cells)]):
            if goes_on and not self._cells[at] and at < len(above):
                self._cells[at] = above[at]
        if self._cells:
            self._rows.append(self._cells)
        self._cells = []

    def _end_table(self) -> None:
        if self._cells:
            self._end_row()
        if self._rows:
            self._writer.table(cells_of(self._rows))
            self._rows = []
            self._write_notes()

    def _end_paragraph(self) -> None:
        if self._paragraph.in_table:  # a cell of several paragraphs
            self._paragraph.words.add(" ")
            return
        self._end_table()
        text = "".join(self._number) + self._paragraph.words.take()
        self._number = []
        if self._paragraph.level:
            self._writer.line(" ".join(text.split()), level=self._paragraph.level)
        else:
            for line in text.split("\n"):
                self._writer.line(line)
        self._write_notes()

    def _end_note(self) -> None:
        if words := " ".join(self._note.words.take().split()):
            self._notes.append(words)

    def _write_notes(self) -> None:
        for note in self._notes:
            self._writer.note(note)
        self._notes = []

    def _end_number(self) -> None:
        """Keep the automatic number of a paragraph; a bullet is none."""
        number = "".join(self._number).strip()
        is_number = any(map(str.isalnum, number)) and number < "\uf000"
        self._number = [number if number[-1] in "、．。）】：，" else number + " "] if is_number else []

    def _take_bytes(self, token: Token) -> None:
        passed = min(self._passed, token.length)
        self._passed -= passed
        if data := token.data[passed:]:
            self._flush_units()
            self._bytes += data

    def _flush(self) -> None:
        self._flush_bytes()
        self._flush_units()

    def _flush_bytes(self) -> None:
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._add(data.decode(self._state.encoding or self._page, "replace"))

    def _flush_units(self) -> None:
        if self._units:
            units, self._units = self._units, []
            self._add(characters(units))

    def _add(self, text: str) -> None:
        state = self._state
        if state.place == "styles" and state.style is not None:
            self._name.append(text)
        elif state.place == "info" and state.key:
            self.facts[state.key] = self.facts.get(state.key, "") + text
        elif state.is_hidden or state.place in ("skip", "fonts", "styles", "info"):
            return
        elif state.place == "number":
            self._number.append(text)
        else:
            words = self._current().words
            if state.role:
                words.open(state.role)
            words.add(text)
            if state.role:
                words.close()


def read_rtf(data: bytes, *, name: str) -> Extracted:
    """Return the text of a document. Raises SourceError if its groups are nested too deep, or it has no text."""
    writer = TextWriter(name)
    reader = _Reader(writer)
    reader.read(data)
    # A document without heading styles may be a text that was wrapped at a width and pasted.
    return writer.finish(_properties(reader.facts), whole_paragraphs=writer.has_headings)


def _properties(facts: dict[str, str]) -> CitationFields | None:
    return properties(by_field({key: [value] for key, value in facts.items()}, "docx"))
