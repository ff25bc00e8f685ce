"""The sidecar that sets a scrambled source in reading order.

A TOML file beside the text says which lines belong to which work, which lines are one paragraph that the
source cut, and what a title is that the source lacks. It points at lines; it never contains source text, but
for `until`, which is compared with the source and refused when it differs.
"""

from __future__ import annotations

import re
import tomllib
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from corpus import corpus_messages
from corpus.bibliography.fields import FIELDS
from corpus.document import Kind
from corpus.errors import SourceError

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def _line_range(value: object) -> range:
    """`"3-23"` or `"217"` to the range of line numbers, both ends included."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is not a range of lines such as '3-23' or '217'")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last:
        raise ValueError(f"{value!r} does not run from a line to a later one")
    return range(first, last + 1)


LineRange = Annotated[range, BeforeValidator(_line_range)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Value(_Table):
    """Something known of a work: words of the source by their line, or words that it lacks."""

    line: int | None = None
    words: str | None = None
    """The words of the line that are meant, compared with the source; without them the whole line."""
    supplied: str | None = Field(default=None, min_length=1)
    """What the source does not say; citations show it in 〔 〕."""

    @model_validator(mode="after")
    def _is_in_the_source_or_supplied(self) -> Self:
        if (self.line is None) == (self.supplied is None):
            raise ValueError("needs either line or supplied")
        if self.words is not None and not (self.line and self.words):
            raise ValueError("words go with the line that has them")
        return self


_KNOWN = create_model(  # type: ignore[call-overload]
    "_KNOWN",
    __base__=_Table,
    **{field.name: (tuple[Value, ...] | None if field.kind == "person" else Value | None, None) for field in FIELDS},
)
"""A key for each field of the table."""


class CitationFields(_KNOWN):  # type: ignore[misc, valid-type]  # no type checker sees what is made of the table
    """What citations can say of a work: the keys are the names of `corpus.bibliography.fields`.

    What is not given here is read from its title block, by rules. Of persons, an empty list: there is none, whatever
    the rules find. A date's `supplied` is written 2021-09-17, 2021-09 or 2021.
    """

    rules: bool = True
    """False: nothing is read by rules."""
    kind: Kind | None = None


class Work(_Table):
    """One work of the source."""

    lines: tuple[LineRange, ...] = Field(min_length=1)
    """Its lines in reading order."""
    title_block: LineRange | None = None
    """Title, subtitle, date, speaker: the first non-blank line of them is the title. Without it, and without a supplied
    title, the rules look for one."""
    supplied_title: str | None = None
    """A title that the source lacks; shown in 〔 〕, so that nobody takes it for source text."""
    citation: CitationFields = CitationFields()

    @model_validator(mode="after")
    def _has_one_title(self) -> Self:
        if self.title_block is not None and self.supplied_title:
            raise ValueError("a work has either title_block or supplied_title, not both")
        return self


class Join(_Table):
    """A paragraph that the source cut: the text of `lines[1]` goes on where `lines[0]` stops."""

    lines: tuple[int, int]
    until: str | None = None
    """Where only the beginning of the second line belongs to the first: its words, to the last character."""


class Heading(_Table):
    """A line that is a heading, whatever the rules say."""

    line: int
    level: int = Field(ge=1, le=9)
    """1 for the sections of a work, 2 for those inside them, and so on."""


class Edition(_Table):
    """How the lines of one source are to be read."""

    sha256: str
    """Of the source that this edition was made for."""
    works: tuple[Work, ...] = Field(min_length=1)
    joins: tuple[Join, ...] = ()
    headings: tuple[Heading, ...] = ()
    not_headings: tuple[LineRange, ...] = ()
    """Lines that the rules take for headings, and that are text."""
    pointers: tuple[LineRange, ...] = ()
    """Lines that are the publication's own word, such as （下转第五版）."""


def parse_edition(toml: str, *, name: str) -> Edition:
    """Read an edition file. Raises SourceError that names the entry which does not fit."""
    try:
        return Edition.model_validate(tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(corpus_messages.NOT_TOML.format(reason=error), name) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or corpus_messages.WHOLE_FILE
        raise SourceError(corpus_messages.WRONG_ENTRY.format(place=place, reason=first["msg"]), name) from error
