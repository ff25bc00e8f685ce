"""What holds for the folders of code as a whole."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["corpus", "index", "qa", "web", "yuanwen"]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_no_module_name_exists_twice() -> None:
    """A name alone says which file is meant."""
    names = Counter(path.stem for path in MODULES if path.stem not in ("__init__", "__main__"))

    assert len(names) > 80
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("folder", sorted({path.parent.relative_to(ROOT).as_posix() for path in MODULES}))
def test_every_folder_says_what_is_in_it(folder: str) -> None:
    """In the docstring of its `__init__.py`."""
    assert ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8")))


def test_nothing_changes_the_import_path() -> None:
    """The project is installed: its scripts run as modules."""
    files = [*MODULES, ROOT / "app.py", *(ROOT / "docs").rglob("*.py")]
    files += [path for folder in ("benchmarks", "training") for path in (ROOT / folder).rglob("*.py")]

    assert [str(path) for path in files if "sys.path" in path.read_text(encoding="utf-8")] == []
