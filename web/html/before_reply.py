"""Makes what stands between a question and its reply: which documents were asked, what became of earlier quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from index.catalog import CatalogEntry
from web.html.card import Link
from web.html.templating import render
from web.web_settings import PAGE


@dataclass(frozen=True, slots=True)
class Since:
    """What a reader must know of how a reply differs from the earlier one to the same question."""

    changed: tuple[str, ...]
    """The names of documents whose files are other ones now."""
    renamed: tuple[tuple[str, str], ...]
    """Earlier and present name of a file that was quoted."""
    gone: tuple[str, ...]
    lost: int
    """How many passages that were quoted are no longer in a changed document."""
    missing: tuple[Link, ...]
    """Passages that were quoted, are still there and are not in the reply now."""

    def __bool__(self) -> bool:
        return bool(self.changed or self.renamed or self.gone or self.lost or self.missing)


def before_reply_html(asked: Sequence[CatalogEntry], count: int, since: Since | None) -> Markup:
    """Return what is to be said before a reply; empty where all of `count` documents were asked, and nothing is.

    `asked`: the documents that were, empty for all. `since`: how it differs from an earlier reply; None if it was the
    first.
    """
    return render("before_reply", asked=asked, count=count, most=PAGE.named_texts, since=since)
