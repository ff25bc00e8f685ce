"""Writes what the server logs to stderr, as lines for people or as JSON.

Loggers: `yuanwen.server` (start, stop, why not), `yuanwen.page`, `yuanwen.mcp` and `yuanwen.changes` (our mistakes,
with the stack), `yuanwen.access` and `yuanwen.questions` where they are asked for, and the packages' (warnings).
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

ACCESS, QUESTIONS, SERVER_LOG = "yuanwen.access", "yuanwen.questions", "yuanwen.server"


class JsonLines(logging.Formatter):
    """Makes a line of JSON of a record: `time`, `level`, `logger`, `message` or the record's own fields, and `error`.

    A record has fields where its only argument is a mapping, as `info("%(path)s …", {"path": …})`.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, Mapping):
            line |= record.args
        else:
            line["message"] = record.getMessage()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)  # in ASCII: no character of a question troubles who reads the log


class _Stderr(logging.Handler):
    """Writes to what `sys.stderr` is at that time."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `logging_to_stderr` reads."""
    group = parser.add_argument_group("what is logged, on stderr")
    group.add_argument("--log-json", action="store_true", help="each record is a line of JSON")
    group.add_argument(
        "--access-log", action="store_true", help="log requests: method, path, status, time, size; no address, no query"
    )
    group.add_argument("--log-questions", action="store_true", help="log each question in its own words")


@contextmanager
def logging_to_stderr(options: argparse.Namespace) -> Iterator[None]:
    """Log to stderr, as the options say, until the block ends."""
    handler = _Stderr()
    if options.log_json:
        handler.setFormatter(JsonLines())
    shown = {SERVER_LOG: True, ACCESS: options.access_log, QUESTIONS: options.log_questions}
    loggers = [logging.getLogger(name) for name, is_shown in shown.items() if is_shown]
    before = [logger.level for logger in loggers]
    logging.root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
