"""Prints known texts with six programs in many variants, reads the PDFs, and compares what was read with what was set.

    python -m benchmarks.printed [--data FOLDER] [--count 25] [--half develop|judge|both] [--python PYTHON] [--keep DIR]

It prints, for each program and each kind of variant: paragraphs that are exactly one passage, precision and recall of
headings, quotations of one to three lines, as a viewer copies them, that `check` calls exact, and the time for a page.
Without `--data` it prints the shipped text. `--python` has typst and WeasyPrint installed. Programs that are missing
are named and left out. The even variants are to develop on, the odd ones to judge by.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2

from benchmarks.printed_texts import Item, Variant, documents, excerpt, reference
from benchmarks.printers import NO_NOTES, PRINTERS, Missing
from corpus.document import Document
from corpus.parse import parse_source
from corpus.source import Source
from qa.quotations.checker import Checker

_LENGTH = {True: 3500, False: 9000}
_MARKS = re.compile(r"[⁰¹²³⁴-⁹①-⑳*]|\s+|\u00ad")
_NUMBER = re.compile(r"^\d{1,2}\.?(?=\D)")
_COPIED = str.maketrans({"\x02": "", "\ufffe": ""})  # as Chromium's viewer copies
_QUOTES = 12


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a printed text was read as it was set."""

    right: int
    known: int
    found: int
    """Headings that are right."""
    headings: int
    given: int
    """Headings that were read."""
    exact: int
    quotes: int
    pages: int
    seconds: float


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def paragraphs(document: Document, notes: set[str]) -> Counter[str]:
    """Return the passages without blanks and marks of notes; `notes`: their own words."""
    words = (_bare(document.quote(passage.spans)) for passage in document.passages)
    return Counter(bare for word in words if (bare := _of_note(word, notes)))


def _of_note(word: str, notes: set[str]) -> str:
    return rest if (rest := _NUMBER.sub("", word)) in notes else word


def headings(document: Document) -> Counter[str]:
    return Counter(_bare(section.label) for section in document.sections if section.title_span)


def copied(data: bytes, known: Sequence[str], draw: random.Random) -> list[str]:
    """Return lines as PDFium's viewer copies them, one to three at a time, each of one paragraph."""
    out: list[str] = []
    with pypdfium2.PdfDocument(data) as pdf:
        for page in pdf:
            lines = page.get_textpage().get_text_range().split("\r\n")
            for at in range(0, len(lines), 3):
                words = "\r\n".join(lines[at : at + draw.randint(1, 3)]).translate(_COPIED)
                bare = _bare(words)
                if len(bare) > 12 and any(bare.replace("-", "") in one for one in known):
                    out.append(words)
    return draw.sample(out, min(_QUOTES, len(out)))


def measure(data: bytes, items: Sequence[Item], name: str) -> tuple[Score, list[str]]:
    """Return the score of a PDF, and lines that say what differs."""
    start = time.perf_counter()
    document = parse_source(Source.from_file(f"{name}.pdf", data, None))
    seconds = time.perf_counter() - start
    right = reference(items, name)
    notes = {_bare(item.note) for item in items if item.note}
    known, read = paragraphs(right, notes), paragraphs(document, notes)
    wanted, given = headings(right), headings(document)
    checker = Checker([document])
    quotes = copied(data, [one.replace("-", "") for one in known], random.Random(name))
    wrong = [quote for quote in quotes if checker.check(quote).verdict != "exact"]
    said = [f"  - {one}" for one in (known - read)] + [f"  + {one}" for one in (read - known)]
    said += [f"  -# {one}" for one in (wanted - given)] + [f"  +# {one}" for one in (given - wanted)]
    said += [f"  ? {checker.check(quote).verdict} {quote!r}" for quote in wrong]
    score = Score(
        (known & read).total(),
        known.total(),
        (wanted & given).total(),
        wanted.total(),
        given.total(),
        len(quotes) - len(wrong),
        len(quotes),
        max(len(document.pages), 1),
        seconds,
    )
    return score, said


def _table(scores: dict[str, list[Score]]) -> str:
    rows = ["| | PDFs | paragraphs | headings P | R | quotations | ms a page |", "|---|---|---|---|---|---|---|"]
    for name, some in scores.items():
        right, known, found, wanted, given, exact, quotes, pages, seconds = (
            sum(getattr(one, field) for one in some) for field in Score.__slots__
        )
        rows.append(
            f"| {name} | {len(some)} | {right / max(known, 1):.3f} | {found / max(given, 1):.3f} | "
            f"{found / max(wanted, 1):.3f} | {exact / max(quotes, 1):.3f} | {1000 * seconds / pages:.0f} |"
        )
    return "\n".join(rows)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder of texts")
    parser.add_argument("--count", type=int, default=25, help="PDFs of each program")
    parser.add_argument("--half", choices=("develop", "judge", "both"), default="both")
    parser.add_argument("--python", default=sys.executable, help="a Python with typst and WeasyPrint")
    parser.add_argument("--programs", default=",".join(PRINTERS))
    parser.add_argument("--keep", type=Path, help="keep the PDFs in this folder, and use those that are there")
    parser.add_argument("--verbose", action="store_true", help="show what differs")
    options = parser.parse_args(argv)
    texts = documents(options.data)
    numbers = {"develop": range(0, options.count, 2), "judge": range(1, options.count, 2)}
    scores: dict[str, list[Score]] = defaultdict(list)
    for program in options.programs.split(","):
        for number in numbers.get(options.half, range(options.count)):
            variant = Variant.drawn(program, number)
            if not texts[variant.is_chinese]:
                variant = replace(variant, is_chinese=True)
            variant = replace(variant, notes=variant.notes and program not in NO_NOTES)
            items = excerpt(texts[variant.is_chinese], variant, _LENGTH[variant.is_chinese])
            try:
                data = _print(items, variant, program, options)
            except Missing as error:
                print(f"{program}: {error} is missing")  # noqa: T201  (a script's result)
                break
            score, said = measure(data, items, variant.name)
            for name in ("all", program, *variant.kinds):
                scores[name].append(score)
            if options.verbose and said:
                print(f"{variant.name} ({', '.join(variant.kinds)})", *said, sep="\n")  # noqa: T201
    print(_table(scores))  # noqa: T201
    return 0


def _print(items: Sequence[Item], variant: Variant, program: str, options: argparse.Namespace) -> bytes:
    kept = options.keep / f"{variant.name}.pdf" if options.keep else None
    if kept and kept.exists():
        return bytes(kept.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        data = PRINTERS[program](items, variant, Path(folder), options.python)
    if kept:
        kept.write_bytes(data)
    return data


if __name__ == "__main__":
    sys.exit(main())
