"""Stores readers' feedback on replies as a question file for `python -m qa evaluate`: one JSON object a line.

A line holds what the reader stated: the passages that answer, or that none does. “Wrong passage” is written only when
the reader has picked the right one; without it the line would mean “there is no answer”.

Several processes may write. A line is synced to the disk before it counts; where a write was cut off, by a crash or a
full disk, the next line begins on a line of its own, and `evaluate` names the rest of the other and leaves it out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from corpus.errors import QAError
from qa import qa_messages
from qa.qa_settings import FEEDBACK

FEEDBACK_ID = "fb-"
"""The beginning of the ids of lines of feedback."""
RIGHT, WRONG, NONE = "right", "wrong", "none"
_KINDS = {RIGHT: "feedback: right", WRONG: "feedback: wrong passage", NONE: "feedback: should be not found"}


def default_file() -> Path:
    """Return the feedback file's path. No part of it comes from a request."""
    return user_data_path("yuanwen", appauthor=False) / "feedback.jsonl"


def keep(
    verdict: str, question: str, history: Sequence[str], *, passages: Sequence[str], document: str | None, file: Path
) -> str:
    """Append the line to `file` and return it, without its line end.

    `history`: the questions that `question` refers to, the oldest first. `passages`: ids of the passages that answer,
    all of `document`. Raises QAError if the verdict and the passages contradict each other, the line would be too long,
    or `file` cannot be written; then it is as it was.
    """
    if verdict not in _KINDS:
        raise QAError(qa_messages.NO_VERDICT.format(verdict=verdict, choices=", ".join(_KINDS)))
    if (verdict == NONE) == bool(passages):
        raise QAError(qa_messages.VERDICT_AND_PASSAGES)
    now = datetime.now(UTC)
    turns = {"turns": [*history, question]} if history else {"question": question}
    named = {"document": document} if passages and document else {}
    identity = f"{FEEDBACK_ID}{now:%Y%m%dT%H%M%S%f}"
    entry = {"id": identity, **turns, "kind": _KINDS[verdict], **named, "passages": list(passages)}
    line = json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace")
    if len(line) > FEEDBACK.longest:
        raise QAError(qa_messages.LONG_FEEDBACK.format(size=len(line), most=FEEDBACK.longest))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock"), timeout=FEEDBACK.patience, mode=0o600):
            _append(file, line + b"\n")
    except Timeout as error:
        raise QAError(qa_messages.FEEDBACK_LOCKED.format(path=file)) from error
    except OSError as error:
        raise QAError(qa_messages.CANNOT_BE_WRITTEN.format(path=file, reason=error.strerror)) from error
    return line.decode()


def _append(file: Path, line: bytes) -> None:
    """Append a line and sync it to the disk. Raises OSError; then the file is as long as before."""
    with file.open("ab+", buffering=0) as out:
        before = out.seek(0, os.SEEK_END)
        if before:
            out.seek(before - 1)
            line = line if out.read(1) == b"\n" else b"\n" + line
        try:
            while line:  # one write may take a part of it only
                line = line[out.write(line) :]
            os.fsync(out.fileno())
        except OSError:
            out.truncate(before)
            raise
