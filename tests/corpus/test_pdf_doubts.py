"""Pages of a PDF whose text is doubtful have a warning."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus import corpus_messages
from corpus.message import Message
from corpus.parse import parse_source
from corpus.source import Source

_LINE = "the ferry was kept by three houses of the town"


def warnings(*lines: tuple[str, float]) -> list[Message]:
    """The warnings of a page with these lines at these heights."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.setFont("Helvetica", 11)
    for words, y in lines:
        canvas.drawString(72, y, words)
    canvas.save()
    document = parse_source(Source.from_file("a.pdf", stream.getvalue(), None))
    return [warning.message for warning in document.warnings]


@pytest.mark.parametrize(("words", "is_doubtful"), [(_LINE.replace(" ", ""), True), (_LINE, False)])
def test_words_without_blanks(words: str, is_doubtful: bool) -> None:
    found = warnings(*((words, 700.0 - 14 * at) for at in range(5)))

    assert (corpus_messages.WORDS_WITHOUT_BLANKS in found) is is_doubtful


@pytest.mark.parametrize(("step", "is_doubtful"), [(7.0, True), (14.0, False)])
def test_text_over_text(step: float, is_doubtful: bool) -> None:
    """Lines at half the usual distance."""
    found = warnings(*((f"{at} {_LINE}", 700.0 - step * at) for at in range(8)))

    assert (corpus_messages.TEXT_OVER_TEXT in found) is is_doubtful
