"""Exports a conversation as Markdown. Quotes keep every character."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import count

from qa import qa_messages
from qa.citations.forms import FORMS, quote_in_markdown
from qa.citations.markdown_quote import escape_markdown, fence, uncarriable
from qa.output.export_words import ExportedTurn, ExportWords, citation_of, form_beside_quote, hits_of, marked_in
from qa.reply import Hit, Reply


def to_markdown(
    turns: Sequence[ExportedTurn], form: str = "own", *, language: str = "zh", on: datetime.date | None = None
) -> str:
    """Return the conversation in Markdown, its citations in a form of `qa.citations.forms.FORMS`.

    A Markdown reader shows exactly the quote, with the words that answer in `<mark>`, and beside the citation whether
    it answers. What comes after the hits of an answer is left out. A quote that Markdown cannot hold is replaced by a
    sentence. `language` is that of our own words: `zh` or `en`. `on` is the date of the export, by default today.
    """
    words = ExportWords(language)
    form = form_beside_quote(form)
    parts = [f"# {words.say(qa_messages.EXPORT_TITLE)}", "  \n".join(map(escape_markdown, words.head(turns, on)))]
    numbers = count(1)
    for number, turn in enumerate(turns, start=1):
        parts.append(f"## {escape_markdown(words.question(number, turn), is_start=False)}")
        parts += map(escape_markdown, words.remarks(turn, turns))
        for hit in hits_of(turn.reply):
            parts += _hit(next(numbers), hit, turn.reply, form, words)
    parts += map(escape_markdown, words.recognised(turns))
    if sources := words.sources(turns):
        parts += [
            f"## {words.say(qa_messages.SOURCES)}",
            "\n".join(f"- {escape_markdown(name)}: SHA-256 `{sha}`" for name, sha in sources),
        ]
    return "\n\n".join(parts) + "\n"


def _hit(number: int, hit: Hit, reply: Reply, form: str, words: ExportWords) -> list[str]:
    grade = words.grade(hit, reply)
    # No link: a blank follows, and all brackets of other text are escaped.
    label = f"[{number}]" if grade is None else f"[{number} · {grade}]"
    characters = uncarriable(hit.citation.text)
    body = (
        words.left_out(characters)
        if characters
        else quote_in_markdown(hit.citation.document, hit.citation.passage, marked_in(hit, reply))
    )
    citation = citation_of(hit, form)
    copies = words.copies(hit)
    also = [] if copies is None else [escape_markdown(copies)]
    language = FORMS[form].language
    if language:
        return [body, label, fence(citation, language), *also]
    return [body, f"{label} {escape_markdown(citation)}", *also]
