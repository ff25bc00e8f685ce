"""Finds the boilerplate of a page: navigation, headers and footers, lists of links, its table of contents."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from corpus.corpus_settings import FORMATS
from corpus.formats.archive import local

_TAGS = frozenset({"nav", "footer", "aside", "menu", "search", "dialog", "button", "select", "textarea"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog"})
_LISTS = frozenset({"ul", "ol", "dl", "div", "table", "p", "section", "td"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def find_boilerplate(body: etree._Element) -> dict[etree._Element, str]:
    """Return the elements that are not text, with their kind of non-body: `chrome` or `contents`.

    Return none if no text would be left.
    """
    texts, links, counts = _measure(body)
    found = _by_tag(body) | _outside_main(body, texts)
    for element in body.iter():
        if (
            local(element) in _LISTS
            and counts[element] >= 3
            and links[element] >= FORMATS.html_link_share * texts[element]
            and links[element] < 60 * counts[element]
        ):
            inside = sum((a.get("href") or "").startswith("#") for a in element.iter("{*}a"))
            found[element] = "contents" if 2 * inside > counts[element] else "chrome"
    left = texts[body] - sum(texts[element] for element in found if not _has_ancestor(element, found))
    return found if left > 0 else {}


def _measure(
    body: etree._Element,
) -> tuple[Counter[etree._Element], Counter[etree._Element], Counter[etree._Element]]:
    """Return the number of characters, of characters in links, and of links in each element."""
    texts: Counter[etree._Element] = Counter()
    links: Counter[etree._Element] = Counter()
    counts: Counter[etree._Element] = Counter()
    for _, element in etree.iterwalk(body, events=("end",)):
        tag = local(element)
        if tag in ("script", "style", "template", "noscript"):
            continue
        texts[element] += len("".join((element.text or "").split()))
        if tag == "a":
            links[element] = texts[element]
            counts[element] = 1
        if (parent := element.getparent()) is not None and element is not body:
            texts[parent] += texts[element] + len("".join((element.tail or "").split()))
            links[parent] += links[element]
            counts[parent] += counts[element]
    return texts, links, counts


def _by_tag(body: etree._Element) -> dict[etree._Element, str]:
    found: dict[etree._Element, str] = {}
    for element in body.iter():
        tag = local(element)
        role = (element.get("role") or "").lower() if tag else ""
        kinds = (element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or "") if tag else ""
        if role == "doc-toc" or "toc" in kinds.split():
            found[element] = "contents"
        elif (
            tag in _TAGS
            or role in _ROLES
            or (
                tag == "header"
                and not _is_within(element, ("article", "main"))
                and not any(local(part) in _HEADINGS for part in element.iter())
            )
        ):
            found[element] = "chrome"
    return found


def _outside_main(body: etree._Element, texts: Counter[etree._Element]) -> dict[etree._Element, str]:
    """Return the elements outside <main> or the only <article>, except those with headings."""
    mains = [part for part in body.iter() if local(part) == "main" or (local(part) and part.get("role") == "main")]
    articles = [part for part in body.iter("{*}article")]
    main = mains[0] if len(mains) == 1 else articles[0] if len(articles) == 1 else None
    if main is None or texts[main] < FORMATS.html_main_share * texts[body]:
        return {}
    around = {main, *main.iterancestors()}
    return {
        element: "chrome"
        for ancestor in around - {main}
        for element in ancestor
        if element not in around
        and local(element) not in ("", "head")
        and not any(local(part) in _HEADINGS for part in element.iter())
    }


def _is_within(element: etree._Element, tags: tuple[str, ...]) -> bool:
    return any(local(ancestor) in tags for ancestor in element.iterancestors())


def _has_ancestor(element: etree._Element, found: dict[etree._Element, str]) -> bool:
    return any(ancestor in found for ancestor in element.iterancestors())
