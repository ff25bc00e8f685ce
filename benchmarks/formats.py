"""Converts texts to DOCX, HTML, EPUB and PDF, reads them back, and compares headings and paragraphs with the original.

    python -m benchmarks.formats --data FOLDER [--style lines|styled] [--verbose]

`lines` writes each line of a text as a paragraph and each Markdown heading as a heading, as a simple converter does.
`styled` writes the parsed document: headings as headings, whole paragraphs, tables as tables. It compares the labels
and levels of all sections and the words of all paragraphs, without blanks and the bars of Markdown tables. The files
are in a temporary folder. Needs reportlab (requirements-dev.txt).
"""

from __future__ import annotations

import argparse
import difflib
import html
import io
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.oxml import OxmlElement

from corpus.document import Document, Passage, Section
from corpus.errors import SourceError
from corpus.parse import parse_source
from corpus.source import Source, load

_ATX = re.compile(r"(#{1,6})\s+(.*\S)")
_LINK_ITEM = re.compile(r"^[-*+]\s+\[(.*?)\]\(.*?\)$")
_BARS = re.compile(r"[\s|\ufeff]|:?-{3,}:?")
_RULE = re.compile(r"[\s|:-]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or table to write."""

    text: str
    level: int = 0
    """Of a heading; 0 for a paragraph."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a table."""


def lines_of(document: Document) -> Iterator[Block]:
    """Yield the lines of the file, also empty ones."""
    for line in re.split(r"\r\n|\r|\n", document.text):
        match = _ATX.fullmatch(line)
        yield Block(match[2], len(match[1])) if match else Block(line)


def blocks_of(document: Document) -> Iterator[Block]:
    """Yield the blocks of the parsed document, without marks of Markdown."""
    for block in document.blocks:
        match block:
            case Section(level=0) | Section(is_run_in=True):
                pass
            case Section():
                yield Block(block.label, block.level + 1)
            case Passage(paragraph=0):
                for number, span in enumerate(block.spans):
                    yield Block(document.quote((span,)), int(number == 0))
            case Passage():
                words = document.quote(block.spans)
                lines = words.splitlines()
                if len(lines) > 1 and all(line.lstrip().startswith("|") for line in lines):
                    rows = [line.strip().strip("|").split("|") for line in lines if not _RULE.fullmatch(line)]
                    yield Block("", rows=tuple(tuple(cell.strip() for cell in row) for row in rows))
                else:  # a line end in a wrapped paragraph is a blank between words
                    yield Block(words if words.startswith(("```", "~~~")) else " ".join(lines))
            case _ if block.kind != "markup":
                yield Block(_LINK_ITEM.sub(r"\1", document.quote((block.span,))))


def to_docx(blocks: Sequence[Block]) -> bytes:
    file = docx.Document()
    for block in blocks:
        if block.rows:
            table = file.add_table(len(block.rows), max(map(len, block.rows)))
            for row, cells in enumerate(block.rows):
                for column, cell in enumerate(cells):
                    table.cell(row, column).text = _clean(cell)
        elif block.level:
            file.add_heading(_clean(block.text), block.level)
        else:
            paragraph = file.add_paragraph()
            for number, line in enumerate(block.text.splitlines() or [""]):
                run = paragraph.add_run()
                if number:
                    run._r.append(OxmlElement("w:br"))
                run.add_text(_clean(line))
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _clean(text: str) -> str:
    """Return the text without characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


def to_html(blocks: Sequence[Block], *, xml: bool = False) -> bytes:
    head = '<html xmlns="http://www.w3.org/1999/xhtml">' if xml else "<!DOCTYPE html><html>"
    parts = [f'{head}<head><meta charset="utf-8"/><title></title></head><body>']
    for block in blocks:
        if block.rows:
            rows = ("".join(f"<td>{_escape(cell)}</td>" for cell in row) for row in block.rows)
            parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        elif block.level:
            parts.append(f"<h{min(block.level, 6)}>{_escape(block.text)}</h{min(block.level, 6)}>")
        elif block.text.strip():
            tag = "pre" if "\n" in block.text.strip() else "p"
            parts.append(f"<{tag}>{_escape(block.text)}</{tag}>")
    return "\n".join([*parts, "</body></html>"]).encode()


def _escape(text: str) -> str:
    return html.escape(_clean(text))


def to_epub(blocks: Sequence[Block]) -> bytes:
    """Return an EPUB with a chapter for each thousand blocks."""
    chapters = [blocks[first : first + 1000] for first in range(0, max(len(blocks), 1), 1000)]
    items = "".join(
        f'<item id="c{number}" href="c{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
            'full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for number, chapter in enumerate(chapters):
            archive.writestr(f"c{number}.xhtml", to_html(chapter, xml=True))
    return stream.getvalue()


def to_pdf(blocks: Sequence[Block]) -> bytes:
    """Return A4 pages with page numbers, in a font that PDF readers include."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    words = "".join(block.text for block in blocks)
    is_latin = words.encode("cp1252", "ignore").decode("cp1252") == words
    font = "Times-Roman" if is_latin else "STSong-Light"
    wrap = "CJK" if sum(character > "\u2e80" for character in words) > 0.1 * len(words) else "LTR"
    body = ParagraphStyle("body", fontName=font, fontSize=12, leading=18, wordWrap=wrap, firstLineIndent=24)
    heads = [
        ParagraphStyle(f"h{level}", body, fontSize=20 - level, leading=28 - level, firstLineIndent=0, spaceBefore=6)
        for level in range(1, 10)
    ]
    story = []
    for block in blocks:
        if block.rows:
            story.append(Table([[Paragraph(_escape(cell), body) for cell in row] for row in block.rows]))
        elif block.text.strip():
            style = heads[block.level - 1] if block.level else body
            story += [Paragraph(_escape(line.strip()), style) for line in block.text.splitlines() if line.strip()]

    def number(canvas: object, template: object) -> None:
        canvas.setFont("Times-Roman", 9)  # type: ignore[attr-defined]
        canvas.drawCentredString(A4[0] / 2, 30, f"- {canvas.getPageNumber()} -")  # type: ignore[attr-defined]

    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build(story, onFirstPage=number, onLaterPages=number)
    return stream.getvalue()


FORMATS: dict[str, Callable[[Sequence[Block]], bytes]] = {
    "docx": to_docx,
    "html": to_html,
    "epub": to_epub,
    "pdf": to_pdf,
}


def headings(document: Document) -> list[str]:
    """Return level and words of each section, without supplied titles."""
    return [f"{part.level} {_BARS.sub('', part.label)}" for part in document.sections if part.title_span]


def paragraphs(document: Document) -> list[str]:
    words = (_BARS.sub("", document.quote(passage.spans)) for passage in document.passages)
    return [word for word in words if word]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of texts")
    parser.add_argument("--style", choices=("lines", "styled"), default="styled")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--verbose", action="store_true", help="show what differs")
    options = parser.parse_args(argv)
    counts: Counter[tuple[str, str]] = Counter()
    write = lines_of if options.style == "lines" else blocks_of
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(path for path in options.data.rglob("*") if path.suffix in (".txt", ".md")):
            try:
                document = parse_source(load(path))
            except SourceError as error:
                print(f"refused: {error}")  # noqa: T201  (a script's result)
                continue
            for form in options.formats.split(","):
                made = Path(folder) / f"{path.stem}.{form}"
                made.write_bytes(FORMATS[form](list(write(document))))
                for what, words in _compare(document, made, options.verbose).items():
                    counts[form, what] += 1
                    if words:
                        print(f"{form} {path.relative_to(options.data)}: {what}: {words}")  # noqa: T201
                made.unlink()
    for form in options.formats.split(","):
        said = ", ".join(f"{what} {count}" for (one, what), count in sorted(counts.items()) if one == form)
        print(f"{form}: {said}")  # noqa: T201
    return 0


def _compare(document: Document, made: Path, verbose: bool) -> dict[str, str]:
    """Return the kinds of difference to count, each with its details."""
    try:
        source: Source = load(made)
    except SourceError as error:
        return {"refused": str(error)}
    read = parse_source(source)
    out: dict[str, str] = {}
    for what, own, other in (
        ("headings", headings(document), headings(read)),
        ("paragraphs", paragraphs(document), paragraphs(read)),
    ):
        if own == other:
            out[f"same {what}"] = ""
            continue
        changes = [line for line in difflib.ndiff(own, other) if line[0] in "+-"] if len(own) < 3000 else []
        said = f"{len(changes)} of {len(own)} + {len(other)} differ"
        if verbose:
            said += "".join(f"\n    {line[:110]}" for line in changes[:8])
        out[f"other {what}"] = said
    return out


if __name__ == "__main__":
    sys.exit(main())
