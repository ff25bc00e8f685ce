"""Every number that changes a result or a limit stands in the table of settings, and the table in docs/settings.md."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.configuration import SECTIONS

ROOT = Path(__file__).parents[2]
NO_SETTINGS = {
    "PARSER_VERSION": "counts changes of the code",
    "CHUNKER_VERSION": "counts changes of the code",
    "RANKER_VERSION": "counts changes of the code",
    "VECTORS_VERSION": "counts changes of the code",
    "FORMAT": "counts changes of the format",
    "FIRST": "the first format that is a database",
    "_GRAPH": "counts changes of the code",
    "_IS_UTF8": "a flag of ZIP files",
    "_RANGES": "blocks of Unicode",
    "_LAYOUT": "counts changes of a folder in the cache",
    "APPENDIX": "a place in the order of headings, compared with others",
    "UNDER_APPENDIX": "a place in the order of headings, compared with others",
    "_FAR": "minus infinity for the attention mask",
    "FAR": "minus infinity for the attention mask",
    "_SHIFT": "the 8-bit graph was measured with it (training/ranges.py)",
    "_SMALLEST": "the 8-bit graph was measured with it (training/ranges.py)",
    "_PAGE": "the size of SQLite's pages, which the program does not change",
    "_NAMED": "how many names the standards give in full",
    "_LONGEST_RUN": "tells initials (JA) from a short name in capitals",
    "_SEED": "makes a run repeatable",
    "_LONGEST_CELL": "a limit of XLSX",
    "_MOST_ROWS": "a limit of XLSX",
    "_MOST_COLUMNS": "a limit of XLSX",
    "_MOST_LINKS": "a limit of XLSX",
    "_HIGHEST_ROW": "a limit of XLSX",
    "_DEFAULT_SIZE": "of the font of XLSX, in points, by which columns are measured",
    "_WIDTHS": "widths of columns",
    "_QUESTION_WIDTH": "the width of a column",
    "_OTHER_WIDTH": "the width of a column",
    "EPSILON": "belongs to the network that was trained, as its weights do",
}
"""Numbers of modules that nobody may set, and why."""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("YUANWEN_")}
    command = [sys.executable, "-m", "qa", "settings", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**own, **environment}, capture_output=True, encoding="utf-8", check=False
    )


def numbers_of(path: Path) -> list[str]:
    """The names of a module's constants that are a number, or several."""
    found = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        inner = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
        plain = not any(isinstance(part, ast.Name | ast.Dict | ast.Set) for part in ast.walk(node.value))
        is_number = bool(inner) and all(isinstance(part.value, int | float) for part in inner)
        is_typed = "np.float32(" in ast.unparse(node.value)
        if isinstance(target, ast.Name) and is_number and (plain or is_typed):
            found.append(target.id)
    return found


def test_no_number_stands_in_a_module_alone() -> None:
    paths = [ROOT / "app.py", *(p for name in ("corpus", "index", "qa", "web") for p in (ROOT / name).rglob("*.py"))]
    alone = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for name in numbers_of(path)
        if name not in NO_SETTINGS and not isinstance(name, bool)
    }
    assert alone == set()


def test_the_page_of_settings_is_the_table() -> None:
    assert run("--markdown").stdout == (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_what_is_overridden_here_is_shown_beside_its_default() -> None:
    shown = run(YUANWEN_UPLOADS_TOGETHER="7").stdout
    assert "uploads.together = 7 bytes (default 256000000)\n" in shown


@pytest.mark.parametrize("arguments", [("settings",), ("ask", "上海精神是什么？")])
def test_a_setting_that_cannot_be_used_stops_each_command_with_a_sentence(arguments: tuple[str, ...]) -> None:
    environment = {**os.environ, "YUANWEN_ANSWERS_TOP": "none"}
    command = [sys.executable, "-m", "qa", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("YUANWEN_ANSWERS_TOP = 'none' cannot be used: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_setting_of_each_section_can_be_set() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")

    assert sorted(SECTIONS) == sorted(re.findall(r"^## (\w+)$", page, re.MULTILINE))
