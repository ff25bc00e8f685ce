"""The command `grid`: the questions of a sheet in, a sheet of answers out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import QAError
from qa import grid_messages, qa_messages
from qa.citations.form_names import FORMS
from qa.option_types import positive, web_address
from qa.output.names_on_a_line import as_stored, one_line
from qa.qa_settings import GRID, Settings

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.output.grid_table import Grid
    from qa.output.question_sheet import QuestionSheet
    from qa.service.grid import GridAnswers

_ENDINGS = (".xlsx", ".csv")


def add_to(commands: Any, answering: argparse.ArgumentParser) -> None:
    """Add the command to `commands`, with the options of `answering`."""
    grid = commands.add_parser("grid", parents=[answering], help="ask the questions of a sheet, XLSX or CSV")
    grid.add_argument("questions", type=Path, metavar="QUESTIONS.xlsx", help="in a column headed 问题 or question")
    grid.add_argument("-o", "--output", type=Path, required=True, metavar="ANSWERS.xlsx", help="or .csv")
    grid.add_argument(
        "--across",
        choices=("documents", "library"),
        help=f"a column for each document (default from 2 to {GRID.documents} documents), or one for all together",
    )
    grid.add_argument(
        "--document", action="append", default=[], metavar="NAME", help="ask this document only (or several)"
    )
    grid.add_argument("--top", type=positive, default=1, metavar="N", help="passages a cell, at most (%(default)s)")
    forms = [name for name, form in FORMS.items() if not form.has_quote]
    grid.add_argument("--cite", choices=forms, default="own", metavar="FORM", help=f"{', '.join(forms)} (%(default)s)")
    grid.add_argument(
        "--page",
        type=web_address,
        metavar="ADDRESS",
        help="of the page that links lead to (default: a sheet beside the answers)",
    )
    grid.add_argument("--overwrite", action="store_true", help="replace ANSWERS.xlsx where it is there already")
    grid.set_defaults(run=run, parser=grid)


def run(arguments: argparse.Namespace) -> None:
    """Ask the questions and write the answers. Raises QAError; what is answered is kept, also on Ctrl+C."""
    from qa.output.question_sheet import read_questions
    from qa.service import grid as service
    from qa.service.bootstrap import open_engine, say

    source, output = arguments.questions, arguments.output
    for path in (source, output):
        if path.suffix.lower() not in _ENDINGS:
            arguments.parser.error(f"{path} does not end in .xlsx or .csv")
    kept = output.with_name(f"{output.name}.unfinished")
    _check_output(source, output)
    if output.exists() and not (arguments.overwrite or kept.exists()):
        raise QAError(grid_messages.IS_THERE, output)
    sheet = read_questions(_read(source), name=str(source))
    asked = [row.question for row in sheet.rows if row.question]
    message = grid_messages.READ_AS.format(count=len(asked), head=one_line(sheet.head), first=one_line(asked[0]))
    say(message.bilingual)
    engine = open_engine(arguments.index, arguments.model, Settings(), arguments.reranker)
    columns = _columns(arguments, engine)
    _check_size(arguments, sheet, len(columns))
    run_id = service.run_id(engine, top=arguments.top, form=arguments.cite, reranker=arguments.reranker)
    with service.GridAnswers.open(kept, run_id, engine.catalog.get) as answers:
        _refuse_to_replace(output, answers, overwrite=arguments.overwrite)
        if len(answers):
            say(grid_messages.GOES_ON.format(count=len(answers)).bilingual)
        if answers.others:
            say(grid_messages.ASKED_AGAIN.format(count=answers.others).bilingual)
        _answer(arguments, engine, sheet, columns, answers)


def _answer(
    arguments: argparse.Namespace,
    engine: Engine,
    sheet: QuestionSheet,
    columns: Sequence[tuple[str, ...]],
    answers: GridAnswers,
) -> None:
    from tqdm import tqdm

    from qa.output.grid_table import Grid
    from qa.service.bootstrap import say
    from qa.service.grid import answer_grid, made_with

    replies: dict[tuple[int, int], Any] = {}
    made = made_with(engine, columns, top=arguments.top, form=arguments.cite)
    grid = Grid(sheet, columns, replies, made, arguments.page)
    cells = answer_grid(sheet.questions, engine.ask, columns, top=arguments.top, form=arguments.cite, kept=answers)
    try:
        for cell in tqdm(cells, total=grid.asked, unit="", disable=None):
            replies[cell.row, cell.column] = cell.reply
    except (KeyboardInterrupt, QAError):
        if not replies:
            raise
        with suppress(QAError):  # the answers stay in their own file
            _write(grid, arguments.output, answers)
        say(grid_messages.STOPPED.format(path=answers.file).bilingual)
        raise
    _write(grid, arguments.output, answers)
    answers.finish()
    found = sum(reply["status"] == "answered" for reply in replies.values())
    sys.stdout.write(f"{arguments.output}: {grid.asked} asked, {found} answered\n")


def _write(grid: Grid, output: Path, answers: GridAnswers) -> None:
    """Write the grid as it is now, in place of what this run wrote before. Raises QAError."""
    from index.atomic_files import write_atomically
    from qa.output.grid_files import formulas_in_csv, grid_csv, grid_xlsx
    from qa.service.bootstrap import say

    is_csv = output.suffix.lower() == ".csv"
    data = grid_csv(grid) if is_csv else grid_xlsx(grid)
    answers.note_output(data)
    try:
        write_atomically(output, data)
    except OSError as error:
        raise QAError(grid_messages.CANNOT_BE_WRITTEN.format(reason=error.strerror), output) from error
    if is_csv and (count := formulas_in_csv(grid)):
        say(grid_messages.READ_AS_FORMULAS.format(count=count).bilingual)


def _columns(arguments: argparse.Namespace, engine: Engine) -> tuple[tuple[str, ...], ...]:
    from qa.service.grid import columns_of, is_usually_across

    stored = [entry.name for entry in engine.catalog.entries]
    named = list(dict.fromkeys(as_stored(arguments.document, stored)))
    if unknown := [name for name in named if name not in stored]:
        raise QAError(qa_messages.NO_DOCUMENT.format(name=unknown[0]))
    names = named or stored
    is_across = arguments.across == "documents" if arguments.across else is_usually_across(len(names))
    return columns_of(names if is_across else named, across=is_across)


def _check_size(arguments: argparse.Namespace, sheet: QuestionSheet, columns: int) -> None:
    from qa.output.grid_files import PARTS, check_size

    if arguments.output.suffix.lower() == ".xlsx":
        rows, width = len(sheet.rows), len(PARTS) * columns * arguments.top
        check_size(rows, 1 + len(sheet.others) + width, rows * columns * arguments.top)


def _check_output(source: Path, output: Path) -> None:
    """Raise QAError if the answers cannot be written there, or would replace the questions."""
    try:
        if not output.parent.is_dir():
            raise QAError(grid_messages.NO_FOLDER.format(folder=output.parent))
        if output.is_dir():
            raise QAError(grid_messages.IS_FOLDER, output)
        if output.exists():
            if source.exists() and output.samefile(source):
                raise QAError(grid_messages.SAME_FILE, output)
            output.open("r+b").close()  # some systems refuse it while another program has it open
    except OSError as error:
        raise QAError(grid_messages.CANNOT_BE_WRITTEN.format(reason=error.strerror), output) from error
    except ValueError as error:  # a NUL, which no path can hold
        raise QAError(grid_messages.CANNOT_BE_WRITTEN.format(reason=error), output) from error


def _refuse_to_replace(output: Path, answers: GridAnswers, *, overwrite: bool) -> None:
    """Raise QAError if there is a file that this run has not written itself."""
    try:
        if not overwrite and output.exists() and not answers.wrote(output.read_bytes()):
            raise QAError(grid_messages.IS_THERE, output)
    except OSError as error:
        raise QAError(grid_messages.CANNOT_BE_WRITTEN.format(reason=error.strerror), output) from error


def _read(path: Path) -> bytes:
    from corpus.source import read_bytes

    return read_bytes(path)[0]
