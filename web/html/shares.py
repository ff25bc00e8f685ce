"""Makes the shares of a question's words in the rank of a passage: a bar for each, and the words that it matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from web.html.markup import language, source_text
from web.html.templating import render
from web.web_settings import PAGE

if TYPE_CHECKING:  # a page is served before it is imported
    from qa.ranking.explanation import Explanation, WordShare


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A word of the question as a row of the list."""

    word: WordShare
    percent: int
    """Of the whole, rounded; 0 where it is below."""
    matched: list[Markup]
    """Slices of the source."""


def shares_html(explanation: Explanation | None) -> Markup:
    """Return the shares of the words, the largest first, the small ones together; a sentence where there are none."""
    if explanation is None or not explanation.words:
        return render("shares", rows=(), language="", others=(), others_percent=0, is_placed=explanation is None)
    document = explanation.document
    told = [
        one
        for one in explanation.words
        if one.matched or one.in_heading or (one.is_topic and one.share >= PAGE.least_share)
    ]
    rows = [
        ShownShare(
            one,
            _percent(one.share),
            [source_text(document.quote(spans)) for spans in one.matched[: PAGE.matches_of_a_word]],
        )
        for one in told[: PAGE.words_explained]
    ]
    others = [one for one in explanation.words if all(one is not row.word for row in rows)]
    return render(
        "shares",
        rows=rows,
        language=language(document),
        others=[one.text for one in others],
        others_percent=_percent(sum(one.share for one in others)),
        is_placed=False,
    )


def _percent(share: float) -> int:
    return max(0, round(share * 100))
