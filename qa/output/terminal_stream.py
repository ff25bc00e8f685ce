"""Keeps a terminal from obeying what a document, a name or a question carries: one gate for stdout and stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Literal, TextIO

from corpus.text.controls import show_controls

Mark = Literal["sentence", "answer"]
"""What a terminal sets off: the best sentence, and in it the words that answer."""
_STYLES: Mapping[Mark | None, tuple[str, str]] = MappingProxyType(
    {None: ("", ""), "sentence": ("\x1b[1m", "\x1b[22m"), "answer": ("\x1b[1;7m", "\x1b[22;27m")}
)
"""What begins and what ends a mark: bold, and bold with the colours reversed."""


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


def write_marked(pieces: Iterable[tuple[str, Mark | None]]) -> None:
    """Write pieces of text to stdout: with their marks on a terminal, anywhere else as text without them."""
    out = sys.stdout
    if not out.isatty() or os.environ.get("TERM") == "dumb" or "NO_COLOR" in os.environ:
        out.write("".join(text for text, _ in pieces))
        return
    beneath, show = (out.stream, show_controls) if isinstance(out, ShownControls) else (out, str)
    for text, mark in pieces:
        begin, end = _STYLES[mark]
        beneath.write(f"{begin}{show(text)}{end}")
