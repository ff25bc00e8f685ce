"""The command `check --draft`: all quotations of a draft are checked, and a report is written."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from corpus.errors import QAError
from qa import check_report_messages
from qa.output.names_on_a_line import one_line


def check_draft(arguments: argparse.Namespace) -> None:
    """Check the quotations of a draft against the index, and write the report. Raises QAError."""
    from corpus.source import read_bytes
    from qa.output.check_report import WRITERS, CheckReport
    from qa.quotations.checker import Checker
    from qa.quotations.draft import read_quotations
    from qa.service.bootstrap import open_documents, say

    draft, output = arguments.draft, arguments.output
    ending = ".json" if arguments.json else ".md" if output is None else output.suffix.lower()
    if ending not in WRITERS:
        arguments.parser.error(check_report_messages.UNKNOWN_ENDING.format(endings=", ".join(WRITERS)).en)
    if output is not None and _is_same(draft, output):
        raise QAError(check_report_messages.REPORT_IS_DRAFT)
    data, _ = read_bytes(draft)
    reading = read_quotations(draft.name, data)
    checker = Checker(open_documents(arguments.index, arguments.model))
    checked = []
    for done, one in enumerate(reading.quotations, start=1):
        checked.append((one, checker.check(one.quote, one.source)))
        if sys.stderr.isatty():
            counted = check_report_messages.PROGRESS.format(done=done, all=len(reading.quotations))
            sys.stderr.write(f"\r{counted.bilingual}")
    if checked and sys.stderr.isatty():
        sys.stderr.write("\n")
    digest = hashlib.sha256(data).hexdigest()
    report = CheckReport(tuple(checked), draft.name, digest, reading.short, reading.unclosed)
    written = WRITERS[ending](report, arguments.language)
    if output is None:
        sys.stdout.write(written.decode())
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        message = check_report_messages.REPORT_CANNOT_BE_WRITTEN
        raise QAError(message.format(path=output, reason=error.strerror)) from error
    say(report.summary.bilingual)
    sys.stdout.write(f"{one_line(str(output))}\n")


def _is_same(draft: Path, output: Path) -> bool:
    try:
        return output.exists() and output.samefile(draft)
    except OSError:  # the draft is not there: reading it says so
        return False
