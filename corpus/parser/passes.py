"""The passes that make paragraphs of lines, in their order.

A pass takes the lines that the one before it left and returns lines; it copies and changes no text. To add one, write
it in the module that knows about the matter, and give it a name and a place here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpus.parser.boilerplate import mark_boilerplate
from corpus.parser.contents import mark_contents
from corpus.parser.context import Context
from corpus.parser.lines import Line
from corpus.parser.unfold import unfold_flat
from corpus.parser.unwrap import join_inline, join_titles, join_wrapped

Pass = Callable[[Sequence[Line], Context], list[Line]]

LINE_PASSES: tuple[tuple[str, Pass], ...] = (
    ("lines that end at a width", join_wrapped),
    ("lines that hold many paragraphs", unfold_flat),
    ("what a page put around the text", mark_boilerplate),
    ("lines that a link or formula broke", join_inline),
    ("numbers without their title", join_titles),
    ("tables of contents", mark_contents),
)


def run_passes(lines: Sequence[Line], context: Context) -> list[Line]:
    """Return what all passes make of the lines of a work."""
    done = list(lines)
    for _, line_pass in LINE_PASSES:
        done = line_pass(done, context)
    return done
