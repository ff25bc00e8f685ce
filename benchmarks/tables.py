"""Asks tables by row, in the formats that people have them in, and counts the answers that are right.

    python -m benchmarks.tables [--half develop|judge] [--formats docx,html,…] [--verbose] [--keep DIR]

The tables are in benchmarks/questions/tables.txt; each is written into a document between two paragraphs, as HTML and
DOCX and by the programs that are installed: reportlab, Chromium's print, LibreOffice, XeLaTeX. An answer is right if
the first hit has the row with its value, the merged cells that cover it, the head of the column, and no other row.
"""

from __future__ import annotations

import argparse
import dataclasses
import html
import io
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import docx

from corpus.source import load
from index.encoders.base import Embedder
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.reply import Answer

_CASES = Path(__file__).parent / "questions" / "tables.txt"
_BEFORE = {
    True: "本年度的有关情况见下表，表中各项由各单位按季度上报，经统计科复核后汇总，尾数因四舍五入略有出入。",
    False: "The table was compiled from the returns of the year and was checked twice before it went to print.",
}
_AFTER = {
    True: "以上数据截至年底，以后如有变动，另行公布；各单位对本单位上报的数字负责，不得擅自改动已经复核的内容。",
    False: "The figures stand as of the end of the year; later changes will be announced in the bulletin.",
}
_FIRST = ["安平桥", "南湖东", "塔影街", "麦市", "柳河", "秋水", "望江", "石桥", "红枫", "梅岭", "北苑", "双塔"]
_TREES = ["Alder", "Cedar", "Willow", "Hazel", "Ash", "Birch", "Elm", "Oak", "Pine", "Rowan", "Maple", "Linden"]
_ENDS = ["Green", "Wharf", "Gate", "Bridge"]


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    text: str
    value: str
    row: tuple[str, ...]
    head: str


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    name: str
    style: str
    half: str
    heads: int
    rows: tuple[tuple[str, ...], ...]
    """With `^` and `<` for what merged cells cover."""
    questions: tuple[Question, ...]

    @property
    def is_chinese(self) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in self.rows[0][0])

    def spans(self, row: int, column: int) -> tuple[int, int]:
        """Return how many rows and columns a cell covers."""
        down = row + 1
        while down < len(self.rows) and self.rows[down][column] == "^":
            down += 1
        right = column + 1
        while right < len(self.rows[row]) and self.rows[row][right] == "<":
            right += 1
        return down - row, right - column


def cases() -> list[Case]:
    """Return the tables of the file."""
    found: list[Case] = []
    for part in _CASES.read_text("utf-8").split("\n== ")[1:]:
        title, *lines = part.strip().split("\n")
        name, style, *_, half = title.split()
        rows: list[tuple[str, ...]] = []
        questions = []
        heads = 0
        for line in lines:
            if line == "--":
                heads = len(rows)
            elif line.startswith("* "):
                rows += _stations(int(line[2:]), chinese=name[0] > "~")
            elif line.startswith("?"):
                text, value, row, head = (field.strip() for field in line[1:].split("|"))
                known = {cell for one in rows for cell in one}
                words = (row,) if row in known else _known(row, known)
                questions.append(Question(text, value, words, head))
            else:
                rows.append(tuple(cell.strip() for cell in line.split("|")))
        found.append(Case(name, style, half, heads, tuple(rows), tuple(questions)))
    return found


def _known(words: str, known: set[str]) -> tuple[str, ...]:
    first, rest = words.split(" ", 1)
    assert {first, rest} <= known, words
    return first, rest


