"""Edition files: a TOML file beside a text sets its reading order and corrects its headings.

It assigns lines to works, joins the lines of a paragraph that the source cut, and supplies titles that the source
lacks. It refers to source text by line number. The words that it repeats (`until`, `words`) must equal the source.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from corpus import corpus_messages
from corpus.bibliography.metadata_fields import FIELDS
from corpus.document import Kind
from corpus.errors import SourceError

_DEEP_KEY = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+[.][ \t]*+){64}""")
"""A key of more parts than any in an edition, a.b.c and so on. tomllib takes a time that grows with their square."""
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def _line_range(value: object) -> range:
    """Return the range of line numbers of `"3-23"` or `"217"`, both ends included. Raises ValueError for others."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is not a range of lines such as '3-23' or '217'")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last:
        raise ValueError(f"{value!r} does not run from a line to a later one")
    return range(first, last + 1)


LineRange = Annotated[range, BeforeValidator(_line_range)]


def times_listed(parts: Iterable[range], *, last: int) -> Iterator[tuple[int, int]]:
    """Yield (number, times) of each line from 1 to `last`: how many of the ranges hold it.

    It takes as long as there are lines and ranges, however far the ranges reach or overlap.
    """
    change = [0] * (last + 2)
    for part in parts:
        change[min(part.start, last + 1)] += 1
        change[min(part.stop, last + 1)] -= 1
    return islice(enumerate(accumulate(change)), 1, last + 1)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Value(_Table):
    """A value of a field: a line of the source, words of it, or words that the source lacks."""

    line: int | None = None
    words: str | None = None
    """The words of the line that are the value, which must stand in it; None for the whole line."""
    supplied: str | None = Field(default=None, min_length=1)
    """A value that the source does not state; citations show it in 〔 〕."""

    @model_validator(mode="after")
    def _is_in_the_source_or_supplied(self) -> Self:
        if (self.line is None) == (self.supplied is None):
            raise ValueError("needs either line or supplied")
        if self.words is not None and not (self.line and self.words):
            raise ValueError("words go with the line that has them")
        return self


_FieldsTable = create_model(  # type: ignore[call-overload]
    "_FieldsTable",
    __base__=_Table,
    **{field.name: (tuple[Value, ...] | None if field.kind == "person" else Value | None, None) for field in FIELDS},
)
"""A model with a key for each field of the table."""


class CitationFields(_FieldsTable):  # type: ignore[misc, valid-type]  # type checkers do not see models made at run time
    """The bibliographic fields of a work, by the names of `corpus.bibliography.metadata_fields`.

    The rules read missing fields from the title block. An empty list of persons means that there are none, whatever
    the rules find. The `supplied` of a date is written 2021-09-17, 2021-09 or 2021.
    """

    rules: bool = True
    """Whether the rules read missing fields from the title block."""
    kind: Kind | None = None


class Work(_Table):
    """One work of the source."""

    lines: tuple[LineRange, ...] = Field(min_length=1)
    """Its lines in reading order."""
    title_block: LineRange | None = None
    """The lines of title, subtitle, date and speaker; the first that is not blank is the title. Without this and
    `supplied_title`, the rules look for the title block."""
    supplied_title: str | None = None
    """A title that the source lacks. It is shown in 〔 〕, to distinguish it from source text."""
    citation: CitationFields = CitationFields()

    @model_validator(mode="after")
    def _has_one_title(self) -> Self:
        if self.title_block is not None and self.supplied_title:
            raise ValueError("a work has either title_block or supplied_title, not both")
        return self


class Join(_Table):
    """A paragraph that the source cut: line `lines[1]` continues line `lines[0]`."""

    lines: tuple[int, int]
    until: str | None = None
    """The beginning of the second line, if only that belongs to the first; None if the whole line does."""


class Heading(_Table):
    """A line that is a heading, whatever the rules find."""

    line: int
    level: int = Field(ge=1, le=9)
    """1 for the sections of a work, 2 for those inside them, and so on."""


class Edition(_Table):
    """The content of an edition file."""

    sha256: str
    """Hash of the source for which this edition was made."""
    works: tuple[Work, ...] = Field(min_length=1)
    joins: tuple[Join, ...] = ()
    headings: tuple[Heading, ...] = ()
    not_headings: tuple[LineRange, ...] = ()
    """Lines that are text, though the rules take them for headings."""
    pointers: tuple[LineRange, ...] = ()
    """Lines that are notes of the publication, such as （下转第五版）."""


def parse_edition(toml: str, *, name: str) -> Edition:
    """Return an edition. Raises SourceError, which names the wrong entry, if the file is not valid."""
    try:
        table = {} if _DEEP_KEY.search(toml) else tomllib.loads(toml)
    except (ValueError, RecursionError) as error:
        raise SourceError(corpus_messages.NOT_TOML.format(reason=error), name) from error
    try:
        return Edition.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or corpus_messages.WHOLE_FILE
        raise SourceError(corpus_messages.WRONG_ENTRY.format(place=place, reason=first["msg"]), name) from error
