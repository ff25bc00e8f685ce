"""Makes example questions of a document: of what it defines, and of its headings. None promises an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from corpus.document import Document
from corpus.grammar.enumerators import enumerator_of
from web import library_messages, strings
from web.html.markup import language
from web.html.templating import render
from web.web_settings import PAGE

_TERM = r"(?P<term>[^\s，。；：、“”「」（）()]+)"
_DEFINITIONS = (
    re.compile(rf"所称的?[“「]?{_TERM}[”」]?[，,]?(?:是|系)指"),
    re.compile(rf"(?:^|[。；\n])[“「]{_TERM}[”」][，,]?(?:是|系)?指"),
    re.compile(
        rf"(?:^|[。；\n])(?:[（(]?[一二三四五六七八九十\d]+[）)、.])?\s*(?:本[^，。；]*?所称的?)?{_TERM}[，,](?:是|系)指"
    ),
    re.compile(r"[“\"](?P<term>[A-Za-z][A-Za-z -]+)[”\"] means\b"),
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question to click."""

    question: str
    language: str
    """The one in which the page shows it, `zh` or `en`; empty: in both."""


def examples_html(document: Document) -> Markup:
    """Return example questions to click: those written for the document, or some about its own terms and headings.

    The latter are in the document's language; a reader of the other is told that theirs does as well.
    """
    questions = strings.EXAMPLES.get(document.name) or example_questions(document)
    english = strings.ENGLISH_EXAMPLES.get(document.name) or questions
    shown = [
        Example(
            question, "" if question in questions and question in english else "zh" if question in questions else "en"
        )
        for question in dict.fromkeys((*questions, *english))
    ]
    other = "" if document.name in strings.EXAMPLES else "en" if language(document) == "zh-Hans" else "zh"
    return render("examples", examples=shown, other=other if shown else "")


def example_questions(document: Document) -> list[str]:
    """Return questions about what a document defines, then about its longest headings in reading order.

    A heading that is a number alone (第一条) makes one only where there is nothing else.
    """
    tongue = "zh" if language(document) == "zh-Hans" else "en"
    what_is, what_says = getattr(library_messages.WHAT_IS, tongue), getattr(strings.WHAT_SAYS, tongue)
    most = PAGE.example_questions
    terms = [what_is.format(term=term) for term in _terms(document, most - most // 2)]
    headings = _headings(document)
    titled = {label: length for label, length in headings.items() if length}
    longest = sorted(titled, key=lambda label: -titled[label])[: most - len(terms)]
    chosen = [label for label in titled if label in longest]
    if not terms and not chosen:
        chosen = [label for label in headings if len(label) <= PAGE.longest_example][: min(most, 1)]
    return terms + [what_says.format(heading=_shown(label)) for label in chosen]


def _terms(document: Document, most: int) -> list[str]:
    """Return terms that the document defines, at most so many, each once."""
    found: dict[str, None] = {}
    for passage in document.passages:
        if len(found) >= most:
            break
        text = document.quote(passage.spans)
        found |= dict.fromkeys(term for term in _defined(text) if 1 < len(term) <= PAGE.longest_example)
    return list(found)[:most]


def _defined(text: str) -> Iterator[str]:
    for pattern in _DEFINITIONS:
        for match in pattern.finditer(text):
            yield match["term"]


def _headings(document: Document) -> dict[str, int]:
    """Return the headings in reading order, each with the length of its words: without its number, 0 if too long."""
    found: dict[str, int] = {}
    for section in document.sections:
        if section.level and section.title_span:
            label = " ".join(section.label.split())
            words = _shown(label)
            found[label] = len(words) if words != label or not enumerator_of(label) else 0
            if not 1 < len(words) <= PAGE.longest_example:
                found[label] = 0
    return found


def _shown(label: str) -> str:
    """Return a heading without its number; a number alone as it is."""
    number = enumerator_of(label)
    return (label[number.end :].strip() if number else "") or label
