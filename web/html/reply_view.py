"""Makes the HTML of a reply: cards of its hits, or what to try instead. A quote's text content is its slices alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from corpus.document import Document, Section
from corpus.message import Message
from qa import qa_messages
from qa.qa_settings import ANSWERS
from qa.reply import Answer, Headings, NotFound, Rejected, Reply
from web import strings
from web.html.card import card_html
from web.html.markup import both, escape, language
from web.html.reading_pane import contents_label, section_anchor
from web.web_settings import PAGE


def reply_html(reply: Reply, *, stored: Sequence[Document] | None = None, feedback: bool = False) -> str:
    """Return the reply: one element with `data-status` answered, not_found or rejected.

    Each quote is compared with the documents that are `stored` now, by default those that it came from.
    """
    match reply:
        case Answer():
            return _article("answered", _found(reply, stored) + _feedback_buttons(reply, feedback))
        case NotFound():
            near = _folded("near", both(strings.NEAREST), _near_cards(reply, stored))
            inner = _understood(reply) + _verdict(reply) + _other_ways(reply, stored) + near
            return _article("not_found", inner + _feedback_buttons(reply, feedback))
        case Rejected():
            return _article("rejected", f'<p class="verdict">{both(reply.message)}</p>{_chips(reply.headings)}')
        case _:
            assert_never(reply)


def _article(status: str, inner: str) -> str:
    return f'<article class="reply" data-status="{status}">{inner}</article>'


def _found(answer: Answer, stored: Sequence[Document] | None) -> str:
    """Return the cards of an answer: some of them open, the rest and what comes after them folded."""
    count = len(answer.hits)
    if any(hit.grade == "answers" for hit in answer.hits):
        found = both(strings.FOUND_ONE) if count == 1 else both(strings.FOUND, count=count)
    else:
        found = both(strings.FOUND_UNSURE, count=count)
    cards = [card_html(hit, stored=stored) for hit in answer.hits]
    shown, rest = cards[: ANSWERS.top], cards[ANSWERS.top :]
    remark = "" if answer.message is None else f'<p class="verdict">{both(answer.message)}</p>{_chips(answer.headings)}'
    return (
        f'{remark}{_understood(answer)}<p class="count">{found}{_missing(answer)}</p>{"".join(shown)}'
        f"{_folded('rest', both(strings.REST, count=len(rest)), rest)}"
        f"{_folded('next', both(strings.NEXT_NEAREST), _near_cards(answer, stored))}"
    )


def _folded(name: str, summary: str, cards: Sequence[str]) -> str:
    """Return cards that open on request; nothing without cards."""
    return f'<details class="{name}"><summary>{summary}</summary>{"".join(cards)}</details>' if cards else ""


def _near_cards(reply: Answer | NotFound, stored: Sequence[Document] | None) -> list[str]:
    return [card_html(hit, stored=stored, is_near=True) for hit in reply.near]


def _understood(reply: Answer | NotFound) -> str:
    if reply.understood_as is None:
        return ""
    alone = f'<button type="button" class="alone" data-act="askAlone">{both(strings.ASK_ALONE)}</button>'
    return f'<p class="understood">{both(strings.UNDERSTOOD_AS)}{escape(reply.understood_as)} {alone}</p>'


def _verdict(reply: NotFound) -> str:
    return f'<p class="verdict"><strong>{both(qa_messages.NO_ANSWER)}</strong>{_missing(reply)}</p>'


def _missing(reply: Answer | NotFound) -> str:
    """Return the question's words that the documents lack; beside quotes, that is a warning."""
    if not reply.unmatched_words:
        return ""
    terms = both(strings.COMMA).join(f"<b>{escape(term)}</b>" for term in reply.unmatched_words)
    return f' <span class="missing">{both(strings.MISSING)}{terms}</span>'


def _other_ways(reply: NotFound, stored: Sequence[Document] | None) -> str:
    """Return what to try instead: ask without a word that the documents lack, or browse the nearest sections."""
    chips = ""
    for term in reply.unmatched_words:
        if term in reply.question and term != reply.question:
            chips += (
                f'<button type="button" class="chip" data-act="reword" data-question="{escape(reply.question)}" '
                f'data-term="{escape(term)}">{both(strings.REWORD, term=term)}</button>'
            )
    chips += _section_chips(sections_to_browse(reply, stored))
    return f'<p class="ways">{both(strings.OTHER_WAYS)}</p><div class="chips">{chips}</div>' if chips else ""


def _chips(headings: Headings) -> str:
    return f'<div class="chips">{_section_chips(headings)}</div>' if headings else ""


def _section_chips(headings: Iterable[tuple[Document, Section]]) -> str:
    """Return a button for each section, which shows it in the reading pane."""
    return "".join(
        f'<button type="button" class="chip" data-to="{section_anchor(document, section)}" '
        f'data-document="{escape(document.name)}" lang="{language(document)}">'
        f"{escape(contents_label(section))}</button>"
        for document, section in headings
    )


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


def _feedback_buttons(reply: Answer | NotFound, feedback: bool) -> str:
    """Return the buttons that keep the reader's verdict on a reply as a test question; nothing without `feedback`."""
    if not feedback:
        return ""
    verdicts: tuple[tuple[str, Message], ...]
    if isinstance(reply, Answer):
        verdicts = (("right", strings.RIGHT), ("wrong", strings.WRONG), ("none", strings.SHOULD_BE_NONE))
    else:
        verdicts = (("none", strings.RIGHT_NONE), ("wrong", strings.THERE_IS))
    buttons = "".join(
        f'<button type="button" data-act="judge" data-verdict="{verdict}">{both(message)}</button>'
        for verdict, message in verdicts
    )
    return (
        f'<div class="judge" role="group" aria-label="{escape(strings.JUDGE.zh)} {escape(strings.JUDGE.en)}">'
        f'<span>{both(strings.JUDGE)}</span>{buttons}<div class="judged" role="status"></div></div>'
    )
