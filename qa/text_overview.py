"""Replies to requests about a text as a whole: its title block, its headings, or why a request is not carried out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from corpus.document import Document, Metadata, Section
from corpus.grammar.letterhead import is_named_as_a_document
from corpus.message import Message
from corpus.text.normalise import normalised
from index.catalog import Catalog
from qa import qa_messages
from qa.conversation import Turn
from qa.qa_settings import ANSWERS, OVERVIEW
from qa.question.asked_section import in_every_work
from qa.question.counted_headings import counted_headings
from qa.question.heading_labels import bare, contained, work_of
from qa.question.section_reference import named_works, place
from qa.question.text_request import Task, TextRequest, text_request
from qa.question.work_names import works_with
from qa.reply import Headings
from qa.scope import Scope

_REFUSALS: Mapping[Task, Message] = MappingProxyType(
    {
        "summarise": qa_messages.NO_SUMMARY,
        "translate": qa_messages.NO_TRANSLATION,
        "compare": qa_messages.NO_COMPARISON,
        "write": qa_messages.NO_WRITING,
        "judge": qa_messages.NO_OPINION,
    }
)
_OWN_SUMMARIES = frozenset(
    ("摘要", "内容摘要", "内容提要", "提要", "概要", "要点", "abstract", "summary", "executive summary", "key points")
)
"""What a text calls its own summary, in a heading."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A reply about a text as a whole."""

    message: Message
    headings: Headings
    rows: npt.NDArray[np.int64]
    """The rows of the passages that are quoted; none where the message is all."""


def overview(turn: Turn) -> Overview | None:
    """Return the reply to a request about a text as a whole; None for a question about what it says."""
    request = text_request(turn.question)
    if request is None or not turn.scope.outline:
        return None
    if request.task in _QUOTING and not request.names_a_text and turn.interpretation.earlier:
        return None  # 谁写的？ asks about what the question before it found
    works = _works(request, turn.scope)
    if request.task == "count":
        return _count(request, turn.scope, works)
    if works is None or request.one:
        section = _section(request, turn)
        if section or works is None:
            return section
    selection = _Selection(turn.scope, works)
    if request.task in _QUOTING:
        return _title_blocks(request.task, selection)
    if request.task == "contents":
        return selection.contents()
    own = selection.own_summary() if request.task == "summarise" and len(works) == 1 else None
    return own or Overview(
        _REFUSALS[request.task].format(next=_instead(request, selection)), selection.headings, _NO_ROWS
    )


_QUOTING: tuple[Task, ...] = ("describe", "author", "date", "count")
"""What passages of the text answer."""
_NO_ROWS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class _Selection:
    """Some works of a scope, by their places in its outline; at least one."""

    scope: Scope
    works: Collection[int]

    @cached_property
    def rows(self) -> list[int]:
        """The first row of each work that has passages: the first work of each document, then the second of each."""
        outline = self.scope.outline
        rows = [outline[work].first for work in sorted(self.works) if outline[work].end > outline[work].first]
        found: list[int] = np.array(rows, np.int64)[self.scope.taking_turns(np.array(rows, np.int64))].tolist()
        return found

    @cached_property
    def inner(self) -> list[int]:
        """The headings inside the works."""
        outline = self.scope.outline
        return [row for row in range(len(outline)) if outline[row].level and work_of(outline, row) in self.works]

    @cached_property
    def _listed(self) -> list[int]:
        """The headings of as many levels as have room; the works too, if there are several."""
        outline = self.scope.outline
        every = sorted([*self.inner, *self.works]) if len(self.works) > 1 else self.inner
        levels = sorted({outline[row].level for row in every}, reverse=True)
        for level in levels:
            found = [row for row in every if outline[row].level <= level]
            if len(found) <= OVERVIEW.headings:
                return found
        return [row for row in every if outline[row].level == levels[-1]] if levels else []

    @cached_property
    def headings(self) -> Headings:
        return _headings(self._listed[: OVERVIEW.headings], self.scope)

    def choice(self) -> Message:
        """Return how to choose from the headings."""
        if 1 < len(self.works) == len(self._listed):
            chosen = qa_messages.ASK_A_TEXT.format(count=len(self.works))
        else:
            chosen = qa_messages.ASK_A_HEADING if self._listed else qa_messages.ASK_SOMETHING
        return _cut(chosen, len(self._listed))

    def contents(self) -> Overview:
        message = qa_messages.CONTENTS if self._listed else qa_messages.NO_HEADINGS
        return Overview(message.format(next=self.choice()), self.headings, _NO_ROWS)

    def own_summary(self) -> Overview | None:
        """Quote the section that a work itself calls its summary."""
        for row in self.inner:
            heading = self.scope.outline[row]
            if bare(heading.label) in _OWN_SUMMARIES and heading.end > heading.first:
                message = qa_messages.OWN_SUMMARY.format(heading=heading.label)
                return Overview(message, (), np.arange(heading.first, heading.end))
        return None


def _cut(message: Message, count: int) -> Message:
    """Return a message that says, if need be, that only the first of some headings are listed."""
    if count <= OVERVIEW.headings:
        return message
    return qa_messages.ONLY_THE_FIRST.format(said=message, shown=OVERVIEW.headings)


def _headings(rows: Sequence[int], scope: Scope) -> Headings:
    """Return the sections at some places of an outline."""
    return tuple(_section_at(row, scope) for row in rows if _has_passages(row, scope))


