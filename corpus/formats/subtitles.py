"""Reads subtitles (SRT, WebVTT): the spoken words are the text; the time of each cue stands before it as non-body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.corpus_settings import FORMATS
from corpus.document import Span
from corpus.formats.extracted_text import Extracted, TextWriter
from corpus.text.encoding import decode

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_CUE = re.compile(rf"\s*(?P<start>{_TIME})\s*-->\s*(?P<end>{_TIME})(?:\s.*)?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\d[\d:.]*>|\{\\[^{}]{0,200}\}")
"""Italics, voices, times within a cue, positions."""
_ENDS = re.compile(r"[。！？.!?…][”’」』\"')）]*$")


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is said at a time."""

    time: str
    start: float
    end: float
    words: list[str]


def read_subtitles(data: bytes, *, name: str) -> Extracted:
    """Return the spoken words. Cues that follow each other within a sentence are one paragraph.

    Raises SourceError if the file cannot be decoded or has no words.
    """
    writer = TextWriter(name)
    last: _Cue | None = None
    length = 0
    start, end, time = 0, 0, ""
    for cue in _cues(decode(data, name=name).text):
        writer.line(cue.time, non_body="chrome")
        goes_on = (
            last is not None
            and not _ENDS.search(last.words[-1])
            and 0 <= cue.start - last.end <= FORMATS.subtitle_pause
            and length < FORMATS.subtitle_paragraph
        )
        length = sum(map(len, cue.words)) + (length if goes_on else 0)
        if not goes_on:
            _place(writer, start, end, time)
            start, time = writer.length, _clock(cue.start)
        for number, line in enumerate(cue.words):
            if goes_on or number:
                writer.join()
            writer.line(line)
        last, end = cue, writer.length
    _place(writer, start, end, time)
    return writer.finish(None)


def _place(writer: TextWriter, start: int, end: int, time: str) -> None:
    """Name the place of a paragraph by the time of its first cue."""
    if start < end:
        writer.place(Span(start, end), time)


def _clock(seconds: float) -> str:
    """Return a time in whole seconds: 00:01:05."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def _cues(text: str) -> Iterator[_Cue]:
    cue: _Cue | None = None
    for line in text.splitlines():
        if match := _CUE.fullmatch(line):
            if cue and cue.words:
                yield cue
            cue = _Cue(line.strip(), _seconds(match["start"]), _seconds(match["end"]), [])
        elif cue and (words := _TAG.sub("", line).strip()):
            cue.words.append(words)
        elif cue and cue.words:  # the number of the next cue, or a note, stands after an empty line
            yield cue
            cue = None
    if cue and cue.words:
        yield cue


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = 60 * total + float(part)
    return total
