"""The documents of the cases, the fake model, the commands, and what an index folder holds."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import random
import re
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import tqdm

from corpus.bibliography.edition import CitationFields, Value
from corpus.parse import parse_source
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from index.encoders import centering, registry
from index.index_settings import INDEX
from index.intake import NewDocument
from index.library import Library
from index.searcher import Index
from qa import cli
from qa.ranking import null_scores
from qa.service import bootstrap
from tests.fakes import CharacterEmbedder

tqdm.tqdm.monitor_interval = 0  # its thread would not outlive a fork
_EVERYDAY = [*centering.questions()[:4], *(one for one in centering.questions() if one.isascii())][:8]
# Files are read here: tests/corpus/test_reading_process.py has the process that reads, which takes a second to start.
_HERE = {
    "start": lambda _: None,
    "read": lambda _, filename, data, edition, *, tell=None: Source.from_file(filename, data, edition),
    "parse": lambda _, source: parse_source(source),
}
for _name, _method in _HERE.items():
    setattr(ReadingProcess, _name, _method)
for _module in (centering, null_scores):  # eighty questions take a while
    _module.questions = lambda: _EVERYDAY  # type: ignore[attr-defined]

GOLDEN = Path(__file__).parents[1] / "golden"
_SUBJECTS = ("渡船", "学生", "馆员", "读者", "船工", "邮车")
_ACTIONS = ("遇雾停开", "免费借书", "早六点到岗", "迟还罚一元", "夜里不开门", "每月查账", "先登记后入馆", "雨天减速")


def _lines(first: int, count: int) -> str:
    return "".join(f"{_SUBJECTS[n % 6]}{_ACTIONS[n // 6 % 8]}，第{n}号。\n" for n in range(first, first + count))


FILES = {
    "a.txt": _lines(0, 14).encode(),
    "b.txt": _lines(14, 9).encode("gb18030"),
    "c.md": f"# 渡口规则\n\n{_lines(23, 5)}".encode(),
    "d.txt": "".join(_lines(28, 2)).replace("\n", "\r\n").encode(),
    "e.txt": _lines(30, 1).encode(),
    "f.txt": _lines(31, 4).encode(),
    "g.txt": _lines(35, 3).encode(),
    "h.txt": _lines(38, 3).encode(),
    "z.txt": _lines(41, 2).encode(),
}
"""The documents by the names of their files. a and b become a segment, c one, d one."""
NEW_B = _lines(14, 6).encode("gb18030") + _lines(44, 2).encode("gb18030")
OTHERS = {
    "x.txt": "暗号是梧桐，只告诉船长。\n渡船遇雾停开，暗号作废。\n".encode(),
    "y.txt": "暗号每月一换。\n".encode(),
}
"""The documents of somebody else's index."""
QUESTIONS = ("渡船遇雾开吗", "学生借书要钱吗")
LATER = "z.txt"
"""What is added after a case."""


def source(name: str, data: bytes | None = None) -> Source:
    return Source.from_file(name, FILES[name] if data is None else data, None)


_ALL = [*FILES.items(), ("b.txt", NEW_B), *OTHERS.items()]
TEXTS = {hashlib.sha256(data).hexdigest(): source(name, data).text for name, data in _ALL}
"""The text of each document that a case may have, by the SHA-256 of its bytes."""
ALPHABET = "".join(sorted({*"".join(TEXTS.values()), *"".join(QUESTIONS)}))


def embedder() -> CharacterEmbedder:
    return CharacterEmbedder(ALPHABET)


def older_embedder() -> CharacterEmbedder:
    """Return the model of tests/golden/index-format-4.zip."""
    return CharacterEmbedder(json.loads((GOLDEN / "index-format-4.json").read_text("utf-8"))["alphabet"])


def library(folder: Path, model: Callable[[], CharacterEmbedder] = embedder) -> Library:
    return Library(folder, model)


