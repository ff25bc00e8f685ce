"""Measures precision and recall of headings on texts whose true headings a person has listed.

    python -m benchmarks.headings --data DIR

`tests/golden/headings.jsonl` has a line for each text: its path below DIR, its SHA-256, its headings as [line, level,
first 40 characters], with level 0 for the work's title, and its number of articles (第十条), if any. The texts are not
part of this repository. A text that is missing or has another SHA-256 is named and left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from corpus.document import Document, Section
from corpus.parse import parse_source
from corpus.source import load

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "headings.jsonl"
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+[条條](?:之.)?")
_LENGTH = 40
"""Characters of a heading that are compared."""


def found(document: Document) -> tuple[Counter[tuple[int, str]], dict[tuple[int, str], int], int]:
    """Return the headings as (line, first characters), their levels, and the number of articles."""
    headings: Counter[tuple[int, str]] = Counter()
    levels: dict[tuple[int, str], int] = {}
    articles = 0
    for section in document.sections:
        if section.title_span is None:
            continue
        if section.is_run_in and _ARTICLE.fullmatch(section.label):
            articles += 1
            continue
        key = (document.line(section.title_span.start), key_of(section))
        headings[key] += 1
        levels[key] = section.level
    return headings, levels, articles


def key_of(section: Section) -> str:
    return section.label[:_LENGTH].strip()


def main() -> int:
    """Print a line for each text, and the sums. Return 1 if no text was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where the texts are")
    parser.add_argument("--show", action="store_true", help="name each heading that differs")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        path = arguments.data / record["file"]
        if not path.is_file():
            sys.stderr.write(f"missing: {record['file']}\n")
            continue
        source = load(path)
        if source.sha256 != record["sha256"]:
            sys.stderr.write(f"another text: {record['file']}\n")
            continue
        total += _measure(record, parse_source(source), show=arguments.show)
    if not total["texts"]:
        return 1
    wanted, got, right = total["wanted"], total["found"], total["right"]
    sys.stdout.write(
        f"{total['texts']} texts, {wanted} headings: precision {right / got:.4f}, recall {right / wanted:.4f}, "
        f"level right {total['level'] / max(total['named'], 1):.4f}\n"
    )
    return 0


def _measure(record: dict[str, Any], document: Document, *, show: bool) -> Counter[str]:
    wanted = Counter((line, text) for line, _, text in record["headings"])
    levels = {(line, text): level for line, level, text in record["headings"]}
    got, got_levels, articles = found(document)
    named = wanted & got
    count = record.get("articles", 0)
    sums = Counter(
        texts=1,
        wanted=wanted.total() + count,
        found=got.total() + articles,
        right=named.total() + min(count, articles),
        named=named.total(),
        level=sum(levels[key] == got_levels[key] for key in named),
    )
    sys.stdout.write(f"{record['file']}: wanted {sums['wanted']}, found {sums['found']}, right {sums['right']}\n")
    if show:
        for sign, keys in (("missed", wanted - got), ("wrong", got - wanted)):
            for key in sorted(keys.elements()):
                sys.stdout.write(f"  {sign}: line {key[0]} {key[1]}\n")
        for key in sorted(named):
            if levels[key] != got_levels[key]:
                sys.stdout.write(f"  level {got_levels[key]} instead of {levels[key]}: line {key[0]} {key[1]}\n")
    return sums


if __name__ == "__main__":
    sys.exit(main())
