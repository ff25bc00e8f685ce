"""Makes the HTML of a reply: cards of its hits, or what to try instead. A quote's text content is its slices alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from markupsafe import Markup

from corpus.document import Document, Section
from qa.reply import Answer, NotFound, Rejected, Reply
from web import strings
from web.html.card import card_html
from web.html.markup import both, language
from web.html.reading_pane import contents_label, section_anchor
from web.html.templating import render
from web.web_settings import PAGE

if TYPE_CHECKING:
    from qa.question.topic_places import TopicPlaces

_FOUND_VERDICTS = (("right", strings.RIGHT), ("wrong", strings.WRONG), ("none", strings.SHOULD_BE_NONE))
_NOT_FOUND_VERDICTS = (("none", strings.RIGHT_NONE), ("wrong", strings.THERE_IS))


@dataclass(frozen=True, slots=True)
class SectionChip:
    """A button that shows a section in the reading pane."""

    anchor: str
    """The id of the section's element there."""
    document: str
    language: str
    label: str


def reply_html(reply: Reply, *, stored: Sequence[Document] | None = None, feedback: bool = False) -> Markup:
    """Return the reply: one element with `data-status` answered, not_found or rejected.

    Each quote is compared with the documents that are `stored` now, by default those that it came from. `feedback`:
    with buttons that keep the reader's verdict.
    """
    match reply:
        case Answer():
            cards = [card_html(hit, stored=stored, is_first=not number) for number, hit in enumerate(reply.hits)]
            sure = sum(hit.grade == "answers" for hit in reply.hits)
            shown = min(max(sure, 1), PAGE.cards)
            return render(
                "reply",
                status="answered",
                reply=reply,
                missing_words=_missing(reply),
                headings=_chips(reply.headings),
                found=_found(sure),
                cards=cards[:shown],
                rest=cards[shown:],
                near=_near_cards(reply, stored),
                topics=_topics(reply),
                document=reply.hits[0].citation.document if reply.hits else None,
                verdicts=_FOUND_VERDICTS if feedback else (),
            )
        case NotFound():
            return render(
                "reply",
                status="not_found",
                reply=reply,
                missing_words=_missing(reply),
                rewordings=_rewordings(reply),
                sections=_chips(sections_to_browse(reply, stored)),
                near=_near_cards(reply, stored),
                verdicts=_NOT_FOUND_VERDICTS if feedback else (),
            )
        case Rejected():
            return render("reply", status="rejected", reply=reply, headings=_chips(reply.headings), verdicts=())
        case _:
            assert_never(reply)


def _missing(reply: Answer | NotFound) -> list[str]:
    """Return the words that the documents lack, an English one with the Chinese by which it was looked for."""
    from qa.question.asked_words import chinese_of  # a page is served before it is imported

    return [f"{word} ({'、'.join(names)})" if (names := chinese_of(word)) else word for word in reply.unmatched_words]


def _topics(reply: Answer) -> list[TopicPlaces]:
    """Return topic words of the question that the document of the first hit also has elsewhere."""
    from qa.question.topic_places import topic_places  # as above

    if not reply.hits:
        return []
    document = reply.hits[0].citation.document
    if len(document.text) > PAGE.topic_text:
        return []
    shown = [hit.citation.passage for hit in reply.hits if hit.citation.document is document]
    return topic_places(reply.question, document, shown, PAGE.topic_places)[: PAGE.topic_words]


def _found(sure: int) -> Markup:
    """Return how many passages surely answer; if none does, that the one that is shown only may answer."""
    if not sure:
        return both(strings.FOUND_UNSURE)
    return both(strings.FOUND_ONE) if sure == 1 else both(strings.FOUND, count=sure)


def _near_cards(reply: Answer | NotFound, stored: Sequence[Document] | None) -> list[Markup]:
    return [card_html(hit, stored=stored, is_near=True) for hit in reply.near]


def _rewordings(reply: NotFound) -> list[str]:
    """Return the words that the documents lack, without which something is left to ask."""
    return [term for term in reply.unmatched_words if term in reply.question and term != reply.question]


def _chips(headings: Iterable[tuple[Document, Section]]) -> list[SectionChip]:
    return [
        SectionChip(section_anchor(document, section), document.name, language(document), contents_label(section))
        for document, section in headings
    ]


def sections_to_browse(reply: NotFound, stored: Sequence[Document] | None) -> list[tuple[Document, Section]]:
    """Return sections to browse: those of the nearest passages, then the outermost sections of the first document."""
    documents = [hit.citation.document for hit in reply.near] or list(stored or ())
    found: dict[int, tuple[Document, Section]] = {}
    for hit in reply.near:
        for section in hit.citation.passage.section.path[:1]:
            found.setdefault(id(section), (hit.citation.document, section))
    for document in documents[:1]:
        for section in document.sections:
            if section.level == 1:
                found.setdefault(id(section), (document, section))
    return list(found.values())[: PAGE.sections_offered]