def _stations(count: int, *, chinese: bool) -> list[tuple[str, ...]]:
    draw = random.Random(7)
    names = [f"{a}{b}站" for b in ("", "北", "西") for a in _FIRST] if chinese else []
    names = names or [f"{a} {_ENDS[(i + j) % 4]}" for j in range(4) for i, a in enumerate(_TREES)]
    rows: list[tuple[str, ...]] = [
        (f"L{n + 1:02}", names[n], str(draw.randint(1970, 2023)), str(draw.randint(20, 400) * 100))
        for n in range(count)
    ]
    asked = {("安平桥站", "Alder Green"): (2, "1998"), ("南湖东站", "Cedar Wharf"): (3, "31400"),
             ("塔影街站", "Willow Gate"): (0, "L27"), ("麦市站", "Hazel Bridge"): (2, "2013")}  # fmt: skip
    for wanted, (column, value) in asked.items():
        at = next(n for n, row in enumerate(rows) if row[1] in wanted)
        if column:
            rows[at] = (*rows[at][:column], value, *rows[at][column + 1 :])
        else:  # it changes places with the row of that number
            other = int(value[1:]) - 1
            rows[at], rows[other] = (rows[at][0], *rows[other][1:]), (rows[other][0], *rows[at][1:])
    return rows


def to_html(case: Case) -> bytes:
    """Return a page; its style draws the rules that the case has."""
    rules = {
        "ruled": "th,td{border:1px solid #000}",
        "booktabs": "table{border-top:2px solid;border-bottom:2px solid}thead{border-bottom:1px solid}",
        "white": "",
        "columns": "td,th{border-bottom:.5pt solid}body{column-count:2}",
    }[case.style]
    rows = []
    for number, row in enumerate(case.rows):
        tag = "th" if number < case.heads else "td"
        cells = ""
        for column, cell in enumerate(row):
            if cell not in ("^", "<"):
                down, right = case.spans(number, column)
                merge = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{right}"' if right > 1 else "")
                cells += f"<{tag}{merge}>{html.escape(cell)}</{tag}>"
        rows.append(f"<tr>{cells}</tr>")
    before, after = _BEFORE[case.is_chinese], _AFTER[case.is_chinese]
    prose = f"<p>{before}{after}</p>" * (6 if case.style == "columns" else 1)
    table = f"<table><thead>{''.join(rows[: case.heads])}</thead><tbody>{''.join(rows[case.heads :])}</tbody></table>"
    style = f"table{{border-collapse:collapse}}td,th{{padding:2px 9px;text-align:left;max-width:16em}}{rules}"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{case.name}</title><style>{style}</style></head>"
        f"<body><h1>{case.name}</h1>{prose}<p>{before}</p>{table}<p>{after}</p>{prose}</body></html>"
    ).encode()


