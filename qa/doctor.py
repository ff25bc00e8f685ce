"""Checks the installation, and gives the command that repairs each fault."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from corpus.errors import QAError
from index.backends import open_index
from index.encoders.e5_weights import BUNDLED_NAME
from index.encoders.registry import open_embedder
from index.location import Location
from qa import qa_messages
from qa.ranking.reranker import CrossEncoderReranker
from qa.service.bootstrap import default_folder

_NAME = "yuanwen"
_RERANKER, _LARGER_MODEL = "BAAI/bge-reranker-v2-m3", "intfloat/multilingual-e5-large"
_FETCH = "hf download {name} --local-dir FOLDER, where the Hugging Face hub can be reached; then {option} FOLDER"
_REINSTALL = "in a checkout: make setup; elsewhere: install the package again"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    fine: bool | None
    """None for what could be better and need not be."""
    remedy: str
    """The command that repairs or improves it; empty if nothing is wrong."""

    def __str__(self) -> str:
        return f"✓ {self.what}" if self.fine else f"{'○' if self.fine is None else '✗'} {self.what}\n  → {self.remedy}"


def examine(folder: Location | None, model: str, reranker: str | None = None) -> Iterator[Finding]:
    """Check everything that an answer needs, in the order in which faults should be repaired; then what could be had.

    `model`, `reranker`: as `--model` and `--reranker` name them.
    """
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
    yield _model(model)
    if reranker is not None:
        yield _reranker(reranker)
    yield _index(folder or default_folder(model))
    browser = shutil.which("chromium")
    yield _finding(f"a browser for the tests: {browser or 'none'}", browser is not None, "apt-get install chromium")
    if reranker is None:
        yield Finding(qa_messages.NO_RERANKER.bilingual, None, _FETCH.format(name=_RERANKER, option="--reranker"))
    if model == BUNDLED_NAME:
        yield Finding(qa_messages.SMALL_MODEL.bilingual, None, _FETCH.format(name=_LARGER_MODEL, option="--model"))


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


def _model(name: str) -> Finding:
    """Check that the model runs, by encoding a word. If the bundled one's files are missing, they are built."""
    try:
        open_embedder(name).encode_questions(["试"])
    except QAError as error:
        return Finding(f"the model: {error}", False, _REINSTALL if name == BUNDLED_NAME else f"--model {BUNDLED_NAME}")
    return Finding(f"the model {name} runs", True, "")


def _reranker(name: str) -> Finding:
    """Check that the reranker runs, by scoring a pair of words."""
    try:
        CrossEncoderReranker.from_name(name).scores("试", ["试"])
    except QAError as error:
        return Finding(f"the reranker: {error}", False, "no --reranker")
    return Finding(f"the reranker {name} runs", True, "")


def _index(folder: Location) -> Finding:
    try:
        index = open_index(folder)
    except QAError as error:
        return Finding(f"the index: {error}", False, "python -m qa index build")
    return Finding(f"the index: {folder}, {index.manifest.passages} passages", True, "")
