"""Reads Markdown front matter, the YAML between --- at the top of a text, as words of the source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import yaml

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS
from corpus.formats.properties import properties

_NULL = "tag:yaml.org,2002:null"
_BLOCK = re.compile(
    r"---[ \t]*(?:\r\n|\r|\n)(?P<yaml>.{0,20000}?)(?:\r\n|\r|\n)(?:---|\.\.\.)[ \t]*(?:\r|\n|$)", re.DOTALL
)
_FIELDS = {key: field.name for field in FIELDS for key in field.front_matter}


def front_matter(text: str) -> CitationFields | None:
    """Return the metadata in the front matter; None if there is none or it is not valid YAML."""
    match = _BLOCK.match(text)
    if match is None:
        return None
    try:
        node = yaml.compose(match["yaml"], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None
    raw: dict[str, list[yaml.ScalarNode]] = {}
    for key, value in node.value:
        name = _FIELDS.get(key.value.lower()) if isinstance(key, yaml.ScalarNode) else None
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if name:
            given = (one for one in values if isinstance(one, yaml.ScalarNode) and one.tag != _NULL)
            raw.setdefault(name, []).extend(given)
    known = properties({name: [node.value for node in nodes] for name, nodes in raw.items()})
    if known is None:
        return None
    return _in_own_words(known, raw, re.split(r"\r\n|\r|\n", text[: match.end()]))


def _in_own_words(
    known: CitationFields, raw: Mapping[str, Sequence[yaml.ScalarNode]], lines: Sequence[str]
) -> CitationFields:
    """Return the metadata with each value as words of the source, if its line contains it."""

    def own(value: Value, nodes: Sequence[yaml.ScalarNode]) -> Value:
        for node in nodes:
            number = node.start_mark.line + 2
            if value.supplied and value.supplied in lines[number - 1]:
                return Value(line=number, words=value.supplied)
        return value

    words: dict[str, Value | tuple[Value, ...]] = {}
    for field in FIELDS:
        value = getattr(known, field.name)
        if value and field.kind == "person":
            words[field.name] = tuple(own(one, raw[field.name]) for one in value)
        elif value and field.kind != "date":
            words[field.name] = own(value, raw[field.name])
    quoted: CitationFields = known.model_copy(update=words)
    return quoted
