"""Stores readers' feedback on replies as a question file for `python -m qa evaluate`: one JSON object a line.

A line holds what the reader stated: the passages that answer, or that none does. “Wrong passage” is written only when
the reader has picked the right one; without it the line would mean “there is no answer”.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path

from corpus.errors import QAError
from qa import qa_messages

RIGHT, WRONG, NONE = "right", "wrong", "none"
_KINDS = {RIGHT: "feedback: right", WRONG: "feedback: wrong passage", NONE: "feedback: should be not found"}
_LOCK = threading.Lock()


def default_file() -> Path:
    """Return the feedback file's path. No part of it comes from a request."""
    return user_data_path("yuanwen", appauthor=False) / "feedback.jsonl"


def keep(
    verdict: str, question: str, history: Sequence[str], *, passages: Sequence[str], document: str | None, file: Path
) -> str:
    """Append the line to `file` and return it, without its line end.

    `history`: the questions that `question` refers to, the oldest first. `passages`: ids of the passages that answer,
    all of `document`. Raises QAError if the verdict and the passages contradict each other or `file` cannot be written.
    """
    if verdict not in _KINDS:
        raise QAError(qa_messages.NO_VERDICT.format(verdict=verdict, choices=", ".join(_KINDS)))
    if (verdict == NONE) == bool(passages):
        raise QAError(qa_messages.VERDICT_AND_PASSAGES)
    now = datetime.now(UTC)
    turns = {"turns": [*history, question]} if history else {"question": question}
    named = {"document": document} if passages and document else {}
    entry = {"id": f"fb-{now:%Y%m%dT%H%M%S%f}", **turns, "kind": _KINDS[verdict], **named, "passages": list(passages)}
    line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace").decode()
    try:
        with _LOCK:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8", newline="\n") as out:
                out.write(line + "\n")
    except OSError as error:
        raise QAError(qa_messages.CANNOT_BE_WRITTEN.format(path=file, reason=error.strerror)) from error
    return line
