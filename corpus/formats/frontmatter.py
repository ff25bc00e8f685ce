"""Markdown front matter: what the lines between --- at the top say of the text, in the file's own words."""

from __future__ import annotations

import re

import yaml

from corpus.bibliography.edition import CitationFields, Value
from corpus.formats.properties import properties

_BLOCK = re.compile(
    r"---[ \t]*(?:\r\n|\r|\n)(?P<yaml>.{0,20000}?)(?:\r\n|\r|\n)(?:---|\.\.\.)[ \t]*(?:\r|\n|$)", re.DOTALL
)
_KEYS = {
    "title": "title", "标题": "title", "author": "authors", "authors": "authors", "作者": "authors", "date": "date",
    "日期": "date", "发布日期": "date", "publisher": "publisher", "出版者": "publisher", "发布机构": "publisher",
}  # fmt: skip


def front_matter(text: str) -> CitationFields | None:
    """Return what the front matter says; None if there is none, or it is no YAML."""
    match = _BLOCK.match(text)
    if match is None:
        return None
    try:
        node = yaml.compose(match["yaml"], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None
    said: dict[str, list[yaml.ScalarNode]] = {}
    for key, value in node.value:
        name = _KEYS.get(key.value.lower()) if isinstance(key, yaml.ScalarNode) else None
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if name:
            said.setdefault(name, []).extend(one for one in values if isinstance(one, yaml.ScalarNode))
    known = properties(
        title=next((node.value for node in said.get("title", ())), None),
        authors=[node.value for node in said.get("authors", ())],
        date=next((node.value for node in said.get("date", ())), None),
        publisher=next((node.value for node in said.get("publisher", ())), None),
    )
    if known is None:
        return None
    lines = re.split(r"\r\n|\r|\n", text[: match.end()])

    def own(value: Value | None, nodes: list[yaml.ScalarNode]) -> Value | None:
        """Return the value as words of the source, where a line has just them."""
        for node in nodes:
            number = node.start_mark.line + 2
            if value and value.supplied and value.supplied in lines[number - 1]:
                return Value(line=number, words=value.supplied)
        return value

    authors = tuple(own(author, said["authors"]) or author for author in known.authors or ()) or None
    return known.model_copy(
        update={
            "title": own(known.title, said.get("title", [])),
            "authors": authors,
            "publisher": own(known.publisher, said.get("publisher", [])),
        }
    )
