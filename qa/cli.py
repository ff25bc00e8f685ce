"""The command line: `python -m qa …`, and `yuanwen …` where the package is installed.

Results go to stdout; everything else goes to stderr.
"""

from __future__ import annotations

import argparse
import codecs
import contextlib
import dataclasses
import importlib
import io
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from corpus import configuration
from corpus.errors import IndexCorrupt, QAError, StoreError
from corpus.message import Message
from corpus.text.controls import escape_controls_in_json
from index.encoders.e5_weights import BUNDLED_NAME
from qa import grid_command, qa_messages
from qa.citations.form_names import FORMS
from qa.option_types import INDEX_HELP, index_location, positive
from qa.output.names_on_a_line import as_stored, one_line
from qa.output.terminal_stream import controls_shown
from qa.qa_settings import BATCH, EVALUATION, Settings
from qa.service import early_models, process_limits

if TYPE_CHECKING:
    from corpus.reading_process import ReadingProcess
    from index.intake import DocumentChange
    from index.location import Location
    from qa.quotations.checker import Checker
    from qa.reply import Reply

_PROG = "python -m qa"
_OTHERS = {
    "serve": "serve the page for a browser",
    "mcp": "serve language models by the Model Context Protocol, on stdin and stdout",
    "user": "say who can log in to the page",
}
_NO_OTHERS: Mapping[str, Callable[[Sequence[str]], int]] = MappingProxyType({})
_DESCRIPTION = "Ask a text, get its own words back. 问一份文本，得到它自己的话。"


def main(
    argv: Sequence[str] | None = None,
    *,
    prog: str = _PROG,
    others: Mapping[str, Callable[[Sequence[str]], int]] = _NO_OTHERS,
) -> int:
    """Run a command. Return 0 if it ran, whatever it found; return 1 if it failed. Wrong usage exits with 2.

    `prog`: the name under which the program was called, for usage texts and errors. `others`: run further commands, of
    `_OTHERS`, with their own options. This package does not import what they serve.
    """
    # In any locale. What is no UTF-8 reaches us as lone surrogates, which are shown or refused.
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())  # where it is closed
    sys.stdout = sys.stdout or io.StringIO()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            errors = "surrogateescape" if stream is sys.stdin else "backslashreplace"
            stream.reconfigure(encoding="utf-8", errors=errors)
    argv = list(sys.argv[1:] if argv is None else argv)
    with controls_shown("stderr"):
        if argv and argv[0] in others:
            return others[argv[0]](argv[1:])
        arguments = _parser(prog, others).parse_args(argv)
        with contextlib.nullcontext() if arguments.raw else controls_shown("stdout"):
            return _run(arguments, prog)


