"""Makes what the page shows of the dictionary: the entries of a word, in our own type. The page shows the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from qa.qa_settings import GLOSSES
from web.html.templating import render

if TYPE_CHECKING:  # a page is served before it is imported
    from qa.question.glossing import Gloss


def gloss_html(gloss: Gloss) -> Markup:
    """Return the entries of a word; of one that the dictionary lacks, those of its parts."""
    return render(
        "gloss",
        entries=gloss.entries[: GLOSSES.entries],
        parts=gloss.parts,
        most=GLOSSES.senses,
    )