def to_docx(case: Case) -> bytes:
    """Return a document; white tables have no style."""
    file = docx.Document()
    file.add_heading(case.name, 1)
    file.add_paragraph(_BEFORE[case.is_chinese])
    table = file.add_table(len(case.rows), len(case.rows[0]))
    table.style = "Table Grid" if case.style == "ruled" else None
    for number, row in enumerate(case.rows):
        for column, cell in enumerate(row):
            if cell in ("^", "<"):
                continue
            down, right = case.spans(number, column)
            at = table.cell(number, column)
            if (down, right) != (1, 1):
                at = at.merge(table.cell(number + down - 1, column + right - 1))
            at.text = cell
    file.add_paragraph(_AFTER[case.is_chinese])
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def to_reportlab(case: Case) -> bytes:
    """Return a PDF with the head repeated on each page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle(
        "p", fontName="STSong-Light", fontSize=10.5, leading=16, wordWrap="CJK" if case.is_chinese else None
    )
    small = ParagraphStyle("c", parent=style, leading=13)
    merged: list[tuple[str, tuple[int, int], tuple[int, int]]] = []
    for number, row in enumerate(case.rows):
        for column, cell in enumerate(row):
            down, right = case.spans(number, column)
            if cell not in ("^", "<") and (down, right) != (1, 1):
                merged.append(("SPAN", (column, number), (column + right - 1, number + down - 1)))
    rules = {
        "ruled": [("GRID", (0, 0), (-1, -1), 0.5, "black")],
        "booktabs": [
            ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
            ("LINEBELOW", (0, case.heads - 1), (-1, case.heads - 1), 0.5, "black"),
            ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
        ],
        "white": [],
        "columns": [("LINEBELOW", (0, 0), (-1, -1), 0.25, "black")],
    }[case.style]
    long = max(len(cell) for row in case.rows for cell in row) > 30
    cells = [
        ["" if cell in ("^", "<") else Paragraph(html.escape(cell), small) if long else cell for cell in row]
        for row in case.rows
    ]
    widths = [60, 230, 80] if long else None
    looks = [("FONT", (0, 0), (-1, -1), "STSong-Light", 10), ("VALIGN", (0, 0), (-1, -1), "TOP"), *merged, *rules]
    table = Table(cells, widths, repeatRows=case.heads, style=looks)
    story = [Paragraph(case.name, ParagraphStyle("h", parent=style, fontSize=16, leading=24))]
    prose = [Paragraph(words[case.is_chinese], style) for words in (_BEFORE, _AFTER)]
    story += [*(prose * (8 if case.style == "columns" else 1)), Spacer(1, 8), table, Spacer(1, 8), *prose, *prose]
    data = io.BytesIO()
    width, height = A4
    columns = 2 if case.style == "columns" else 1
    wide = (width - 120 - 20 * (columns - 1)) / columns
    frames = [Frame(60 + n * (wide + 20), 60, wide, height - 120, 0, 0, 0, 0) for n in range(columns)]
    BaseDocTemplate(data, pagesize=A4, invariant=True, pageTemplates=[PageTemplate(frames=frames)]).build(story)
    return data.getvalue()


def to_chromium(case: Case) -> bytes:
    """Return a print of the page."""
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder) / "a.html", Path(folder) / "a.pdf"
        page.write_bytes(to_html(case))
        _run("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/u",
             "--no-pdf-header-footer", f"--print-to-pdf={out}", f"file://{page}")  # fmt: skip
        return out.read_bytes()


def to_libreoffice(case: Case) -> bytes:
    """Return a PDF of the document."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(to_docx(case))
        _run("soffice", "--headless", f"-env:UserInstallation=file://{folder}/u", "--convert-to", "pdf",
             "--outdir", folder, f"{folder}/a.docx")  # fmt: skip
        return (Path(folder) / "a.pdf").read_bytes()


