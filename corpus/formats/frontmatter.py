"""Reads Markdown front matter, the YAML between --- at the top of a text, as words of the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS
from corpus.formats.properties import properties

if TYPE_CHECKING:  # few texts have front matter
    import yaml

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
    import yaml

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
    words: dict[str, Value | tuple[Value, ...]] = {}
    for field in FIELDS:
        value = getattr(known, field.name)
        if value and field.kind != "date":
            given = _Lines(lines, raw[field.name])
            words[field.name] = tuple(map(given.own, value)) if field.kind == "person" else given.own(value)
    quoted: CitationFields = known.model_copy(update=words)
    return quoted


class _Lines:
    """The lines of some values as one string, because there may be as many names as lines."""

    def __init__(self, lines: Sequence[str], nodes: Sequence[yaml.ScalarNode]) -> None:
        self._numbers = list(dict.fromkeys(node.start_mark.line + 2 for node in nodes))
        chosen = [lines[number - 1] for number in self._numbers]
        self._starts = [0, *accumulate(len(line) + 1 for line in chosen)]
        self._text = "\n".join(chosen)

    def own(self, value: Value) -> Value:
        """Return a value as words of the first line that contains it; unchanged if none does."""
        at = self._text.find(value.supplied) if value.supplied else -1
        if at < 0:
            return value
        return Value(line=self._numbers[bisect_right(self._starts, at) - 1], words=value.supplied)
