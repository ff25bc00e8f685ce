"""Both languages of a message are filled in, and a value is never read as a template."""

from __future__ import annotations

import dataclasses

import pytest

from corpus.message import Message

PAGES = Message(zh="共 {count:,} 页：{name}", en="{name} has {count:,} pages")


def test_the_fields_are_filled_in_in_both_languages() -> None:
    assert PAGES.format(count=1200, name="河道") == Message(zh="共 1,200 页：河道", en="河道 has 1,200 pages")


def test_a_message_in_a_message_gives_each_language_its_own() -> None:
    kind = Message(zh="表格", en="a table")
    assert Message(zh="这是{kind}。", en="is {kind}.").format(kind=kind) == Message(zh="这是表格。", en="is a table.")


@pytest.mark.parametrize("name", ["{count}", "{", "}}", "{0}", "{name.__class__}"])
def test_braces_in_a_value_are_data(name: str) -> None:
    filled = PAGES.format(count=3, name=name)
    assert filled.zh == f"共 3 页：{name}"
    assert Message(zh="“{what}”", en="{what}!").format(what=filled).zh == f"“共 3 页：{name}”"


def test_a_missing_value_raises_at_once() -> None:
    with pytest.raises(KeyError, match="name"):
        PAGES.format(count=3)


def test_the_languages_cannot_be_mixed_up_and_a_message_does_not_change() -> None:
    with pytest.raises(TypeError):
        Message("页", "page")  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PAGES.zh = "页"  # type: ignore[misc]
