"""Replies and checks as the JSON objects of the command line (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from corpus.document import Document, Span
from qa.citations.forms import cite
from qa.reply import Answer, Citation, Hit, NotFound, Rejected, Reply

if TYPE_CHECKING:
    from qa.quotations.checker import Check, Place


def reply_as_json(reply: Reply, question_id: str | None, form: str = "own") -> dict[str, Any]:
    """Return a reply as a JSON object, with citations in a form of `qa.citations.forms.FORMS`."""
    head = {"id": question_id, "question": reply.question}
    match reply:
        case Rejected():
            return head | _body("rejected", None, (), (), (), form) | {"reason": reply.reason}
        case Answer(_, understood_as, unmatched_words, hits, near):
            remark = {} if reply.remark is None else {"remark": reply.remark}
            return head | _body("answered", understood_as, unmatched_words, hits, near, form) | remark
        case NotFound(_, understood_as, unmatched_words, near):
            return head | _body("not_found", understood_as, unmatched_words, (), near, form)


def _body(
    status: str,
    understood_as: str | None,
    unmatched_words: Iterable[str],
    hits: Iterable[Hit],
    near: Iterable[Hit],
    form: str,
) -> dict[str, Any]:
    return {
        "status": status,
        "understood_as": understood_as,
        "missing_terms": list(unmatched_words),
        "hits": [hit_as_json(hit, form) for hit in hits],
        "near": [hit_as_json(hit, form) | {"grade": None} for hit in near],  # of these nothing is said
    }


def hit_as_json(hit: Hit, form: str = "own") -> dict[str, Any]:
    """Return a hit; its `text` is the concatenation of the source's slices over `spans`."""
    document, passage = hit.citation.document, hit.citation.passage
    return {
        "passage_id": passage.id,
        "document": document.name,
        "text": hit.citation.text,
        "spans": pairs(passage.spans),
        "lines": list(document.lines(passage.spans)),
        "section": [section.label for section in passage.section.path],
        "paragraph": passage.paragraph,
        "citation": cite(form, document, passage),
        "best_sentence": pairs(hit.best_sentence.spans),
        "matched": pairs(hit.matched),
        "answer": pairs(hit.answer),
        "grade": hit.grade,
        "confidence": round(hit.confidence, 4),
        "source_sha256": document.sha256,
        "copies": [_copy_as_json(copy, form) for copy in hit.copies],
    } | recognition(document, passage.spans)


def _copy_as_json(copy: Citation, form: str) -> dict[str, Any]:
    return {
        "document": copy.document.name,
        "passage_id": copy.passage.id,
        "citation": cite(form, copy.document, copy.passage),
    }


def recognition(document: Document, spans: Sequence[Span]) -> dict[str, Any]:
    """Return that words were read from a picture, and where the recogniser was not sure; nothing for other words."""
    if not document.is_recognised(spans):
        return {}
    return {"recognised": True, "doubtful": pairs(document.doubtful_in(spans))}


def check_as_json(check: Check, quote_id: Any) -> dict[str, Any]:
    """Return the check of a quotation as a JSON object.

    `diff` changes the quotation into the text of `nearest`, as in difflib: `insert` has words that the quotation
    lacks, `delete` words that the source lacks. `nearest.differences` has the kinds of difference (`KINDS`).
    """
    return {
        "id": quote_id,
        "quote": check.quote,
        "verdict": check.verdict,
        "places": [_place_as_json(place) for place in check.places],
        "nearest": check.nearest
        and {"text": check.nearest.text} | _place_as_json(check.nearest) | {"differences": list(check.kinds)},
        "diff": [[step.op, step.quoted, step.source] for step in check.diff],
    } | _judged(check)


def _judged(check: Check) -> dict[str, Any]:
    """Return what alone differs, and what is said of the source that is named; nothing where neither is there."""
    judged: dict[str, Any] = {"only": check.only} if check.only else {}
    if check.named:
        judged |= {"named": list(check.named), "named_is_known": check.named_is_known}
        judged |= {"misattributed": check.misattributed}
    return judged


def _place_as_json(place: Place) -> dict[str, Any]:
    return {
        "document": place.document.name,
        "spans": pairs(place.spans),
        "lines": list(place.lines),
        "section": list(place.section),
        "citation": place.citation,
    } | recognition(place.document, place.spans)


def pairs(spans: Iterable[Span]) -> list[list[int]]:
    """Return spans as pairs of start and end."""
    return [[span.start, span.end] for span in spans]
