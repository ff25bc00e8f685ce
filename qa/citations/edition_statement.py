"""What tells a work from its other editions under the same title: words of its title block, or its file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from corpus.corpus_settings import PARSER
from corpus.document import Document, Metadata, Passage, Section, Span
from corpus.text.dates import DAY
from corpus.text.edition_marks import marks
from corpus.text.numerals import HAN_DIGITS
from corpus.text.scripts import IDEOGRAPHS
from qa.citations.reference import bracket

_STATES = re.compile(
    rf"第\s*(?:[{HAN_DIGITS}]+|[0-9０-９]+)\s*号|修[正订改訂]|施行|生效|废止|廢止|失效|[vV]?\d+\.\d+\s*版|\b[vV]\d"
    r"|\b(?:[Vv]ersion|[Ee]dition|[Ee]ffective|[Aa]mended|[Rr]evised|[Rr]epealed|[Nn]o\.\s?\d)"
)
_DAY = re.compile(DAY)
_JOINT = re.compile(rf"(?<=[{IDEOGRAPHS}\d，、；）])\n(?=[{IDEOGRAPHS}\d])")
"""The end of a line within a sentence of ideographs, where no blank stood."""
_AROUND = "（()）〔〕[] \t\u3000\r\n"


def edition_statement(document: Document, work: Section, metadata: Metadata) -> str:
    """Return the words that tell a work's edition, in brackets; empty if its title does, or nothing is stated.

    （2024年3月10日青岚市人民政府令第58号发布） is a slice of the title block. If that states no edition, it is the
    date of a report or law, else the name of a document that has a year, a number or a version, in 〔 〕 as supplied.
    """
    title = metadata.title
    if not title.spans or title.text != work.label or marks(work.label):
        return ""
    if stated := stated_edition(document, work):
        days = [match[0] for match in _DAY.finditer(stated)]
        is_long = len(stated) > PARSER.longest_facts_line and days
        return f"（{days[-1] if is_long else stated}）"  # the last of several is that of this edition
    if (date := metadata.date) and metadata.kind in ("report", "law"):
        return f"（{document.quote(date.spans)}）" if date.spans else bracket(date, str(date))
    return f"〔{document.name}〕" if not date and marks(document.name) else ""


def stated_edition(document: Document, work: Section) -> str:
    """Return the line of the title block that states the edition, without the brackets around it; empty for none."""
    block = (document.quote((span,)) for span in _title_lines(document, work))
    lines = (line.strip(_AROUND) for line in _unwrapped(block))
    return next((line for line in lines if line != work.label and _STATES.search(line)), "")


def _unwrapped(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, as one those that a bracket holds together: a page breaks （…第121号修 / 订…） at its edge."""
    held: list[str] = []
    for line in lines:
        held.append(line)
        whole = _JOINT.sub("", "\n".join(held)).replace("\n", " ")
        if sum(map(whole.count, "（(")) <= sum(map(whole.count, "）)")):
            yield whole if held[1:] else line
            held = []
    yield from held  # a bracket that nothing closes holds nothing together


def _title_lines(document: Document, work: Section) -> Iterator[Span]:
    """Yield the lines of the title block, and of the short paragraphs after it that are no sentences."""
    blocks = document.blocks_after(work, PARSER.facts_lines)
    for block in takewhile(lambda block: isinstance(block, Passage), blocks):
        assert isinstance(block, Passage)
        if block.paragraph and (len(block.spans) > 1 or document.quote(block.spans).rstrip()[-1:] in "。；！？.;!?"):
            return
        yield from block.spans