def add(folder: Path, *names: str, data: bytes | None = None, model: Callable[[], Any] = embedder) -> None:
    """Add files; each must be taken."""
    new = [NewDocument(hashlib.sha256(n.encode()).hexdigest()[:16], n, partial(source, n, data)) for n in names]
    outcomes = [change.what for change in library(folder, model).add(new)]
    assert all(what in ("added", "replaced") for what in outcomes) and len(outcomes) == len(names), outcomes


def describe(folder: Path, name: str, title: str) -> None:
    library(folder).describe(name, [CitationFields(title=Value(supplied=title))])


def seed(name: str) -> None:
    """Make random names repeatable: a case has the same files each time."""
    numbers = random.Random(name)

    def token_hex(nbytes: int | None = None) -> str:
        return numbers.randbytes(nbytes or 32).hex()

    secrets.token_hex = token_hex


def use(model: Callable[[], CharacterEmbedder]) -> None:
    """Give the commands a fake model."""
    for module in (registry, bootstrap):
        module.open_embedder = lambda *_, **__: model()  # type: ignore[attr-defined]


def load_everything(folder: Path) -> None:
    """Load what a question loads when it is the first, before any child is forked."""
    use(embedder)
    add(folder / "first", "a.txt", "e.txt")
    ran, _ = asked(folder / "first", QUESTIONS[0])
    assert ran.code == 0, ran.err
    command("index", "verify", "--index", folder / "first")


# What a folder holds

Documents = dict[str, str]
"""A digest of each document's bytes, text and metadata, by its name."""


def documents(folder: Path) -> Documents:
    """Open an index, check every byte, and read every document. Raises QAError."""
    index = Index.open(folder)
    index.verify()
    return {one.name: digest(one.sha256, one.text) + digest(repr(one.metadata)) for one in index.documents}


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def files(folder: Path) -> dict[str, str]:
    """Return what is in a folder and its subfolders: a digest of each file, the target of each link."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path.relative_to(folder))] = f"{path.stat().st_mode:o} " + digest(path.read_bytes().hex())
        else:
            found[str(path.relative_to(folder))] = f"{path.stat().st_mode:o}"
    return found


_LEFT = re.compile(r"building/.+|(?:.*/)?\..+\.new|.*-journal|(?:.*/)?\.building-.*")


def leftovers(folder: Path) -> list[str]:
    """Return the files that a change should have deleted: unfinished ones, and segments of no use."""
    live = {segment.record.id for segment in Index.open(folder).segments}
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    dead = re.compile(r"segments/([^/]+)(?:/.*)?")
    return [n for n in names if _LEFT.fullmatch(n) or ((at := dead.fullmatch(n)) and at[1] not in live)]


# Commands, as a person gives them


@dataclasses.dataclass(frozen=True, slots=True)
class Ran:
    """A command that has run in this process."""

    code: int
    out: str
    err: str


def command(*argv: str | Path) -> Ran:
    """Run a command of `python -m qa` with the fake model."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main([str(one) for one in argv])
        except SystemExit as error:
            code = int(error.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def wrong_quotes(reply: dict[str, Any], own: dict[str, str] = TEXTS) -> list[str]:
    """Return what is no exact slice of a document's text, in a reply as JSON."""
    wrong = []
    for hit in reply["hits"] + reply["near"]:
        text = own.get(hit["source_sha256"], "")
        cut = "".join(text[start:end] for start, end in hit["spans"])
        if not cut or cut != hit["text"]:
            wrong.append(f"{hit['document']}: {hit['text']!r} {hit['spans']}")
    return wrong


def asked(folder: Path, question: str) -> tuple[Ran, dict[str, Any] | None]:
    """Ask, and return the command and its reply; None where there is none."""
    ran = command("ask", "--index", folder, "--json", question)
    return ran, json.loads(ran.out) if ran.code == 0 else None


def segments_stay_small(rows: int) -> None:
    """Let a segment hold so few rows that one change commits several times."""
    vars(INDEX)["largest_segment"] = rows
