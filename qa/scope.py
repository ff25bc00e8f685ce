"""The scope of a question: all documents of an index, or some of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.errors import QAError
from corpus.text.normalise import normalised
from index.backend import AnyIndex
from index.chunks import Heading
from qa import qa_messages
from qa.question.asked_section import AskedSection, missing_section
from qa.question.asked_words import asked_words
from qa.question.heading_labels import work_of
from qa.question.section_reference import SectionReference
from qa.ranking.unmatched_words import SearchableText


@dataclass(frozen=True, slots=True)
class Scope:
    """Some or all documents of an index: their rows, outline and words."""

    index: AnyIndex
    rows: npt.NDArray[np.int64] | None
    """Shape (rows,), ascending: the rows of the documents in the index; None for all rows."""
    outline: Sequence[Heading]
    """The headings of the documents."""
    text: SearchableText
    """The words of the documents."""

    @classmethod
    def of(cls, index: AnyIndex, names: Collection[str] = ()) -> Scope:
        """Return the scope of the documents with these names; empty for all. Raises QAError for an unknown name."""
        records = index.manifest.documents
        wanted = {*names}
        if unknown := wanted.difference(record.name for record in records):
            raise QAError(qa_messages.NO_DOCUMENT.format(name=next(name for name in names if name in unknown)))
        rows: npt.NDArray[np.int64] | None = None
        outline: Sequence[Heading] = index.outline
        if names:
            numbers = [number for number, record in enumerate(records) if record.name in wanted]
            rows, outline = index.rows_of(numbers), index.outline.of(numbers)
            records = tuple(records[number] for number in numbers)

        def headings() -> Iterator[str]:
            yield from (record.title for record in records)
            yield from (heading.label for heading in outline)

        return cls(index, rows, outline, SearchableText(index.lexical, index.text, headings, rows, rows))

    def text_in(self, script: npt.NDArray[np.bool_]) -> SearchableText:
        """Return the words of its rows in one script, and of the titles and headings above such rows.

        `script`: shape (rows,), of the index: which rows are in it.
        """
        rows = np.flatnonzero(script) if self.rows is None else self.rows[script[self.rows]]
        records = self.index.manifest.documents
        ends = np.cumsum([record.rows for record in records])

        def headings() -> Iterator[str]:
            yield from (records[number].title for number in np.unique(np.searchsorted(ends, rows, "right")).tolist())
            yield from (heading.label for heading in self.outline if script[heading.first : heading.end].any())

        return SearchableText(self.index.lexical, self.index.text, headings, rows, self.rows)

    def missing_section(self, question: str) -> str | None:
        """Return the number of the section that a question points at, as it is written there, if no text has it.

        Of a work that is not here (民法典第三章), it is a word of the name.
        A text that mentions it (附件二, which is elsewhere) may say something of it. None for any other question.
        """
        asked = missing_section(question, self.outline)
        if asked and not asked.works:
            return self._missing_name(question, asked)
        if asked is None or (len(asked.numbers) == 1 and self._text_of(asked.works).has_section(asked.numbers[0])):
            return None
        written = question if len(question) == len(asked.question) else asked.question
        return written[slice(*asked.span)]

    def _missing_name(self, question: str, asked: AskedSection) -> str | None:
        """Return the name that a question gives to a work, if neither a title nor a text has its words."""
        name = " ".join(asked.words)
        words = [word for word in asked_words(question) if normalised(word.word.text) in name]
        there = self.text.contains_each([word.spellings for word in words])
        return next((word.word.text for word, has in zip(words, there, strict=True) if not has), None)

    def _text_of(self, works: Collection[int]) -> SearchableText:
        """Return the words of some works, by their places in the outline."""
        if all(row in works for row, heading in enumerate(self.outline) if heading.level == 0):
            return self.text
        rows = [np.arange(self.outline[work].first, self.outline[work].end) for work in sorted(works)]

        def headings() -> Iterator[str]:
            yield from (one.label for row, one in enumerate(self.outline) if work_of(self.outline, row) in works)

        return SearchableText(self.index.lexical, self.index.text, headings, np.concatenate(rows))

    def taking_turns(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return where in `rows` the first row of each document stands, then the second of each, and so on.

        The first of these are as many of each document: a long chapter leaves room for that of another.
        """
        order = np.argsort(rows)
        documents = self.index.rows(rows[order]).documents
        firsts = np.searchsorted(documents, documents)
        return order[np.lexsort((documents, np.arange(len(rows)) - firsts))]

    def rows_of(self, reference: SectionReference) -> npt.NDArray[np.int64]:
        """Return the rows of the section or paragraph that a question refers to; none if there is no such paragraph."""
        rows = [row for section in reference.sections for row in self._rows_in(section, reference)]
        return np.array(sorted(rows), np.int64)

    def _rows_in(self, number: int, reference: SectionReference) -> list[int]:
        section = self.outline[number]
        rows: list[int] = list(range(section.first, section.end))
        if reference.opening:
            rows = self._rows_before_sections(rows) or rows
        if reference.paragraph is not None:
            passages = self.index.rows(np.array(rows, np.int64)).passages
            distinct = list(dict.fromkeys(passages.tolist()))
            place = reference.paragraph if reference.paragraph < 0 else reference.paragraph - 1
            wanted = distinct[place] if -len(distinct) <= place < len(distinct) else None
            rows = [row for row, passage in zip(rows, passages, strict=True) if passage == wanted]
        return rows

    def _rows_before_sections(self, rows: Sequence[int]) -> list[int]:
        """Return the rows of the paragraphs of a work before its first section."""
        found = []
        for row in rows:
            _, passage = self.index.passages[row]
            if passage.section.path:
                break
            if passage.paragraph:
                found.append(row)
        return found
