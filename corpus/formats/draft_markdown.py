"""Reads drafts in Markdown and plain text: paragraphs, block quotes and notes, without the marks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.formats.draft_paragraphs import DraftParagraph, Kind, with_marks

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_QUOTE = re.compile(r" {0,3}>\s?")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,64})\]:\s*")
_HEAD = re.compile(r" {0,3}#{1,6}\s+|\s*(?:[-+*]|\d{1,9}[.)])\s+")
_RULE = re.compile(r" {0,3}(?:[-*_=]\s*){3,}$")
_LINK = re.compile(r"!?\[([^\[\]^][^\[\]]*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1", re.DOTALL)
_SLANTED = re.compile(r"(?<![*\w])([*_])(?=[^\s*_])([^*_]+)(?<=\S)\1(?![*\w])")
_TAG = re.compile(r"<!--.{0,5000}?-->|</?[A-Za-z][^<>]{0,500}>", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_PART = re.compile(r"\n[ \t]*\n")


def read_text(text: str) -> list[DraftParagraph]:
    """Return the paragraphs of a plain text: its blocks between blank lines; where there are none, its lines."""
    text = "\n".join(text.splitlines())
    blocks = _PART.split(text) if _PART.search(text.strip()) else text.split("\n")
    return with_marks([DraftParagraph(part, "body", 0, "") for block in blocks for part in _indented(block)])


def _indented(block: str) -> Iterator[str]:
    """Yield the paragraphs of a block: a line that begins with two full-width blanks begins one."""
    yield from filter(None, (part.strip() for part in re.split(r"\n(?=\u3000\u3000)|\n(?=\[\d{1,4}\]|[①-⑳])", block)))


def read_markdown(text: str) -> list[DraftParagraph]:
    """Return the paragraphs of a text in Markdown. Code and front matter are left out."""
    found = [
        DraftParagraph(_plain(block), kind, 0, note)
        for kind, note, block in _blocks(text.removeprefix("\ufeff").splitlines())
    ]
    return with_marks(found)


def _blocks(lines: list[str]) -> Iterator[tuple[Kind, str, str]]:
    """Yield kind, mark of the note and words of each block."""
    kind: Kind = "body"
    note, words, fence = "", list[str](), ""
    lines = _without_front_matter(lines)
    for line in (*lines, ""):
        if fence:
            fence = "" if line.strip().startswith(fence) else fence
            continue
        if (match := _FENCE.match(line)) and not words:
            fence = match[1]
            continue
        new_kind, new_note, rest = _kind_of(line, note if kind == "note" else "")
        is_head = bool(_HEAD.match(rest)) or new_note != note
        is_lazy = words and kind == "quote" and new_kind == "body" and rest.strip() and not is_head  # CommonMark
        if words and (not rest.strip() or is_head or (new_kind != kind and not is_lazy)):
            yield kind, note, "\n".join(words)
            words = []
        if rest.strip() and not _RULE.match(rest):
            if not words:
                kind, note = new_kind, new_note
            words.append(_HEAD.sub("", rest, count=1).strip() if is_head else rest.strip())
        elif kind == "note" and not rest.strip():
            continue  # an indented line goes on with the note
    if words:
        yield kind, note, "\n".join(words)


def _kind_of(line: str, note: str) -> tuple[Kind, str, str]:
    """Return kind, mark of the note and words of a line. `note`: the mark of the note that is being read."""
    if match := _NOTE.match(line):
        return "note", match[1], line[match.end() :]
    if note and (line.startswith(("    ", "\t")) or not line.strip()):
        return "note", note, line.strip()
    kind: Kind = "body"
    while match := _QUOTE.match(line):
        kind, line = "quote", line[match.end() :]
    return kind, "", line


def _without_front_matter(lines: list[str]) -> list[str]:
    mark = lines[0].strip() if lines else ""
    if mark in ("---", "+++"):
        for row, line in enumerate(lines[1:], start=1):
            if line.strip() in (mark, "..."):
                return lines[row + 1 :]
    return lines


def _plain(block: str) -> str:
    """Return the words of a block without the marks of Markdown."""
    text = _LINK.sub(r"\1", _TAG.sub("", block))
    for pattern in (_STRONG, _SLANTED):
        text = pattern.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text)
