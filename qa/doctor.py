"""Checks the installation, and gives the command that repairs each fault."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from corpus.errors import QAError
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.searcher import Index
from qa.service.bootstrap import default_folder

_NAME = "yuanwen"
_REINSTALL = "in a checkout: make setup; elsewhere: install the package again"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    fine: bool
    remedy: str
    """The command that repairs it; empty if nothing is wrong."""

    def __str__(self) -> str:
        return f"✓ {self.what}" if self.fine else f"✗ {self.what}\n  → {self.remedy}"


def examine(folder: Path | None, model: str) -> Iterator[Finding]:
    """Check everything that an answer needs, in the order in which faults should be repaired."""
    version = ".".join(map(str, sys.version_info[:3]))
    try:
        about = importlib.metadata.metadata(_NAME)
    except importlib.metadata.PackageNotFoundError:
        yield Finding(f"Python {version}; {_NAME} itself is not installed", False, "make setup")
    else:
        pythons = SpecifierSet(about["Requires-Python"])
        yield _finding(f"Python {version}", version in pythons, f"install Python {pythons}, then {_NAME} again")
        for line in importlib.metadata.requires(_NAME) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield _package(requirement)
    if model == BUNDLED_NAME:
        yield _model()
    yield _index(folder or default_folder(model))
    browser = shutil.which("chromium")
    yield _finding(f"a browser for the tests: {browser or 'none'}", browser is not None, "apt-get install chromium")


def _finding(what: str, fine: bool, remedy: str) -> Finding:
    return Finding(what, fine, "" if fine else remedy)


def _package(requirement: Requirement) -> Finding:
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(f"{requirement.name}: not installed", False, _REINSTALL)
    fine = requirement.specifier.contains(version)
    return _finding(
        f"{requirement.name} {version}" + ("" if fine else f", not {requirement.specifier}"), fine, _REINSTALL
    )


def _model() -> Finding:
    """Check that the model runs, by encoding a word. If its files are missing, they are built."""
    try:
        open_embedder(BUNDLED_NAME).encode_questions(["试"])
    except QAError as error:
        return Finding(f"the model: {error}", False, _REINSTALL)
    return Finding(f"the model {BUNDLED_NAME} runs", True, "")


def _index(folder: Path) -> Finding:
    try:
        index = Index.open(folder)
    except QAError as error:
        return Finding(f"the index: {error}", False, "python -m qa index build")
    return Finding(f"the index: {folder}, {index.manifest.passages} passages", True, "")
