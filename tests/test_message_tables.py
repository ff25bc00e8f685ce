"""Everything that is said to a person stands in the table of its package, whole, in both languages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from corpus import corpus_messages
from corpus.bibliography import metadata_fields
from corpus.message import Message
from index import index_messages
from qa import check_report_messages, grid_messages, qa_messages
from web import excerpt_messages, library_messages, security_messages, strings, talk_messages
from web.v1 import api_messages
from yuanwen import client_messages

TABLES = (
    corpus_messages,
    index_messages,
    qa_messages,
    grid_messages,
    check_report_messages,
    strings,
    talk_messages,
    excerpt_messages,
    library_messages,
    security_messages,
    api_messages,
    client_messages,
)
ROOT = Path(corpus_messages.__file__).parent.parent
PACKAGES = ("corpus", "index", "qa", "web", "yuanwen")
SAME_IN_BOTH = {"MARKDOWN", "WORD"}
"""Names that are no Chinese words."""
SWITCHES = {"TO_ENGLISH"}
"""It names the language that it switches to."""


def _messages(value: object) -> Iterator[Message]:
    if isinstance(value, Message):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _messages(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _messages(one)


ALL = [
    pytest.param(message, id=f"{table.__name__}.{name}")
    for table in TABLES
    for name, value in vars(table).items()
    if name not in SAME_IN_BOTH | SWITCHES
    for message in _messages(value)
]


def _fields(wording: str) -> set[str]:
    """Return the values that a wording needs; `path.name` needs `path`."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(wording) if name is not None}


@pytest.mark.parametrize("message", ALL)
def test_both_languages_are_whole_and_need_the_same_values(message: Message) -> None:
    """But for `reason`: the words of a library are English, and Chinese may leave them out."""
    assert message.en.strip()
    assert re.search(r"[\u4e00-\u9fff、；]", message.zh)
    assert not re.search(r"[\u4e00-\u9fff]", message.en)
    assert _fields(message.en) - _fields(message.zh) <= {"reason"}
    assert _fields(message.zh) <= _fields(message.en)


@pytest.mark.parametrize("message", ALL)
def test_chinese_has_chinese_punctuation(message: Message) -> None:
    """No half-width mark touches a Chinese character, and a sentence ends as one."""
    assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", message.zh)
    assert not message.zh.endswith((",", ".", ";", ":", "?", "!"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_each_message_is_said_somewhere(table: ModuleType) -> None:
    """Each constant is read outside its table, by code or by a template, or by another message in it."""
    short = table.__name__.rpartition(".")[2]
    used: set[str] = set()
    for path in (
        one for package in PACKAGES for ending in ("py", "html") for one in (ROOT / package).rglob(f"*.{ending}")
    ):
        used |= set(re.findall(rf"\b{short}\.([A-Z_0-9]+)\b", path.read_text("utf-8")))
    constants = {name for name, value in vars(table).items() if name.isupper() and any(_messages(value))}
    assert constants - used == set()


def test_no_wording_stands_outside_the_tables() -> None:
    """Code makes messages only of values, such as lists of names; their words are in a table.

    The names of the fields of citations stand in the table of those.
    """
    tables = {Path(str(table.__file__)) for table in (*TABLES, metadata_fields)}
    outside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path not in tables
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"
        if any(isinstance(keyword.value, ast.Constant | ast.JoinedStr) for keyword in node.keywords)
    ]
    assert outside == []