def _run(arguments: argparse.Namespace, prog: str) -> int:
    run: Callable[[argparse.Namespace], None] = arguments.run
    try:
        configuration.check()
        process_limits.prepare()
        run(arguments)
        sys.stdout.flush()
    except QAError as error:
        sys.stderr.write(f"{_as_called(str(error), prog)}\n")
        return 1
    except MemoryError:
        sys.stderr.write(f"{qa_messages.MEMORY_RAN_OUT.en}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 1
    except BrokenPipeError:
        # The reader has closed the pipe (`| head`). Python would report it again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(run is _add)  # perhaps not all was added
    except OSError as error:
        if error.filename is not None:  # of a file: ours would be a QAError
            raise
        sys.stderr.write(f"{qa_messages.OUTPUT_FAILED.format(reason=error.strerror).en}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _as_called(message: str, prog: str) -> str:
    """Return a message in which commands begin with `prog`."""
    return message.replace(_PROG, prog)


def _parser(prog: str, others: Collection[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description=_DESCRIPTION)
    parser.set_defaults(prog=prog, raw=False)
    commands = parser.add_subparsers(required=True, metavar="command")
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--index", type=index_location, metavar="WHERE", help=INDEX_HELP)
    where.add_argument(
        "--model", metavar="NAME", default=BUNDLED_NAME, help="a sentence-transformers model or folder (%(default)s)"
    )
    answering = argparse.ArgumentParser(add_help=False, parents=[where])
    answering.add_argument(
        "--reranker", metavar="NAME", help="a CrossEncoder or folder that orders the best passages (default: none)"
    )
    raw = "leave control characters as they are, which a terminal obeys (default: shown as ^[ or <U+202E>)"

    ask = commands.add_parser("ask", parents=[answering], help="ask one question; without one, chat")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--top", type=positive, metavar="N", help="quotes at most (default: all that answer)")
    ask.add_argument("--json", action="store_true", help="one JSON object a reply")
    ask.add_argument(
        "--batch", metavar="FILE", help='JSON lines {"id","question"} or {"id","turns","alone"}; - is stdin'
    )
    ask.add_argument("--cite", choices=FORMS, default="own", metavar="FORM", help=f"{', '.join(FORMS)} (%(default)s)")
    ask.add_argument(
        "--document", action="append", default=[], metavar="NAME", help="look in this document only (or several)"
    )
    ask.add_argument("--alone", action="store_true", help="read each question without those before it")
    ask.add_argument("--raw", action="store_true", help=raw)
    ask.set_defaults(run=_ask, parser=ask)

    check = commands.add_parser("check", parents=[where], help="is this quotation in the text, word for word?")
    check.add_argument("quote", nargs="?")
    check.add_argument("--json", action="store_true", help="one JSON object a quotation")
    check.add_argument("--batch", metavar="FILE", help='JSON lines {"id","quote","source"}; - is stdin')
    check.add_argument("--draft", type=Path, metavar="FILE", help="check all quotations of a draft")
    check.add_argument("-o", "--output", type=Path, metavar="REPORT", help="with --draft: .html, .docx, .md or .json")
    check.add_argument("--language", choices=("zh", "en"), default="zh", help="of that report (%(default)s)")
    check.add_argument("--raw", action="store_true", help=raw)
    check.set_defaults(run=_check, parser=check)

    grid_command.add_to(commands, answering)

    index = commands.add_parser("index", help="change, build, list or verify the index").add_subparsers(
        required=True, metavar="action"
    )
    add = index.add_parser("add", parents=[where], help="add files, folders, or stdin (-)")
    add.add_argument("paths", nargs="+", metavar="PATH")
    add.add_argument("--watch", action="store_true", help="keep the index in step with a folder, until Ctrl+C")
    add.add_argument("--name", help="what to call the one document that is added (default: its file's name)")
    add.set_defaults(run=_add, parser=add)
    remove = index.add_parser("remove", parents=[where], help="remove documents, by the names that list gives")
    remove.add_argument("names", nargs="+", metavar="NAME")
    remove.set_defaults(run=_remove)
    for name, run, words in (
        ("build", _build, "build the index again from its documents"),
        ("list", _list, "name its documents"),
    ):
        index.add_parser(name, parents=[where], help=words).set_defaults(run=run)
    verify = index.add_parser("verify", parents=[where], help="check every file and every quote")
    verify.add_argument("--repair", action="store_true", help="put right what can be put right, then check")
    verify.set_defaults(run=_verify)
    export = index.add_parser("export", parents=[where], help="write its documents out as files")
    export.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    export.set_defaults(run=_export)

    evaluate = commands.add_parser("evaluate", parents=[answering], help="measure the answers on a question file")
    evaluate.add_argument("file", metavar="FILE.jsonl", help="a question a line (qa/evaluate.py); - is stdin")
    evaluate.add_argument("--json", action="store_true", help="one JSON object")
    evaluate.set_defaults(run=_evaluate)

    edition = commands.add_parser("edition", help="write an edition file to edit, beside a text")
    edition.add_argument("file", type=Path, metavar="FILE")
    edition.add_argument("--print", action="store_true", help="print it and write nothing")
    edition.set_defaults(run=_edition)

    doctor = commands.add_parser(
        "doctor", parents=[answering], help="say what is missing here, and the command that helps"
    )
    doctor.set_defaults(run=_doctor)

    settings = commands.add_parser("settings", help="list every number that changes a result or a limit")
    form = settings.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a setting")
    form.add_argument("--markdown", action="store_true", help="as in docs/settings.md")
    settings.set_defaults(run=_settings)
    for name in others:
        commands.add_parser(name, add_help=False, help=f"{_OTHERS[name]} ({name} --help: its options)")
    return parser


def _ask(arguments: argparse.Namespace) -> None:
    if arguments.batch is not None and arguments.question is not None:
        arguments.parser.error("give a question or --batch, not both")
    if arguments.batch is not None and not arguments.json:
        arguments.parser.error("--batch goes with --json")
    if arguments.question is None and arguments.batch is None and arguments.json:
        arguments.parser.error("--json needs a question, or --batch")
    lines = None if arguments.batch is None else _read_lines(arguments.batch)

    early_models.begin(arguments.index, arguments.model)
    from qa.output.json_records import reply_as_json
    from qa.output.terminal import chat, write
    from qa.reply import at_most
    from qa.service.bootstrap import open_engine
    from qa.service.fresh_engine import FreshEngine

    settings = Settings() if arguments.top is None else dataclasses.replace(Settings(), top=arguments.top)
    opened = open_engine(arguments.index, arguments.model, settings, arguments.reranker)
    documents = as_stored(arguments.document, [entry.name for entry in opened.catalog.entries])
    engine = FreshEngine(opened)
    ask = partial(engine.ask, documents=tuple(documents), alone=arguments.alone)

    def answer(question: str, history: Sequence[str] = ()) -> Reply:
        return at_most(ask(question, history), arguments.top)

    if lines is not None:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                _print_json(_answer_line(answer, number, line, arguments.cite))
    elif arguments.question is None:
        chat(answer, arguments.cite)
    elif arguments.json:
        _print_json(reply_as_json(answer(arguments.question), None, arguments.cite))
    else:
        write(answer(arguments.question), arguments.cite)


def _read_lines(path: str) -> list[str]:
    """Return the lines of a file or of stdin, in any locale. An encoding other than UTF-8 is named. Raises QAError."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise QAError(qa_messages.CANNOT_BE_READ.format(path=path, reason=error.strerror)) from error
    except ValueError as error:  # the path has a NUL
        raise QAError(qa_messages.CANNOT_BE_READ.format(path=path, reason=error)) from error
    # Only \n ends a line: a question may hold U+2028.
    return _decoded(data, path).split("\n")


def _decoded(data: bytes, path: str) -> str:
    """Return the text of a batch. Bytes that fit no encoding become surrogates, and the engine rejects their line."""
    from corpus.errors import SourceError
    from corpus.text.encoding import decode

    try:
        found = decode(data, name=path)
    except SourceError:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    if found.encoding != "utf-8":
        sys.stderr.write(f"{qa_messages.OTHER_ENCODING.format(path=path, encoding=found.encoding.upper()).en}\n")
    return found.text


def _answer_line(ask: Callable[..., Any], number: int, line: str, form: str = "own") -> dict[str, Any]:
    """Answer one line of a batch. An invalid line gets a reply too, so that there is one for each line."""
    from qa.output.json_records import reply_as_json
    from qa.reply import Rejected

    reply: Any
    entry = _entry(line)
    turns = entry.get("turns") or [entry.get("question")]
    if isinstance(turns, list) and all(isinstance(turn, str) for turn in turns):
        *history, question = turns
        reply = ask(question, [] if entry.get("alone") is True else history)
    else:
        shape = '{"id": …, "question": "…"} or {"id": …, "turns": […]}'
        message = qa_messages.LINE_IS_NO_QUESTION.format(line=number, shape=shape)
        reply = Rejected("", _too_long(number, line) or message)
    return reply_as_json(reply, entry.get("id"), form)


def _entry(line: str) -> dict[str, Any]:
    """Return the JSON object of a line of a batch; an empty one for anything else, however large or deep it is."""
    if len(line) > BATCH.longest_line:
        return {}
    try:
        entry = json.loads(line)
        if isinstance(entry, dict):
            json.dumps([[entry.get("id")]], allow_nan=False)  # the reply has to carry it
            return entry
    except (ValueError, RecursionError):
        pass
    return {}


def _too_long(number: int, line: str) -> Message | None:
    if len(line) <= BATCH.longest_line:
        return None
    return qa_messages.LONG_LINE.format(line=number, count=len(line), most=BATCH.longest_line)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.draft is not None:
        if arguments.batch is not None or arguments.quote is not None:
            arguments.parser.error("give a quotation, --batch or --draft, one of them")
        from qa.check_command import check_draft

        check_draft(arguments)
        return
    if arguments.output is not None:
        arguments.parser.error("-o goes with --draft")
    if (arguments.batch is None) == (arguments.quote is None):
        arguments.parser.error("give a quotation, --batch or --draft, one of them")
    if arguments.batch is not None and not arguments.json:
        arguments.parser.error("--batch goes with --json")
    lines = None if arguments.batch is None else _read_lines(arguments.batch)

    from qa.output.json_records import check_as_json
    from qa.output.terminal import render_check
    from qa.quotations.checker import Checker
    from qa.service.bootstrap import open_documents

    checker = Checker(open_documents(arguments.index, arguments.model))
    if lines is not None:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                _print_json(_check_line(checker, number, line))
    elif arguments.json:
        _print_json(check_as_json(checker.check(arguments.quote), None))
    else:
        sys.stdout.write(render_check(checker.check(arguments.quote)))


def _check_line(checker: Checker, number: int, line: str) -> dict[str, Any]:
    """Check one line of a batch. An invalid line gets the verdict `too_short`, with a reason."""
    from qa.output.json_records import check_as_json

    entry = _entry(line)
    if isinstance(quote := entry.get("quote"), str):
        source = entry.get("source")
        return check_as_json(checker.check(quote, source if isinstance(source, str) else ""), entry.get("id"))
    message = qa_messages.LINE_IS_NO_QUOTATION.format(line=number, shape='{"id": …, "quote": "…"}')
    return check_as_json(checker.check(""), entry.get("id")) | {
        "reason": (_too_long(number, line) or message).bilingual
    }


def _print_json(record: dict[str, Any]) -> None:
    sys.stdout.write(escape_controls_in_json(json.dumps(record, ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def _build(arguments: argparse.Namespace) -> None:
    from index.encoders.registry import open_embedder
    from qa.service.bootstrap import build

    folder = _folder(arguments)
    index = build(folder, open_embedder(arguments.model))
    sys.stdout.write(f"{folder}: {len(index.documents)} documents, {index.manifest.passages} passages\n")


def _add(arguments: argparse.Namespace) -> None:
    if arguments.name is not None and (len(arguments.paths) > 1 or Path(arguments.paths[0]).is_dir()):
        arguments.parser.error("--name goes with one file or -")
    if arguments.watch and (arguments.name is not None or len(arguments.paths) > 1):
        arguments.parser.error("--watch goes with one folder")
    if arguments.watch and not Path(arguments.paths[0]).is_dir():
        raise QAError(qa_messages.WATCH_NEEDS_FOLDER.format(path=arguments.paths[0]))

    from corpus.reading_process import ReadingProcess

    with ReadingProcess() as reading:
        reading.start()  # it imports what it needs while this process does
        (_watch if arguments.watch else _add_read)(arguments, reading)


def _add_read(arguments: argparse.Namespace, reading: ReadingProcess) -> None:
    from qa.service.bootstrap import add

    outcomes = add(arguments.index, arguments.model, arguments.paths, arguments.name, reading=reading)
    done = [_print_change(change) for change in outcomes]
    if not any(done):
        message = qa_messages.NOTHING_ADDED if done else qa_messages.NO_FILE_TO_ADD
        raise QAError(message)


def _watch(arguments: argparse.Namespace, reading: ReadingProcess) -> None:
    from qa.service.bootstrap import say, watch

    path = arguments.paths[0]
    say(qa_messages.WATCHING.format(path=one_line(path)).bilingual)
    try:
        for change in watch(arguments.index, arguments.model, Path(path), reading=reading).run(say):
            _print_change(change)
    except KeyboardInterrupt:  # as it is to be ended
        say(qa_messages.WATCH_STOPPED.format(path=one_line(path)).bilingual)


def _print_change(change: DocumentChange) -> bool:
    """Print the outcome for a document; return whether it is in the index. A refusal goes to stderr."""
    from qa.service.bootstrap import say

    if change.what == "refused":
        say(one_line(change.reason if change.name in change.reason else f"{change.name}: {change.reason}"))
        return False
    if change.reason:
        say(one_line(change.reason))
    sys.stdout.write(f"{change.what}\t{one_line(change.name)}\t{change.passages}\n")
    sys.stdout.flush()
    return True


def _remove(arguments: argparse.Namespace) -> None:
    from index.backends import read_manifest
    from index.encoders.registry import open_embedder
    from qa.service.bootstrap import library

    folder, names = _folder(arguments), arguments.names
    with contextlib.suppress(StoreError):  # `remove` rebuilds a stale index, or says what is wrong
        names = as_stored(names, [record.name for record in read_manifest(folder).documents])
    for change in library(folder, lambda: open_embedder(arguments.model)).remove(names):
        sys.stdout.write(f"{change.what}\t{one_line(change.name)}\t{change.passages}\n")


def _list(arguments: argparse.Namespace) -> None:
    from index.backends import read_manifest

    for document in read_manifest(_folder(arguments)).documents:
        sys.stdout.write(f"{one_line(document.name)}\t{document.passages}\t{document.sha256}\n")


def _verify(arguments: argparse.Namespace) -> None:
    from index.backends import open_index

    folder = _folder(arguments)
    lost: list[str] = []
    if arguments.repair:
        from index.encoders.registry import open_embedder
        from qa.service.bootstrap import repair, say

        repaired = repair(folder, lambda: open_embedder(arguments.model))
        for message in repaired.said:
            say(one_line(message.en))
        lost = repaired.lost
    index = open_index(folder)
    while True:
        try:
            index.verify()
            break
        except IndexCorrupt:
            newer = open_index(folder)
            if newer.manifest == index.manifest:
                raise
            index = newer  # another process has changed the index meanwhile, and deleted files
    sys.stdout.write(f"{folder}: whole; {len(index.documents)} documents, {index.manifest.passages} passages\n")
    if lost:
        raise QAError(qa_messages.REPAIR_LOST.format(names=", ".join(map(one_line, lost))))


def _export(arguments: argparse.Namespace) -> None:
    from index.document_files import export

    written, damaged = export(_folder(arguments), arguments.folder)
    sys.stdout.write(f"{arguments.folder}: {written} documents\n")
    if damaged:
        raise QAError(qa_messages.NOT_EXPORTED.format(names=", ".join(map(one_line, damaged))))


def _folder(arguments: argparse.Namespace) -> Location:
    from qa.service.bootstrap import default_folder

    where: Location | None = arguments.index
    return where or default_folder(arguments.model)


def _evaluate(arguments: argparse.Namespace) -> None:
    from qa.evaluate import evaluate, read_questions, render_report, report_as_json
    from qa.service.bootstrap import open_engine, say

    questions = read_questions(
        _read_lines(arguments.file), name=arguments.file, warn=lambda message: say(message.bilingual)
    )
    settings = dataclasses.replace(Settings(), top=EVALUATION.top)
    engine = open_engine(arguments.index, arguments.model, settings, arguments.reranker)
    report = evaluate(engine, questions)
    if arguments.json:
        _print_json(report_as_json(report))
    else:
        sys.stdout.write(render_report(report))


def _edition(arguments: argparse.Namespace) -> None:
    """Write an edition file with the structure that the parser found. An existing file is never overwritten."""
    path: Path = arguments.file
    from corpus.bibliography.edition_template import draft_edition
    from corpus.parse import parse_source
    from corpus.source import load

    source = load(path)
    draft = draft_edition(parse_source(source))
    if arguments.print:
        sys.stdout.write(draft)
        return
    target = path.with_suffix(".toml")
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(draft)
    except FileExistsError as error:
        raise QAError(qa_messages.EDITION_EXISTS.format(path=target)) from error
    except OSError as error:
        raise QAError(qa_messages.EDITION_CANNOT_BE_WRITTEN.format(path=target, reason=error.strerror)) from error
    sys.stdout.write(f"{target}\n")


def _doctor(arguments: argparse.Namespace) -> None:
    from qa.doctor import examine

    for finding in examine(arguments.index, arguments.model, arguments.reranker):
        sys.stdout.write(_as_called(f"{finding}\n", arguments.prog))


def _settings(arguments: argparse.Namespace) -> None:
    # The settings of `web` are imported by name: this package does not import that one.
    for module in ("corpus.corpus_settings", "index.index_settings", "qa.qa_settings", "web.web_settings"):
        importlib.import_module(module)
    configuration.check()
    if arguments.markdown:
        sys.stdout.write(configuration.as_markdown())
        return
    for one in configuration.table():
        if arguments.json:
            record = {key: getattr(one, key) for key in ("variable", "section", "name", "default", "value", "unit")}
            _print_json({**record, "help": one.help})
        else:
            value = f"{one.value} {one.unit}" + ("" if one.value == one.default else f" (default {one.default})")
            sys.stdout.write(f"{one.section}.{one.name} = {value}\n    {one.help}\n")
