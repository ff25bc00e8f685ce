"""The JSON objects of the command line, the HTTP API and its client, as types: their fields and what these mean.

Fields may be added; none is taken away or changes its meaning. Spans are pairs [start, end) of code points in the
document's text. They are `TypedDict`s of typing_extensions, which pydantic reads under Python 3.11 too.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from qa.output.document_records import SectionRecord, described


@described
class CopyRecord(TypedDict):
    """The same words in another document."""

    document: str
    passage_id: str
    citation: str


@described
class HitRecord(TypedDict):
    """A passage that was found for a question."""

    passage_id: str
    document: str
    """The name of its document."""
    text: str
    """The source's own characters: its slices over `spans`, one after the other."""
    spans: list[list[int]]
    lines: list[int]
    """Its first and last line in the file, from 1."""
    section: list[str]
    """The headings over it, the outermost first."""
    paragraph: int
    """Its number in its section; 0 for a title."""
    citation: str
    best_sentence: list[list[int]]
    matched: list[list[int]]
    """The words that the question has, too."""
    answer: list[list[int]]
    """The words that answer; may be empty."""
    grade: Literal["answers", "may_answer"] | None
    """None for those in `near`, which do not answer."""
    confidence: float
    """The probability, 0 to 1, that it answers."""
    source_sha256: str
    """The SHA-256 of the document's file."""
    copies: list[CopyRecord]
    recognised: NotRequired[bool]
    """There, and true, where the words were read from a picture."""
    doubtful: NotRequired[list[list[int]]]
    """Then: the characters that may be read wrongly."""


@described
class ReplyRecord(TypedDict):
    """The reply to a question."""

    id: str | None
    """That of the question in a batch of the command line; otherwise null."""
    question: str
    status: Literal["answered", "not_found", "rejected"]
    understood_as: str | None
    """The question with those before it that it was read with; null where it was read alone."""
    missing_terms: list[str]
    """Words of the question that the documents never mention."""
    hits: list[HitRecord]
    """The passages that answer or may answer, the surest first."""
    near: list[HitRecord]
    """The closest other passages. They do not answer."""
    reason: NotRequired[str]
    """Why the question was rejected, and what to do."""
    remark: NotRequired[str]
    """A remark of the program, not of the text."""


@described
class PlaceRecord(TypedDict):
    """A place of a quotation in a document."""

    document: str
    spans: list[list[int]]
    lines: list[int]
    section: list[str]
    citation: str
    recognised: NotRequired[bool]
    doubtful: NotRequired[list[list[int]]]


@described
class NearestRecord(PlaceRecord):
    """The source's own wording where a quotation differs."""

    text: str
    differences: list[str]
    """The kinds of difference, such as `words` or `punctuation`."""


@described
class CheckRecord(TypedDict):
    """The check of a quotation."""

    id: str | None
    quote: str
    verdict: Literal["exact", "altered", "crosses", "absent", "too_short"]
    places: list[PlaceRecord]
    """Where it stands, word for word."""
    nearest: NearestRecord | None
    diff: list[list[str]]
    """The steps from the quotation to `nearest.text`: [kind, quoted, source]."""
    only: NotRequired[Literal["quote_level", "punctuation", "script"]]
    """There where an altered quotation differs in nothing else."""
    named: NotRequired[list[str]]
    """There where `source` was sent and names works: their titles."""
    named_is_known: NotRequired[bool]
    """Then: whether one of them is among the documents."""
    misattributed: NotRequired[bool]
    """Then: whether the words stand in another work than those."""


@described
class PassageSpot(TypedDict):
    """Where a passage stands, without its words."""

    passage_id: str
    spans: list[list[int]]
    lines: list[int]
    section: list[str]
    paragraph: int
    citation: str
    recognised: NotRequired[bool]
    doubtful: NotRequired[list[list[int]]]


@described
class SectionPassageRecord(PassageSpot):
    """A passage with its words."""

    document: str
    document_id: str
    text: str
    source_sha256: str


@described
class PassageRecord(SectionPassageRecord):
    """A passage with its words, and those beside it."""

    before: str | None
    """The id of the passage before it; null for the first one."""
    after: str | None
    """The id of the passage after it; null for the last one."""


@described
class SectionTextRecord(SectionRecord):
    """A section with its passages, those of the sections in it included."""

    document: str
    document_id: str
    source_sha256: str
    passages: list[SectionPassageRecord]


@described
class WholeDocumentRecord(TypedDict):
    """A document, with the fields that were asked for."""

    id: str
    name: str
    title: str
    sha256: str
    size: int
    passages: list[PassageSpot] | int
    """Its passages where they were asked for, otherwise their number."""
    characters: int
    """Code points of its text."""
    text: NotRequired[str]
    sections: NotRequired[list[SectionRecord]]


@described
class DocumentKey(TypedDict):
    """What a document is called."""

    id: str
    name: str


@described
class ChangeRecord(TypedDict):
    """A change of the documents."""

    number: int
    stage: Literal["waiting", "reading", "parsing", "working", "done", "failed"]
    share: float
    """0 to 1, while it works."""
    outcome: Literal["added", "replaced", "unchanged", "refused", "removed", "moved"] | None
    """Null until it is done."""
    document: DocumentKey | None
    """The document that it is about; null while that is not known, and where a file was refused."""
    reason: str | None
    """Why it failed, or why the document has another name than the file, in a sentence. Usually null."""
