"""Measures precision and recall of headings on texts of many kinds, written before the rules were run on them.

    python -m benchmarks.genres [--show]

`tests/golden/genres.txt` has the texts: after `=== BATCH NAME` a text with headings in ⟦ ⟧: `⟦2|（一）修路。⟧`.
0 marks the title of a work, `A` the number of an article. A heading is right if it begins in the right place with these
words.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from corpus.document import Document
from corpus.parse import parse

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "genres.txt"
_MARKED = re.compile(r"⟦(?P<article>A?)(?P<level>\d)\|(?P<words>[^⟧]*)⟧")
_NUMBER_ALONE = re.compile(r"第.{1,9}[条條](?:之.)?|(?:Article|Section|Part|CHAPTER)\w{1,4}")
Headings = dict[int, tuple[int, str]]
"""Level and words (without blanks and a final full stop) of each heading, by the offset at which it begins."""


def read(marked: str) -> tuple[str, Headings]:
    """Return a text without its marks, and the marked headings."""
    text, headings, end = "", {}, 0
    for match in _MARKED.finditer(marked):
        text += marked[end : match.start()]
        headings[len(text)] = (int(match["level"]), _even(match["words"]))
        text += match["words"]
        end = match.end()
    return text + marked[end:], headings


def found(document: Document) -> Headings:
    """Return the headings that the rules find."""
    return {
        section.title_span.start: (section.level, _even(section.label))
        for section in document.sections
        if section.title_span
    }


def right_ones(wanted: Headings, got: Headings) -> set[int]:
    """Return the offsets at which both have the same heading."""
    return {place for place in wanted.keys() & got.keys() if _is_same(wanted[place][1], got[place][1])}


def _is_same(wanted: str, got: str) -> bool:
    """Return whether two headings are the same. The rules may join a number with its title on the next line."""
    return got == wanted or (got.startswith(wanted) and bool(_NUMBER_ALONE.fullmatch(wanted)))


def _even(words: str) -> str:
    return re.sub(r"\s+", "", words).rstrip("。：:.")


def main() -> int:
    """Print the sums of each batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="name each heading that differs")
    show = parser.parse_args().show
    sums: dict[str, Counter[str]] = {}
    for block in re.split(r"^=== ", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, marked = block.split("\n", 1)
        batch, name = title.split(" ", 1)
        text, wanted = read(marked)
        got = found(parse(text, name="text"))
        right = right_ones(wanted, got)
        level = sum(wanted[place][0] == got[place][0] for place in right)
        sums.setdefault(batch, Counter()).update(
            texts=1, wanted=len(wanted), found=len(got), right=len(right), level=level
        )
        if show:
            for sign, headings in (("missed", wanted), ("wrong", got)):
                for place in sorted(headings.keys() - right):
                    sys.stdout.write(f"{name}: {sign} {headings[place][1]}\n")
    for batch, total in sums.items():
        shares = (total["right"] / total["found"], total["right"] / total["wanted"], total["level"] / total["right"])
        sys.stdout.write(
            f"{batch}: {total['texts']} texts, {total['wanted']} headings: "
            "precision {:.3f}, recall {:.3f}, level right {:.3f}\n".format(*shares)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
