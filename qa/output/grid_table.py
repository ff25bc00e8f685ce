"""A grid of answers as rows of text: questions down, documents across, for each passage quote, citation and grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from index.catalog import CatalogEntry
from qa import grid_messages, qa_messages
from qa.output.question_sheet import QuestionSheet

Hit = Mapping[str, Any]
"""A hit as the command line writes it (`qa/output/json_records.py`)."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a grid was made with."""

    version: str
    """Of this program; empty if it is not known."""
    index: str
    """The checksum of the index."""
    documents: Sequence[CatalogEntry]
    """Those that were asked."""
    model: str
    reranker: str | None
    form: str
    """Of citations."""
    top: int
    """Passages a cell, at most."""


@dataclass(frozen=True, slots=True)
class GridPassage:
    """Room for one passage in a row: what stands there, or why nothing does."""

    hit: Hit | None
    grade: str
    """In words; empty for room that is not needed."""
    kind: str
    """`answers`, `may_answer`, or empty for what is neither."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Questions, and the replies that there are so far."""

    sheet: QuestionSheet
    columns: Sequence[Sequence[str]]
    """The documents of each column; empty for all."""
    replies: Mapping[tuple[int, int], Mapping[str, Any]]
    """By number of the question and of the column, from 0."""
    made: Provenance
    page: str | None = None
    """The address of the page, to which citations lead; None for none."""

    @property
    def width(self) -> int:
        """How many passages a cell has room for: as many as the fullest has, and one at least."""
        return max((len(reply["hits"]) for reply in self.replies.values()), default=1) or 1

    @property
    def asked(self) -> int:
        """The number of cells that will have a reply."""
        return len(self.columns) * sum(bool(row.question) for row in self.sheet.rows)

    def heads(self, parts: Sequence[str]) -> list[str]:
        """Return the heads of the columns; `parts`: those that each passage has."""
        heads = [self.sheet.head, *self.sheet.others]
        for documents in self.columns:
            name = f"{documents[0]}\n" if len(self.columns) > 1 else ""
            for number in range(1, self.width + 1):
                place = f" {number}" if self.width > 1 else ""
                heads += [f"{name}{part}{place}" for part in parts]
        return heads

    def passages(self, row: int) -> Iterator[GridPassage]:
        """Yield what stands in a row: for each column as many as `width`."""
        for column in range(len(self.columns)):
            reply = self.replies.get((row, column))
            hits = reply["hits"] if reply else []
            for number in range(self.width):
                hit = hits[number] if number < len(hits) else None
                words = _grade(reply, hit, is_first=not number) if self.sheet.rows[row].question else ""
                yield GridPassage(hit, words, hit["grade"] if hit else "")

    def link(self, hit: Hit) -> str | None:
        """Return the address of a passage on the page; None without a page."""
        return None if self.page is None else urlunsplit((*urlsplit(self.page)[:3], f"p={hit['passage_id']}", ""))


def _grade(reply: Mapping[str, Any] | None, hit: Hit | None, *, is_first: bool) -> str:
    """Return in words what is said of a hit; in the first place also what is said of the reply."""
    if reply is None:
        return grid_messages.NOT_ASKED.bilingual if is_first else ""
    lines = [qa_messages.GRADES[hit["grade"]].bilingual] if hit else []
    if hit and hit.get("recognised"):
        lines.append(qa_messages.RECOGNISED.bilingual)
    if is_first:
        if reply["status"] == "not_found":
            lines.append(qa_messages.NO_ANSWER.bilingual)
        lines += [reply[said] for said in ("reason", "remark") if said in reply]
        if reply["missing_terms"]:
            lines.append(f"{qa_messages.NOT_MENTIONED.bilingual}: {'、'.join(reply['missing_terms'])}")
    return "\n".join(lines)
