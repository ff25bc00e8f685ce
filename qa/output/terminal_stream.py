"""Keeps a terminal from obeying what a document, a name or a question carries: one gate for stdout and stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from corpus.text.controls import show_controls


class ShownControls:
    """A text stream that shows control characters; everything else is the stream beneath."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write text. A carriage return that begins it is obeyed, as progress bars need it."""
        start, rest = ("\r", text[1:]) if text.startswith("\r") else ("", text)
        self.stream.write(start + show_controls(rest))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def controls_shown(*names: str) -> Iterator[None]:
    """Show control characters in `sys.stdout` and `sys.stderr`, or in those of these names, until the block ends."""
    before = {name: getattr(sys, name) for name in names or ("stdout", "stderr")}
    for name, stream in before.items():
        if stream is not None and not isinstance(stream, ShownControls):
            setattr(sys, name, ShownControls(stream))
    try:
        yield
    finally:
        for name, stream in before.items():
            setattr(sys, name, stream)
