"""The changes that are interrupted, each on a small folder of its own."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QAError
from index.catalog import Catalog
from index.encoders import e5_weights
from index.searcher import Index
from qa import qa_messages
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service import feedback
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from tests.faults import world
from tests.index.test_e5_weights import tiny_weights

Arm = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A change, and the folder that it begins with."""

    name: str
    begin: Callable[[Path], None]
    """Makes the folder."""
    change: Callable[[Path, Arm], None]
    """Makes the change; calls `arm` when it begins. Raises QAError if it fails."""
    judge: str = "library"
    """The law that holds for the folder: library, feedback or model."""
    model: Callable[[], CharacterEmbedder] = world.embedder
    may_be_part: bool = False
    """Whether some of the new documents may be there without the others: it commits several times."""


def three_segments(folder: Path) -> None:
    for name in ("a.txt", "b.txt", "c.md", "d.txt"):
        world.add(folder, name)
    world.describe(folder, "c", "渡口规则（试行）")


def _with_short_segment(folder: Path) -> None:
    three_segments(folder)
    file = min(folder.glob("segments/*/vectors.npy"))
    file.write_bytes(file.read_bytes()[:-1])


def _with_unreadable_database(folder: Path) -> None:
    """Without its first bytes SQLite does not take the file for a database."""
    three_segments(folder)
    with (folder / "index.sqlite").open("r+b") as file:
        file.write(bytes(16))


def _nothing(folder: Path) -> None:
    folder.mkdir()


def _one(folder: Path) -> None:
    world.add(folder, "d.txt")


def _two(folder: Path) -> None:
    world.add(folder, "d.txt")
    world.add(folder, "e.txt")


def _unpacking(packed: Path) -> Callable[[Path], None]:
    def begin(folder: Path) -> None:
        with zipfile.ZipFile(packed) as opened:
            opened.extractall(folder)

    return begin


def _adding(
    *names: str,
    data: bytes | None = None,
    rows: int | None = None,
    model: Callable[[], CharacterEmbedder] = world.embedder,
) -> Callable[[Path, Arm], None]:
    def change(folder: Path, arm: Arm) -> None:
        if rows:
            world.segments_stay_small(rows)
        arm()
        world.add(folder, *names, data=data, model=model)

    return change


def _calling(work: Callable[[Path], object]) -> Callable[[Path, Arm], None]:
    def change(folder: Path, arm: Arm) -> None:
        arm()
        work(folder)

    return change


def _build(folder: Path) -> None:
    """As `index build` does: from the documents that are stored."""
    ran = world.command("index", "build", "--index", folder)
    if ran.code:
        raise _Said(ran.err)


def _ask(folder: Path) -> None:
    ran, _ = world.asked(folder, world.QUESTIONS[0])
    if ran.code:
        raise _Said(ran.err)


def _export(folder: Path) -> None:
    ran = world.command("index", "export", "--index", folder, folder / "exported")
    if ran.code:
        raise _Said(ran.err)


class _Said(QAError):
    """The error that a command has shown."""

    def __init__(self, text: str) -> None:
        super().__init__(qa_messages.UNFORESEEN)
        self.text = text

    def __str__(self) -> str:
        return self.text


def _upload(folder: Path, arm: Arm) -> None:
    """As the page does: a job in a thread, then the engine is opened again; then a second upload."""
    engine = Engine(Index.open(folder), world.embedder(), Settings())
    opening = BackgroundEngine(Catalog.of_index(engine.index), lambda: engine)
    opening.start()
    opening.wait()
    jobs = IndexJobs(opening)
    arm()
    number = jobs.add("f.txt", io.BytesIO(world.FILES["f.txt"]))
    while (progress := jobs.progress(number)) is None or progress.stage not in ("done", "failed"):
        time.sleep(0.001)
    if progress.error is not None:
        if progress.error.message == qa_messages.UNFORESEEN:
            raise AssertionError("the page says that something unforeseen happened")
        raise progress.error
    assert progress.stage == "done", progress


def _feedback_begin(folder: Path) -> None:
    keep_feedback(folder, "甲问")
    keep_feedback(folder, "乙问")


def keep_feedback(folder: Path, question: str) -> None:
    feedback.keep("none", question, [], passages=[], document=None, file=folder / "feedback.jsonl")


def _model(folder: Path, arm: Arm) -> None:
    """Build the folder of the bundled model, from small weights, in a cache under the folder."""
    weights = folder.parent / "weights.bin"
    weights.write_bytes(tiny_weights())
    e5_weights.find_weights = lambda: weights
    os.environ["XDG_CACHE_HOME"] = str(folder)
    arm()
    e5_weights.ensure_bundled_model(progress=False)


SCENARIOS = (
    Scenario("create", _nothing, _adding("d.txt")),
    Scenario("add", three_segments, _adding("e.txt")),
    Scenario("add-merge", three_segments, _adding("f.txt")),
    Scenario("add-several", three_segments, _adding("f.txt", "g.txt", "h.txt", rows=4), may_be_part=True),
    Scenario("add-second", _one, _adding("e.txt")),
    Scenario("replace", three_segments, _adding("b.txt", data=world.NEW_B)),
    Scenario("remove", three_segments, _calling(lambda folder: world.library(folder).remove(["b"]))),
    Scenario("remove-second", _two, _calling(lambda folder: world.library(folder).remove(["e"]))),
    Scenario("describe", three_segments, _calling(lambda folder: world.describe(folder, "a", "渡口志"))),
    Scenario("build", three_segments, _calling(_build)),
    Scenario("refresh", three_segments, _calling(lambda folder: world.library(folder).refresh())),
    Scenario(
        "migrate-4",
        _unpacking(world.GOLDEN / "index-format-4.zip"),
        _adding("e.txt", model=world.older_embedder),
        model=world.older_embedder,
    ),
    Scenario("migrate-6", _unpacking(Path(__file__).with_name("index-format-6.zip")), _adding("e.txt")),
    Scenario("ask", three_segments, _calling(_ask)),
    Scenario("repair-segment", _with_short_segment, _calling(lambda folder: world.library(folder).repair())),
    Scenario("repair-database", _with_unreadable_database, _calling(lambda folder: world.library(folder).repair())),
    Scenario("export", three_segments, _calling(_export)),
    Scenario("upload", three_segments, _upload),
    Scenario("feedback", _feedback_begin, _calling(lambda folder: keep_feedback(folder, "丙问")), judge="feedback"),
    Scenario("model", _nothing, _model, judge="model"),
)
