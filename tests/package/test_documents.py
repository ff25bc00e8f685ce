"""The README and the docstrings do what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import corpus
import index
import qa
import web
import yuanwen

ROOT = Path(__file__).parents[2]
_GROUND = {"Span", "cut", "Date", "terms", "years_in"}
"""Values and functions that everything else is made of: each has an example in its docstring."""


def _examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for package in (corpus, index, qa, web, yuanwen):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                yield from (test for test in finder.find(importlib.import_module(module.name)) if test.examples)


EXAMPLES = list(_examples())


def test_ground_values_have_examples() -> None:
    """A reader sees at once what they are."""
    assert {test.name.rpartition(".")[2] for test in EXAMPLES} >= _GROUND


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda test: test.name)
def test_examples_in_docstrings_are_right(example: doctest.DocTest) -> None:
    """They give what they say they give."""
    said: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(example, out=said.append)

    assert "".join(said) == ""
    assert runner.summarize(verbose=False).attempted > 0


@pytest.mark.model
def test_the_quickstart_prints_a_quote_and_its_citation(
    real_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The README's Python, as it stands there."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setattr("qa.service.bootstrap.default_folder", lambda model: real_folder)
    exec(compile(code, "README.md", "exec"), {})
    quote, citation = capsys.readouterr().out.splitlines()

    assert len(code.strip().splitlines()) <= 8
    assert "设在北京的秘书处" in quote
    assert citation.startswith("〔上海合作组织二十周年杜尚别宣言〕 一、")
    assert citation.endswith(" · 第7段（第57行）")