def _has_passages(row: int, scope: Scope) -> bool:
    work = scope.outline[work_of(scope.outline, row)]
    return work.end > work.first


def _section_at(row: int, scope: Scope) -> tuple[Document, Section]:
    """Return the section at a place of an outline. An outline has the sections of each document in their order."""
    work = work_of(scope.outline, row)
    document, passage = scope.index.passages[scope.outline[work].first]
    sections = document.sections
    at = next(number for number, section in enumerate(sections) if section is passage.section.work)
    return document, sections[at + row - work]


def _works(request: TextRequest, scope: Scope) -> set[int] | None:
    """Return the works that a request is about, all if it names none; None if it names something else."""
    every = {row for row, heading in enumerate(scope.outline) if heading.level == 0}
    if request.title or request.name:
        return _named(request.title or request.name, scope, every) or None
    if request.task == "translate" and request.one and (found := _named(request.one, scope, every)):
        return found
    if not request.kind:
        return every
    return named_works(scope.outline, request.kind) or set(works_with(scope.outline, request.kind)) or every


def _named(name: str, scope: Scope, works: Collection[int]) -> set[int]:
    """Return the works with this title, or a good part of it, and those of the document with this name."""
    outline = scope.outline
    ordered = sorted(works)
    numbers = scope.index.rows(np.array([outline[row].first for row in ordered], np.int64)).documents.tolist()
    records = scope.index.manifest.documents
    of_file = {row for row, number in zip(ordered, numbers, strict=True) if normalised(records[number].name) == name}
    is_kind = is_named_as_a_document(name)
    return of_file or {
        row
        for row in works_with(outline, name)
        if is_kind or contained(normalised(outline[row].label), name) >= OVERVIEW.title_share
    }


def _title_blocks(task: Task, selection: _Selection) -> Overview | None:
    """Quote the title block of each work, or its first passage; for author or date, of those that state it there."""
    stating = selection.rows if task == "describe" else _stating(task, selection)
    rows = list(islice(stating, ANSWERS.placed))  # more are not shown
    if not rows:
        return None
    message = qa_messages.TITLE_BLOCK.format(next=selection.choice())
    return Overview(message, selection.headings, np.array(rows, np.int64))


def _stating(task: Task, selection: _Selection) -> Iterator[int]:
    """Yield the rows that are title blocks known to give the author, or the date.

    What is known of the works is stored beside the documents: only those of which it is known are read.
    """
    index = selection.scope.index
    entries = Catalog.of_index(index).entries
    numbers = index.rows(np.array(selection.rows, np.int64)).documents.tolist()
    for row, number in zip(selection.rows, numbers, strict=True):
        works = entries[number].works
        if works and not any(_gives(task, work) for work in works):
            continue
        document, passage = index.passages[row]
        if not passage.paragraph and _gives(task, document.about(passage.section.work)):
            yield row


def _gives(task: Task, work: Metadata) -> bool:
    return bool(work.authors if task == "author" else work.date)


def _count(request: TextRequest, scope: Scope, works: set[int] | None) -> Overview | None:
    """Count headings, and quote the first passage under each."""
    outline, noun, inside = scope.outline, request.counted, None
    every = {row for row, heading in enumerate(outline) if heading.level == 0}
    if works is None:
        name = request.name.removesuffix("的")
        inside = _section_named(name, scope)
        if inside is None and not noun:
            noun, name = name, ""  # 建议有几条
        works = every if inside is not None or not name else named_works(outline, name) or works_with(outline, name)
    found = counted_headings(noun, request.unit, outline, works, inside)
    if not found and not noun and request.kind:
        found = counted_headings(request.kind, request.unit, outline, works)  # 意见有几条
    rows = [outline[row].first for row in found if outline[row].end > outline[row].first]
    if not rows:
        return None
    work = [work_of(outline, found[0])] if len(every) > 1 else []
    message = _cut(qa_messages.COUNTED.format(count=len(found)), len(found))
    return Overview(message, _headings(work + found[: OVERVIEW.headings], scope), np.array(rows, np.int64))


def _section_named(name: str, scope: Scope) -> int | None:
    """Return the place in the outline of the section with this name or number; None for any other words."""
    if reference := place(name, scope.outline):
        return None if reference.rest or reference.paragraph is not None else reference.section
    return next((row for row, one in enumerate(scope.outline) if one.level and bare(one.label) == name), None)


def _section(request: TextRequest, turn: Turn) -> Overview | None:
    """Quote the section that is to be summarised or translated; None if the request names none."""
    name, outline = request.one or request.name, turn.scope.outline
    reference = in_every_work(name, outline) or place(name, outline)
    if request.task not in ("summarise", "translate") or reference is None or reference.rest:
        return None
    rows = turn.scope.rows_of(reference)
    return Overview(_REFUSALS[request.task].format(next=qa_messages.THIS_SECTION), (), rows) if len(rows) else None


def _instead(request: TextRequest, selection: _Selection) -> Message:
    """Return what to do instead of what a request wants."""
    if request.task == "compare" and request.one and request.other:
        return qa_messages.ASK_FOR_EACH.format(one=request.one, other=request.other)
    if request.task == "judge" and (topic := request.one or request.other):
        return qa_messages.ASK_WHAT_IT_SAYS.format(topic=topic)
    return selection.choice()
