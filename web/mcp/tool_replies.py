"""The replies of the tools, with their schemas: the command line's JSON, with the verdicts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from corpus.text.controls import replace_surrogates
from qa import qa_messages
from qa.output.document_records import document_id
from web import strings

Spans = list[list[int]]
_SPANS = "Slices [start, end) of the document's text, in code points; `text` is their concatenation."
_TEXT = "The source's own words, character for character."
_SHA = "SHA-256 of the document's file."


class Quoted(BaseModel):
    """A passage that can be quoted."""

    text: str = Field(description=_TEXT)
    citation: str = Field(description="Give it with each quote.")
    passage_id: str
    document: str = Field(description="The document's name.")
    document_id: str
    spans: Spans = Field(description=_SPANS)
    lines: list[int] = Field(description="The first and the last line of the file.")
    section: list[str] = Field(description="The headings over it, the outermost first.")
    paragraph: int = Field(description="Its number in its section; 0 for a title.")
    source_sha256: str = Field(description=_SHA)
    recognised: bool = Field(False, description="Read from a picture: check it against the picture.")


class HitReply(Quoted):
    """A passage that was found for a question."""

    says: str = Field(description="Whether it answers, in words.")
    grade: Literal["answers", "may_answer"] | None = Field(description="The same; null: it does not answer.")
    confidence: float = Field(description="The probability, 0 to 1, that it answers.")
    answer: Spans = Field(description="The words in it that answer, as spans of the document's text; may be empty.")
    also_in: list[str] = Field(description="Other documents that have the same words.")

    @classmethod
    def of(cls, hit: Mapping[str, Any]) -> HitReply:
        more = {
            "document_id": document_id(hit["document"]),
            "says": qa_messages.GRADES.get(hit["grade"], strings.DOES_NOT_ANSWER).bilingual,
            "also_in": [copy["document"] for copy in hit["copies"]],
        }
        return cls.model_validate({**hit, **more})


class AskReply(BaseModel):
    """The reply to a question."""

    status: Literal["answered", "not_found", "rejected"]
    says: str = Field(description="The status in words.")
    question: str
    understood_as: str | None = Field(description="The question with those before it that it was read with.")
    missing_terms: list[str] = Field(description="Words of the question that the documents never mention.")
    hits: list[HitReply] = Field(description="The passages that answer or may answer, the surest first.")
    near: list[HitReply] = Field(description="The closest other passages. They do not answer.")
    reason: str | None = Field(None, description="Why the question is rejected, and what to do.")
    remark: str | None = Field(None, description="A remark of the program, not of the text.")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> AskReply:
        hits = {kind: [HitReply.of(hit) for hit in record[kind]] for kind in ("hits", "near")}
        return cls.model_validate({**record, **hits, "says": _status_in_words(record)})


def _status_in_words(record: Mapping[str, Any]) -> str:
    if record["status"] == "not_found":
        return qa_messages.NO_ANSWER.bilingual
    if record["status"] == "rejected":
        return qa_messages.REJECTED.bilingual
    is_sure = any(hit["grade"] == "answers" for hit in record["hits"])
    return (strings.HAS_ANSWER if is_sure else strings.MAY_HAVE_ANSWER).bilingual


class PlaceReply(BaseModel):
    """A place of a quotation in a document."""

    text: str = Field(description=_TEXT)
    citation: str
    document: str
    document_id: str
    spans: Spans = Field(description=_SPANS)
    lines: list[int]
    section: list[str]
    source_sha256: str = Field(description=_SHA)
    recognised: bool = False
    differences: list[str] = Field([], description="The kinds of difference.")

    @classmethod
    def of(cls, place: Mapping[str, Any]) -> PlaceReply:
        return cls.model_validate({**place, "document_id": document_id(place["document"])})


class CheckReply(BaseModel):
    """The check of a quotation."""

    quote: str
    verdict: Literal["exact", "altered", "crosses", "absent", "too_short"]
    says: str = Field(description="The verdict in words.")
    places: list[PlaceReply] = Field(description="Where it stands; empty unless it is exact or crosses a border.")
    nearest: PlaceReply | None = Field(description="The source's own wording, where it is altered or absent.")
    diff: list[list[str]] = Field(description="Steps from the quotation to `nearest.text`: [kind, quoted, source].")

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> CheckReply:
        more = {
            "says": qa_messages.VERDICTS[record["verdict"]].bilingual,
            "places": [PlaceReply.of(place) for place in record["places"]],
            "nearest": record["nearest"] and PlaceReply.of(record["nearest"]),
        }
        return cls.model_validate({**record, **more})


class PassageReply(Quoted):
    """A passage, with those beside it."""

    before: str | None = Field(description="The id of the passage before it; null for the first one.")
    after: str | None = Field(description="The id of the passage after it; null for the last one.")


class DocumentLine(BaseModel):
    """A document in the list."""

    id: str
    name: str
    title: str = Field(description="The titles of the works in it.")
    sha256: str = Field(description=_SHA)
    size: int = Field(description="Bytes of its file.")
    passages: int = Field(description="How many passages it has.")
    resource: str = Field(description="The address of its text and its sections.")


class DocumentsReply(BaseModel):
    """The documents that can be asked."""

    documents: list[DocumentLine]


class FoundReply(BaseModel):
    """A passage or heading that has the words."""

    text: str = Field(description=_TEXT)
    citation: str
    passage_id: str | None = Field(description="Null for a heading.")
    document: str
    document_id: str
    spans: Spans = Field(description=_SPANS)
    found: Spans = Field(description="The places of the words in the document's text.")
    lines: list[int]
    source_sha256: str = Field(description=_SHA)


class FindReply(BaseModel):
    """The passages and headings that have the words."""

    words: str
    found: list[FoundReply] = Field(description="In the order of the documents.")
    has_more: bool = Field(description="There are more: name a document, a longer wording or a greater limit.")


class CiteReply(BaseModel):
    """A quote with its citation."""

    text: str = Field(description="The quote with its citation.")
    citation: str
    form: str
    passage_id: str
    spans: Spans = Field(description="Of the quote in the document's text.")
    source_sha256: str = Field(description=_SHA)


def sendable(value: Any) -> Any:
    """Return the same JSON value without lone surrogates, which UTF-8 cannot hold."""
    match value:
        case str():
            return replace_surrogates(value)
        case list():
            return [sendable(one) for one in value]
        case dict():
            return {sendable(key): sendable(one) for key, one in value.items()}
    return value
