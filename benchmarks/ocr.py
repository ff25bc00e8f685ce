"""Measures text recognition on pages that it sets and degrades itself:

    python -m benchmarks.ocr [--data FOLDER] [--pages 2]

Pages are set from the shipped text and from the .txt files under FOLDER, with the Chinese fonts of this machine. The
character error is the edit distance to what was set, blanks aside, for each character. tesseract is measured too where
its program is (chi_sim; of vertical text chi_sim_vert, if that is installed). Seconds are those of one processor.

A question is a sentence of the page without a fifth of its characters; the right passage is the one that was
recognised where the sentence stands, and the index of the product is not needed to see whether it can be found: the
passage with the most pairs of characters in common is taken.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from corpus.formats.ocr import read_picture
from corpus.parse import parse_source
from corpus.source import SHIPPED, Source, load

_FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC", "AR PL UMing CN", "WenQuanYi Zen Hei")


@dataclass(frozen=True, slots=True)
class _Page:
    image: Image.Image
    paragraphs: list[str]

    @property
    def text(self) -> str:
        return "".join("".join(self.paragraphs).split())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a folder with Chinese texts")
    parser.add_argument("--pages", type=int, default=2, help="of each kind and font")
    arguments = parser.parse_args()
    texts = [load(SHIPPED).text, *_texts(arguments.data)]
    has_tesseract = shutil.which("tesseract") is not None
    write = sys.stdout.write
    read_picture(np.full((64, 64, 3), 255, np.uint8), name="")  # the networks are loaded once
    write("| pages | ours: error | processor seconds a page | right passage | tesseract: error | seconds |\n")
    write("|---|---|---|---|---|---|\n")
    for name, make in _KINDS.items():
        pages = [
            make(texts[number % len(texts)], font, random.Random(number))
            for number, font in enumerate([font for font in map(_font, _FONTS) if font] * arguments.pages)
        ]
        ours = [_measured(_ours, page) for page in pages]
        found = [_found(page, source) for page, (source, _) in zip(pages, ours, strict=True)]
        cells = [
            f"{np.mean([_error(source.text, page) for page, (source, _) in zip(pages, ours, strict=True)]):.2%}",
            f"{np.mean([seconds for _, seconds in ours]):.2f}",
            f"{np.mean([one for some in found for one in some]):.3f}",
        ]
        if has_tesseract:
            theirs = [_measured(_tesseract_vertical if name == "vertical" else _tesseract, page) for page in pages]
            cells.append(f"{np.mean([_error(text, page) for page, (text, _) in zip(pages, theirs, strict=True)]):.2%}")
            cells.append(f"{np.mean([seconds for _, seconds in theirs]):.2f}")
        write(f"| {name} | {' | '.join(cells)} |\n")
        sys.stdout.flush()
    return 0


def _texts(folder: Path | None) -> Iterator[str]:
    for path in sorted(folder.rglob("*.txt")) if folder else ():
        text = path.read_text("utf-8", errors="ignore")
        if sum("\u4e00" <= one <= "\u9fff" for one in text[:3000]) > 1500:
            yield text


def _font(name: str) -> tuple[str, int] | None:
    """Return the file of a font and its number in it; None if this machine does not have it."""
    command = ["fc-match", "-f", "%{family}|%{file}|%{index}", name]
    family, file, index = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("|")
    return (file, int(index)) if name in family else None


_NEVER_FIRST = "，。、；：？！”’）》】〉」』…—％"


def _set(
    text: str, font: tuple[str, int], draw_from: random.Random, *, dpi: int, columns: int = 1, vertical: bool = False
) -> _Page:
    """Return an A4 page in 12 points, on a grid, from some place of a text."""
    width, height = round(8.27 * dpi), round(11.69 * dpi)
    size, margin, gap = round(12 * dpi / 72), dpi, round(24 * dpi / 72)
    across, down = (height, width) if vertical else (width, height)
    measure = (across - 2 * margin - (columns - 1) * gap) // columns // size
    room = round((down - 2 * margin) / (1.7 * size)) * columns
    all_paragraphs = [line.strip() for line in text.splitlines() if len(line.strip()) > 1]
    rows: list[str] = []
    paragraphs: list[str] = []
    for paragraph in all_paragraphs[draw_from.randrange(max(len(all_paragraphs) // 2, 1)) :]:
        new = list(_lines("　　" + paragraph.replace("*", ""), measure))[: room - len(rows)]
        rows += new
        paragraphs.append("".join(new).strip())
        if len(rows) >= room:
            break
    image = Image.new("L", (width, height), 255)
    draw, face = ImageDraw.Draw(image), ImageFont.truetype(font[0], size, index=font[1])
    for number, row in enumerate(rows):
        column, line = divmod(number, room // columns)
        x = margin + column * (measure * size + gap)
        y = margin + line * 1.7 * size
        for place, character in enumerate(row):
            at = (width - y - size, x + place * size) if vertical else (x + place * size, y)
            draw.text(at, character, font=face, fill=0)
    return _Page(image, paragraphs)


def _lines(text: str, measure: int) -> Iterator[str]:
    """Yield lines; punctuation that may not begin one goes to the next with the character before it."""
    while text:
        end = measure
        while end < len(text) and end > 1 and text[end] in _NEVER_FIRST:
            end -= 1
        yield text[:end]
        text = text[end:]


def _degraded(page: _Page, *, angle: float = 0.0, noise: float = 0.0, grey: int = 255, jpeg: int = 0) -> _Page:
    image = page.image
    if angle:
        image = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if grey < 255 or noise:
        values = np.asarray(image.filter(ImageFilter.GaussianBlur(0.7)), np.float64) * ((grey - 60) / 255) + 60
        values += np.random.default_rng(1).normal(0, noise, values.shape)
        image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if jpeg:
        with tempfile.TemporaryFile() as file:
            image.save(file, "JPEG", quality=jpeg)
            image = Image.open(file).convert("L")
    return _Page(image, page.paragraphs)


_T = TypeVar("_T")
_Make = Callable[[str, tuple[str, int], random.Random], _Page]
_KINDS: dict[str, _Make] = {
    "300 dpi, clean": lambda text, font, at: _set(text, font, at, dpi=300),
    "150 dpi, clean": lambda text, font, at: _set(text, font, at, dpi=150),
    "150 dpi, skewed by 2°": lambda text, font, at: _degraded(
        _set(text, font, at, dpi=150), angle=at.choice((-2.0, 2.0))
    ),
    "150 dpi, grey, noise": lambda text, font, at: _degraded(_set(text, font, at, dpi=150), grey=210, noise=18),
    "150 dpi, JPEG quality 25": lambda text, font, at: _degraded(_set(text, font, at, dpi=150), jpeg=25),
    "200 dpi, two columns": lambda text, font, at: _set(text, font, at, dpi=200, columns=2),
    "vertical": lambda text, font, at: _set(text, font, at, dpi=200, vertical=True),
}


def _measured(read: Callable[[_Page], _T], page: _Page) -> tuple[_T, float]:
    start = _processor_seconds()
    return read(page), _processor_seconds() - start


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _ours(page: _Page) -> Source:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.image.save(path, compress_level=1)
        return Source.from_file(path.name, path.read_bytes(), None)


def _tesseract(page: _Page, *, languages: str = "chi_sim", layout: str = "3") -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.image.save(path, compress_level=1)
        command = ["tesseract", str(path), "-", "-l", languages, "--psm", layout]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _tesseract_vertical(page: _Page) -> str:
    return _tesseract(page, languages="chi_sim_vert", layout="5")


def _error(text: str, page: _Page) -> float:
    return Levenshtein.distance("".join(text.split()), page.text) / len(page.text)


def _found(page: _Page, source: Source) -> list[bool]:
    """Return for some sentences whether the passage that shares the most pairs of characters has the sentence."""
    document = parse_source(source)
    passages = ["".join(document.quote(one.spans).split()) for one in document.passages]
    pairs = [set(map("".join, pairwise(one))) for one in passages]
    drawn = random.Random(1)
    out = []
    for paragraph in page.paragraphs:
        sentence = max(paragraph.split("。"), key=len)
        if len(sentence) < 12:
            continue
        asked = "".join(one for one in sentence if drawn.random() > 0.2)
        best = max(range(len(passages)), key=lambda number: _shared(asked, pairs[number]))
        out.append(Levenshtein.distance(sentence, passages[best]) <= len(passages[best]) - 0.9 * len(sentence))
    return out


def _shared(asked: str, pairs: set[str]) -> int:
    return sum("".join(pair) in pairs for pair in pairwise(asked))


if __name__ == "__main__":
    sys.exit(main())
