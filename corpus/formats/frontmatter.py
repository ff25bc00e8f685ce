"""Reads Markdown front matter, the YAML between --- or the TOML between +++ at the top, as words of the source."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from corpus.bibliography.edition import CitationFields, Value
from corpus.bibliography.metadata_fields import FIELDS
from corpus.formats.properties import properties

_NULL = "tag:yaml.org,2002:null"
_BLOCK = re.compile(
    r"(?P<mark>---|\+\+\+)[ \t]*(?P<words>(?:\r\n|\r|\n).{0,20000}?)(?:\r\n|\r|\n)"
    r"(?:(?P=mark)|\.\.\.)[ \t]*(?:\r|\n|$)",
    re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_FIELDS = {key: field.name for field in FIELDS for key in field.front_matter}

_Given = dict[str, list[tuple[str, Sequence[int]]]]
"""For each field its values, each with the numbers of the lines that may hold it."""


def front_matter(text: str) -> CitationFields | None:
    """Return the metadata in the front matter; None if there is none or it is not valid YAML or TOML."""
    match = _BLOCK.match(text)
    if match is None:
        return None
    given = (_yaml if match["mark"] == "---" else _toml)(match["words"])
    known = properties({name: [value for value, _ in values] for name, values in given.items()})
    if known is None:
        return None
    return _in_own_words(known, given, _LINE_END.split(text[: match.end()]))


def _yaml(words: str) -> _Given:
    import yaml  # here: few texts have front matter

    try:
        node = yaml.compose(words, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    ends = [match.end() for match in _LINE_END.finditer(words)]  # YAML counts U+2028 and others as line ends, too
    given: _Given = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        name = _FIELDS.get(key.value.lower()) if isinstance(key, yaml.ScalarNode) else None
        values = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if name:
            own = (one for one in values if isinstance(one, yaml.ScalarNode) and one.tag != _NULL)
            given.setdefault(name, []).extend(
                (one.value, [bisect_right(ends, one.start_mark.index) + 1]) for one in own
            )
    return given


def _toml(words: str) -> _Given:
    try:
        found = tomllib.loads(_LINE_END.sub("\n", words))
    except (RecursionError, ValueError):
        return {}
    keys = [line.partition("=")[0].strip(" \t\"'") for line in _LINE_END.split(words)]
    given: _Given = {}
    for key, value in found.items():
        values = value if isinstance(value, list) else [value]
        if name := _FIELDS.get(key.lower()):
            # The library does not say on which line a value stands: that of its key, or of a list one below.
            lines = range(keys.index(key) + 1, len(keys) + 1) if key in keys else ()
            own = (str(one) for one in values if not isinstance(one, list | dict))
            given.setdefault(name, []).extend((one, lines) for one in own)
    return given


def _in_own_words(known: CitationFields, given: _Given, lines: Sequence[str]) -> CitationFields:
    """Return the metadata with each value as words of the source, if its line contains it."""
    words: dict[str, Value | tuple[Value, ...]] = {}
    for field in FIELDS:
        value = getattr(known, field.name)
        if value and field.kind != "date":
            own = _Lines(lines, [number for _, numbers in given[field.name] for number in numbers])
            words[field.name] = tuple(map(own.own, value)) if field.kind == "person" else own.own(value)
    quoted: CitationFields = known.model_copy(update=words)
    return quoted


class _Lines:
    """The lines of some values as one string, because there may be as many names as lines."""

    def __init__(self, lines: Sequence[str], numbers: Sequence[int]) -> None:
        self._numbers = list(dict.fromkeys(numbers))
        chosen = [lines[number - 1] for number in self._numbers]
        self._starts = [0, *accumulate(len(line) + 1 for line in chosen)]
        self._text = "\n".join(chosen)

    def own(self, value: Value) -> Value:
        """Return a value as words of the first line that contains it; unchanged if none does."""
        at = self._text.find(value.supplied) if value.supplied else -1
        if at < 0:
            return value
        return Value(line=self._numbers[bisect_right(self._starts, at) - 1], words=value.supplied)
