"""Finds the boilerplate of a page: navigation, headers and footers, lists of links, its table of contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from corpus.corpus_settings import FORMATS
from corpus.formats.archive import local

_TAGS = frozenset({"nav", "footer", "aside", "menu", "search", "dialog", "button", "select", "textarea"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog"})
_NOTES = frozenset({"footnote", "endnote", "rearnote", "note", "doc-footnote", "doc-endnote"})
"""What the notes of a book are called, each of which is often an <aside>."""
_LISTS = frozenset({"ul", "ol", "dl", "div", "table", "p", "section", "td"})
_MAIN = frozenset({"article", "main"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class _Counts:
    """What an element has inside, itself included."""

    texts: int = 0
    """Characters, without blanks."""
    linked: int = 0
    """Characters in links."""
    links: int = 0
    own_links: int = 0
    """Links to places on the same page."""
    headings: int = 0


def find_boilerplate(body: etree._Element) -> dict[etree._Element, str]:
    """Return the elements that are not text, with their kind of non-body: `chrome` or `contents`.

    Return none if no text would be left.
    """
    counts = _measure(body)
    found = _by_tag(body, counts) | _outside_main(body, counts)
    for element in body.iter():
        if local(element) not in _LISTS:
            continue
        inside = counts[element]
        if (
            inside.links >= 3
            and inside.linked >= FORMATS.html_link_share * inside.texts
            and inside.linked < 60 * inside.links
        ):
            found[element] = "contents" if 2 * inside.own_links > inside.links else "chrome"
    left = counts[body].texts - _texts_of_outermost(body, found, counts)
    return found if left > 0 else {}


def _measure(body: etree._Element) -> Mapping[etree._Element, _Counts]:
    """Return the counts of each element, in one walk: no element is counted again for those around it."""
    counts: dict[etree._Element, _Counts] = defaultdict(_Counts)
    for _, element in etree.iterwalk(body, events=("end",)):
        tag = local(element)
        own = counts[element]
        own.headings += tag in _HEADINGS
        own.own_links += tag == "a" and (element.get("href") or "").startswith("#")
        parent = counts[above] if (above := element.getparent()) is not None and element is not body else _Counts()
        parent.headings += own.headings
        parent.own_links += own.own_links
        if tag in ("script", "style", "template", "noscript"):
            continue
        own.texts += len("".join((element.text or "").split()))
        if tag == "a":
            own.linked, own.links = own.texts, 1
        parent.texts += own.texts + len("".join((element.tail or "").split()))
        parent.linked += own.linked
        parent.links += own.links
    return counts


def _by_tag(body: etree._Element, counts: Mapping[etree._Element, _Counts]) -> dict[etree._Element, str]:
    found: dict[etree._Element, str] = {}
    around = sum(local(ancestor) in _MAIN for ancestor in body.iterancestors())
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = local(element)
        if event == "end":
            around -= tag in _MAIN
            continue
        role = (element.get("role") or "").lower() if tag else ""
        kinds = (element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or "") if tag else ""
        if role == "doc-toc" or "toc" in kinds.split():
            found[element] = "contents"
        elif tag == "aside" and (role in _NOTES or not _NOTES.isdisjoint(kinds.split())):
            pass
        elif tag in _TAGS or role in _ROLES or (tag == "header" and not around and not counts[element].headings):
            found[element] = "chrome"
        around += tag in _MAIN
    return found


def _outside_main(body: etree._Element, counts: Mapping[etree._Element, _Counts]) -> dict[etree._Element, str]:
    """Return the elements outside <main> or the only <article>, except those with headings."""
    mains = [part for part in body.iter() if local(part) == "main" or (local(part) and part.get("role") == "main")]
    articles = [part for part in body.iter("{*}article")]
    main = mains[0] if len(mains) == 1 else articles[0] if len(articles) == 1 else None
    if main is None or counts[main].texts < FORMATS.html_main_share * counts[body].texts:
        return {}
    around = {main, *main.iterancestors()}
    return {
        element: "chrome"
        for ancestor in around - {main}
        for element in ancestor
        if element not in around and local(element) not in ("", "head") and not counts[element].headings
    }


def _texts_of_outermost(
    body: etree._Element, found: Mapping[etree._Element, str], counts: Mapping[etree._Element, _Counts]
) -> int:
    """Return the number of characters in the elements that were found, those inside others counted once."""
    texts = 0
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if element in found:
            texts += counts[element].texts
            walk.skip_subtree()
    return texts
