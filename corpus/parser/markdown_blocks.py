"""Finds the tables, code and link definitions of a Markdown text.

markdown-it-py, which knows CommonMark and GitHub's tables, says on which lines they stand. What it makes of their words
is not used: those are slices of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

from corpus.corpus_settings import FORMATS

_RULES = ("blockquote", "code", "fence", "heading", "hr", "html_block", "lheading", "list", "reference")
_LINE_END = re.compile(r"\r\n?")
_UNREAD = re.compile(r"<(script|style)\b.*</\1>\s*", re.IGNORECASE | re.DOTALL)
"""What a browser does not show. Without an end, or with words behind it, it may be prose about tags."""
_ADDRESS = re.compile(r"[/#]|[a-z]:|\w\.\w", re.IGNORECASE)
"""In `[1]: a.org` an address stands, in `[Anna]: Hello` none."""
_MAY_BE_TABLE = re.compile(r"-:?[ \t]*\||\|[ \t]*:?-")

_Kind = Literal["table", "fence", "open_fence", "code", "markup"]


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """Lines that are read together."""

    kind: _Kind
    """`fence`: code between two fences; `open_fence`: code under one; `code`: code by its indent."""
    first: int
    """Number of its first line, from 1."""
    end: int
    """Number of the line after it."""
    widths: tuple[int, ...] = ()
    """Of each line of a table, how many characters at its end are the table's, without the blanks around them; those
    before are the marks of the quotation or the list that the table stands in."""


def find_blocks(text: str, first: int = 1) -> Iterator[MarkdownBlock]:
    """Yield the blocks of a text, in order; its first line has the number `first`."""
    for token in _markdown().parse(_LINE_END.sub("\n", text) + "\n"):
        if token.map and (kind := _kind(token)):
            begin, end = token.map
            yield MarkdownBlock(kind, first + begin, first + end, token.meta.get("widths", ()))


def find_tables(text: str) -> list[MarkdownBlock]:
    """Return the tables of a text that is not Markdown otherwise."""
    return [block for block in find_blocks(text) if block.kind == "table"] if _MAY_BE_TABLE.search(text) else []


def _kind(token: Token) -> _Kind | None:
    match token.type:
        case "table":
            return "table"
        case "fence" if token.map:
            has_end = token.map[1] - token.map[0] == token.content.count("\n") + 2
            return "fence" if has_end else "open_fence"
        case "code_block":
            return "code"
        case "html_block" if _UNREAD.fullmatch(token.content.lstrip()):
            return "markup"
        case "definition" if _is_address(token.meta["url"]) and not token.meta["label"].startswith("^"):
            return "markup"  # others are notes, or a remark after a word in brackets: 〔[表]:本表不含外地车〕
    return None


def _is_address(url: str) -> bool:
    return url.isascii() and bool(_ADDRESS.search(url))


class _Markdown(MarkdownIt):
    """Addresses of links are not shown, and may hold anything."""

    def normalizeLink(self, url: str) -> str:
        return url

    def validateLink(self, url: str) -> bool:
        return True


@cache
def _markdown() -> MarkdownIt:
    markdown = _Markdown("zero", {"html": True, "inline_definitions": True}).enable(list(_RULES))
    markdown.core.ruler.enableOnly(["normalize", "block"])
    markdown.block.ruler.before("code", "one_line", _one_line, {"alt": []})
    # Behind the other blocks, as on GitHub: the library would read `> a | b` over `---|---` as a table.
    markdown.block.ruler.before("lheading", "bars", _table, {"alt": ["paragraph", "reference"]})
    return markdown


def _one_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Pass over a line of words with nothing under it, or with the next item of its list: it needs no other rule."""
    own, following = state.bMarks[start] + state.tShift[start], start + 1
    mark = state.src[own : own + 2]
    if mark in ("- ", "* ", "+ "):
        below = state.bMarks[following] + state.tShift[following]
        is_alone = state.sCount[following] == state.sCount[start] and state.src.startswith(mark, below)
        is_alone = is_alone and following < end and state.src[own + 2].isalpha()
    else:
        is_alone = mark[0].isalpha() and (following >= end or state.isEmpty(following))
    if is_alone and not state.is_code_block(start):
        state.line = following
        return True
    return False


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Make one token of a table. The library's own rule, which finds it, makes three of each cell."""
    if not table(state, start, end, True) or not _is_bounded(state, start):
        return False
    if silent:
        return True
    others = state.md.block.ruler.getRules("blockquote")
    parent, state.parentType = state.parentType, "table"
    line = start + 2
    while (
        line < end
        and state.sCount[line] >= state.blkIndent
        and not (state.isEmpty(line) or state.is_code_block(line))
        and not any(rule(state, line, end, True) for rule in others)
    ):
        line += 1
    state.parentType, state.line = parent, line
    token = state.push("table", "table", 0)
    token.map = [start, line]
    token.meta["widths"] = tuple(len(_own(state, row).strip()) for row in range(start, line))
    return True


def _is_bounded(state: StateBlock, start: int) -> bool:
    """Return whether the line under the head is none under a title, and has no more bars than columns may be."""
    rule = _own(state, start + 1)
    return rule.count("|") <= FORMATS.table_columns and ("|" in rule or ":" in rule)


def _own(state: StateBlock, line: int) -> str:
    """Return a line without the marks of the blocks around it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
