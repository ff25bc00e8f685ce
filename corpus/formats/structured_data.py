"""Reads what a page says about itself in schema.org's terms: JSON-LD in scripts, and microdata in attributes.

Values stand under `schema:` and the property in lower case, people and bodies by their names. Only the first thing that
is a text of its own kind (an article, a book, a law) counts: pages also describe themselves, their site and others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

from corpus.corpus_settings import FORMATS
from corpus.document import Kind
from corpus.formats.archive import local

KINDS: dict[str, Kind] = {
    "ScholarlyArticle": "article",
    "MedicalScholarlyArticle": "article",
    "NewsArticle": "newspaper",
    "ReportageNewsArticle": "newspaper",
    "OpinionNewsArticle": "newspaper",
    "AnalysisNewsArticle": "newspaper",
    "Book": "book",
    "Report": "report",
    "Legislation": "law",
    "Article": "webpage",
    "BlogPosting": "webpage",
    "TechArticle": "webpage",
    "WebPage": "webpage",
}
"""The kind of work of each type, the most telling first."""
_PEOPLE = ("author", "creator", "translator", "publisher")
_TEXTS = (
    *("headline", "name", "datepublished", "inlanguage", "url", "volumenumber", "issuenumber", "pagination"),
    *("pagestart", "pageend", "bookedition", "legislationidentifier"),
)
_WANTED = {*_TEXTS, *_PEOPLE, "ispartof", "identifier", "sameas"}


def structured_data(root: etree._Element) -> dict[str, list[str]]:
    """Return the values by name; `schema:@type` is the type. Broken scripts are passed over."""
    things = [*_things_of_scripts(root), *_things_of_microdata(root)]
    ranked = [(list(KINDS).index(kind), thing) for thing in things for kind in _types(thing) if kind in KINDS]
    if not ranked:
        return {}
    rank, thing = min(ranked, key=lambda pair: pair[0])
    found: dict[str, list[str]] = {"schema:@type": [list(KINDS)[rank]]}
    for name in _TEXTS:
        found[f"schema:{name}"] = [text for value in _values(thing, name) if (text := _text(value, "@id"))]
    for name in _PEOPLE:
        found[f"schema:{name}"] = [text for value in _values(thing, name) if (text := _text(value, "name"))]
    for part in [*_values(thing, "identifier"), *_values(thing, "sameas")]:
        found.setdefault("schema:identifier", []).append(_text(part, "value"))
    _add_containers(thing, found)
    return {name: texts for name, texts in found.items() if any(texts)}


def _add_containers(thing: dict[str, Any], found: dict[str, list[str]]) -> None:
    """Add journal, volume and issue: an article is part of an issue, which is part of a volume and of a periodical."""
    around = _values(thing, "ispartof")
    for _ in range(FORMATS.schema_depth):
        for part in around:
            if isinstance(part, dict):
                types = _types(part)
                if "WebSite" in types:
                    continue
                for name in ("volumenumber", "issuenumber"):
                    found.setdefault(f"schema:{name}", []).extend(_text(one, "") for one in _values(part, name))
                if not types & {"PublicationIssue", "PublicationVolume"}:
                    found.setdefault("schema:ispartof", []).extend(_text(one, "") for one in _values(part, "name"))
        around = [inner for part in around if isinstance(part, dict) for inner in _values(part, "ispartof")]


def _types(thing: dict[str, Any]) -> set[str]:
    return {str(one).rpartition("/")[2] for one in _values(thing, "@type")}


def _values(thing: dict[str, Any], name: str) -> list[Any]:
    value = thing.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, name: str) -> str:
    """Return a text, or the first text of that name in a thing."""
    if isinstance(value, dict):
        value = next(iter(_values(value, name)), "")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _things_of_scripts(root: etree._Element) -> Iterator[dict[str, Any]]:
    for script in root.iter("{*}script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            told = json.loads((script.text or "").strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        for top in told if isinstance(told, list) else [told]:
            graph = top.get("@graph") if isinstance(top, dict) else None
            for thing in [top, *(graph if isinstance(graph, list) else [])]:
                if isinstance(thing, dict):
                    yield _lowered(thing, 0)


def _lowered(thing: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return the thing with names in lower case, as deep as journals are nested."""

    def value_of(value: object) -> object:
        if isinstance(value, list):
            return [value_of(one) for one in value]
        return _lowered(value, depth + 1) if isinstance(value, dict) and depth < FORMATS.schema_depth else value

    return {str(name).lower(): value_of(value) for name, value in thing.items()}


def _things_of_microdata(root: etree._Element) -> Iterator[dict[str, Any]]:
    """Yield the things of the page that are in no other thing."""
    for element in root.iter():
        if isinstance(element.tag, str) and "itemscope" in element.attrib and "itemprop" not in element.attrib:
            yield _item(element, 0)


def _item(scope: etree._Element, depth: int) -> dict[str, Any]:
    thing: dict[str, Any] = {"@type": [(scope.get("itemtype") or "").strip()]}
    events = etree.iterwalk(scope, events=("start",))
    for _, element in events:
        if element is scope or not isinstance(element.tag, str):
            continue
        is_scope = "itemscope" in element.attrib
        for name in _WANTED.intersection((element.get("itemprop") or "").lower().split()):
            value = _item(element, depth + 1) if is_scope and depth < FORMATS.schema_depth else _value(element)
            thing.setdefault(name, []).append(value)
        if is_scope:
            events.skip_subtree()
    return thing


def _value(element: etree._Element) -> str:
    for name in ("content", "datetime"):
        if value := element.get(name):
            return value
    if local(element) in ("link", "a", "img"):
        return element.get("href") or element.get("src") or ""
    words: list[str] = []
    for part in element.itertext():
        words.append(str(part))
        if sum(map(len, words)) > FORMATS.longest_property:
            break
    return " ".join("".join(words).split())
