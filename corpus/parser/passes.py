"""The passes that turn lines into paragraphs, in the order in which they run.

A pass takes the lines that the pass before it returned, and returns lines. It does not change the source. To add a
pass, write it in the module of its subject and add it to `LINE_PASSES` with a name.
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
    """Return the paragraphs of a work: its lines after all passes."""
    done = list(lines)
    for _, line_pass in LINE_PASSES:
        done = line_pass(done, context)
    return done