def to_xelatex(case: Case) -> bytes:
    """Return a PDF with the rules of the booktabs package, or with all rules."""
    ruled = case.style == "ruled"
    kinds = ["p{8cm}" if any(len(row[n]) > 30 for row in case.rows) else "l" for n in range(len(case.rows[0]))]
    bars = "|" if ruled else ""
    body = ""
    for number, row in enumerate(case.rows):
        cells = []
        for column, cell in enumerate(row):
            if cell == "<":
                continue
            right = case.spans(number, column)[1]
            words = "" if cell == "^" else cell.replace("%", r"\%")
            cells.append(rf"\multicolumn{{{right}}}{{{bars}c{bars}}}{{{words}}}" if right > 1 else words)
        last = number + 1 == case.heads
        if ruled:
            open_ = [n + 1 for n in range(len(row)) if number + 1 < len(case.rows) and case.rows[number + 1][n] != "^"]
            rule = "".join(rf"\cline{{{n}-{n}}}" for n in open_) if len(open_) < len(row) else r"\hline"
        else:
            rule = r"\midrule" if last and case.style != "white" else ""
        body += " & ".join(cells) + r" \\ " + rule + "\n"
    edge = {"ruled": (r"\hline", ""), "white": ("", "")}.get(case.style, (r"\toprule", r"\bottomrule"))
    kind = bars + bars.join(kinds) + bars
    options = ",twocolumn" if case.style == "columns" else ""
    prose = "".join(text[case.is_chinese] + "\n\n" for text in (_BEFORE, _AFTER))
    environment = "longtable" if len(case.rows) > 30 else "tabular"
    text = (
        rf"\documentclass[fontset=fandol{options}]{{ctexart}}\usepackage{{booktabs,longtable}}\begin{{document}}"
        rf"\section{{{case.name}}}" "\n" + prose * (6 if options else 1) + r"\noindent" + "\n"
        rf"\begin{{{environment}}}{{{kind}}}{edge[0]}" "\n" + body + rf"{edge[1]}\end{{{environment}}}" "\n\n"
        + prose * 2 + r"\end{document}"
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.tex").write_text(text, "utf-8")
        _run("xelatex", "-interaction=batchmode", f"-output-directory={folder}", f"{folder}/a.tex")
        return (Path(folder) / "a.pdf").read_bytes()


def _run(*command: str) -> None:
    subprocess.run(command, capture_output=True, timeout=180, check=False)


Maker = Callable[[Case], bytes]
MAKERS: dict[str, tuple[str, str, Maker]] = {
    "html": ("", "html", to_html),
    "docx": ("", "docx", to_docx),
    "reportlab": ("", "pdf", to_reportlab),
    "chromium": ("chromium", "pdf", to_chromium),
    "libreoffice": ("soffice", "pdf", to_libreoffice),
    "xelatex": ("xelatex", "pdf", to_xelatex),
}
"""By name: the program that must be installed, the ending of the file, what makes it."""


def _bare(text: str) -> str:
    return "".join(text.split())


def is_right(case: Case, question: Question, hit_text: str) -> bool:
    """Return whether a quote has the row that is asked for, its value and its head, and no other row."""
    quote = _bare(hit_text)
    if not all(_bare(words) in quote for words in (question.value, *question.row, question.head)):
        return False
    rows = [[cell for cell in row if cell not in ("^", "<")] for row in case.rows[case.heads :]]
    whole = [row for row in rows if all(_bare(cell) in quote for cell in row)]
    return len(whole) <= len(question.row)  # the row of a merged cell may stand beside it


def measure(case: Case, kind: str, embedder: Embedder, keep: Path | None, *, verbose: bool) -> list[bool]:
    """Return of each question of a table whether it is answered right in a format."""
    _, ending, make = MAKERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{case.name}.{ending}"
        if keep and (old := keep / f"{case.name}-{kind}.{ending}").is_file():
            path.write_bytes(old.read_bytes())
        else:
            path.write_bytes(make(case))
        if keep:
            shutil.copy(path, keep / f"{case.name}-{kind}.{ending}")
        index = Index.build(Path(folder) / "index", [load(path)], embedder)
        engine = Engine(index, embedder, Settings())
        right = []
        for question in case.questions:
            reply = engine.ask(question.text)
            hits = reply.hits if isinstance(reply, Answer) else ()
            first = hits[0].citation.text if hits else ""
            right.append(is_right(case, question, first))
            if verbose and not right[-1]:
                sys.stdout.write(f"  {case.name} {kind}: {question.text} → {first[:200]!r}\n")
        return right


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("develop", "judge"))
    parser.add_argument("--formats", default=",".join(MAKERS))
    parser.add_argument("--verbose", action="store_true", help="print the answers that are not right")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files here, and read those that are here")
    options = parser.parse_args(argv)
    embedder = open_embedder(BUNDLED_NAME)
    right: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for kind in options.formats.split(","):
        if (program := MAKERS[kind][0]) and shutil.which(program) is None:
            sys.stdout.write(f"{kind}: {program} is not installed\n")
            continue
        for case in cases():
            if options.half in (None, case.half):
                found = measure(case, kind, embedder, options.keep, verbose=options.verbose)
                right[kind, case.half] += sum(found)
                asked[kind, case.half] += len(found)
    sys.stdout.write("| format | develop | judge |\n|---|---|---|\n")
    for kind in dict.fromkeys(kind for kind, _ in asked):
        rates = (f"{right[kind, half]}/{asked[kind, half]}" for half in ("develop", "judge"))
        sys.stdout.write(f"| {kind} | {' | '.join(rates)} |\n")
    sys.stdout.write(f"{sum(right.values())} of {sum(asked.values())} right\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
