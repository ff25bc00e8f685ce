"""The package as others install it: what it says of itself, what is in its wheel, and that it works elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = ["corpus", "index", "qa", "web", "yuanwen"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PIP_NO_INDEX": "1"})
    assert done.returncode == 0, done.stderr


def _pinned(name: str) -> dict[NormalizedName, str]:
    """Return the version of each package that a file of requirements or constraints pins."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    pairs = (line.split("==") for line in lines if line and not line.startswith("-r"))
    return {canonicalize_name(package): version for package, version in pairs}


def test_the_package_asks_for_what_requirements_txt_pins() -> None:
    """The same names, each pin inside its range; and constraints.txt has the same pins."""
    extra = PROJECT["optional-dependencies"]["test"]
    ranges = {canonicalize_name(one.name): one.specifier for one in map(Requirement, PROJECT["dependencies"] + extra)}
    pins = _pinned("requirements.txt")
    constraints = _pinned("constraints.txt")

    assert pins.keys() == ranges.keys()
    assert {"sentence-transformers", "faiss-cpu", "gradio", "pytest"} <= pins.keys()
    assert [name for name, version in pins.items() if version not in ranges[name]] == []
    assert [name for name, version in pins.items() if constraints[name] != version] == []


def test_every_tool_is_pinned_in_the_constraints() -> None:
    """What the tests need, and the backend that builds the package."""
    (backend,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    name, _, version = backend.partition("==")
    constraints = _pinned("constraints.txt")

    assert constraints[canonicalize_name(name)] == version
    assert [name for name, version in _pinned("requirements-dev.txt").items() if constraints[name] != version] == []


def test_constraints_name_no_place_to_download_from() -> None:
    """Only names and versions: the file serves any registry."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []


def test_the_wheel_has_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    """Code and data; no tests, no benchmarks."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "app.py", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert inside == {name for name in tracked if name and (ROOT / name).exists()}
    assert {f"{package}/py.typed" for package in PACKAGES} <= inside
    assert {"corpus/texts/sco-2021.toml", "index/data/everyday_questions.txt", "web/static/logo.svg"} <= inside


@pytest.mark.model
def test_an_installed_wheel_answers_outside_the_checkout(wheel: Path, real_folder: Path, tmp_path: Path) -> None:
    """The installed command, run elsewhere, reads its own files."""
    site = tmp_path / "site packages"
    _pip("install", "--no-deps", "--target", str(site), str(wheel))
    environment = os.environ | {"PYTHONPATH": str(site)}

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    names = ["app", *PACKAGES]
    code = f"import {', '.join(names)}\nfor module in ({', '.join(names)}): print(module.__file__)"
    assert all(Path(path).is_relative_to(site) for path in run(sys.executable, "-c", code).splitlines())

    program = str(site / "bin" / "yuanwen")
    answer = run(program, "ask", "上合组织秘书处设在哪个城市？", "--top", "1", "--index", str(real_folder))
    assert "北京" in answer
    assert "（第57行）" in answer
    assert run(program, "serve", "--help").startswith("usage: yuanwen serve ")
