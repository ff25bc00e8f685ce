"""What became of the quotes of an earlier reply: a browser remembers where they stood, never their words."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.document import Document, Passage
from index.catalog import Catalog, CatalogEntry
from qa.citations.forms import own_form
from qa.citations.slices import members
from qa.reply import Reply, all_hits
from web.api.request import EarlierQuote
from web.html.before_reply import Since
from web.html.card import Link, spans_of
from web.html.markup import shown_name


def present_names(catalog: Catalog, earlier: Sequence[EarlierQuote]) -> dict[str, str]:
    """Return the present names of quoted documents that have another name now, by their earlier ones."""
    there = {shown_name(entry.name) for entry in catalog.entries}
    by_digest = {entry.sha256: shown_name(entry.name) for entry in reversed(catalog.entries)}
    return {
        quote.document: by_digest[quote.sha256]
        for quote in earlier
        if quote.document not in there and quote.sha256 in by_digest
    }


def compare(catalog: Catalog, earlier: Sequence[EarlierQuote], reply: Reply) -> Since:
    """Return what became of the quotes of an earlier reply to the same question."""
    entries = {shown_name(entry.name): entry for entry in catalog.entries}
    renamed = present_names(catalog, earlier)
    names = list(dict.fromkeys(quote.document for quote in earlier))
    cited = [(hit.citation.document, hit.citation.passage) for hit in all_hits(reply)]
    shown = {own.id for document, passage in cited for own in (passage, *members(document, passage))}
    missing: dict[str, Link] = {}
    lost = 0
    for quote in earlier:
        entry = entries.get(renamed.get(quote.document, quote.document))
        if entry is None:
            continue
        found = _passage(catalog, quote, entry)
        if found is None:
            lost += 1
        elif found[1].id not in shown:
            document, passage = found
            missing[passage.id] = Link.to(document, passage, own_form(document, passage))
    digests = {quote.document: quote.sha256 for quote in earlier}
    return Since(
        changed=tuple(name for name in names if name in entries and entries[name].sha256 != digests[name]),
        renamed=tuple(renamed.items()),
        gone=tuple(name for name in names if name not in entries and name not in renamed),
        lost=lost,
        missing=tuple(missing.values()),
    )


def _passage(catalog: Catalog, quote: EarlierQuote, entry: CatalogEntry) -> tuple[Document, Passage] | None:
    """Return the passage of a quote as it is now; None where it is gone from the document.

    Its id outlives changes of the file, but not of its name: in the same file under another name its place tells it.
    """
    if found := catalog.find(quote.passage):
        return found
    if entry.sha256 != quote.sha256:
        return None
    document = catalog.get(entry.name)
    passages = document.passages if document else ()
    return next(((document, one) for one in passages if document and spans_of(one).startswith(quote.first)), None)
