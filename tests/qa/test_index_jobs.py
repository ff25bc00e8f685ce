"""Uploads are read in processes of their own: a bad one holds up no other, and can be cancelled."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from corpus.corpus_settings import READING
from corpus.message import Message
from corpus.reading_process import ReadingProcess
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs, Progress
from tests.fakes import Held
from tests.hostile_worker import COMMAND

CANCELLED = "已经取消。要收录，请再添加一次。"


@pytest.fixture
def embedder() -> Held:
    return Held("猫狗鱼肉吃应当第一二条渡船靠岸")


@pytest.fixture
def engine(embedder: Held, tmp_path: Path) -> BackgroundEngine:
    index = Index.build(tmp_path / "index", [Source.from_file("首.txt", "猫吃鱼。".encode(), None)], embedder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(10)
    return engine


@pytest.fixture
def jobs(engine: BackgroundEngine, monkeypatch: pytest.MonkeyPatch) -> IndexJobs:
    """Jobs whose reader does what the first word of a file says."""
    monkeypatch.setitem(vars(READING), "patience", 1)
    return IndexJobs(engine, new_process=lambda: ReadingProcess(command=COMMAND))


def _wait(jobs: IndexJobs, number: int, *stages: str) -> Progress:
    """Return the progress of a job once it is in one of these stages."""
    for _ in range(4000):
        progress = jobs.progress(number)
        assert progress is not None
        if progress.stage in (stages or ("done", "failed")):
            return progress
        time.sleep(0.01)
    raise AssertionError("the job took too long")


def _error(progress: Progress) -> Message:
    assert progress.error is not None
    return progress.error.message


def _names(engine: BackgroundEngine) -> list[str]:
    return [entry.name for entry in engine.catalog.entries]


def test_files_that_hang_hold_up_no_other_and_can_be_cancelled(jobs: IndexJobs, engine: BackgroundEngine) -> None:
    """Two that never end, one that kills its process, and three good ones that follow."""
    hanging = [jobs.add("悬.txt", io.BytesIO(b"hang")), jobs.add("转.txt", io.BytesIO(b"spin 2"))]
    killed = jobs.add("死.txt", io.BytesIO(b"exit"))
    good = [jobs.add(f"{name}.txt", io.BytesIO(f"第一条 {name}。".encode())) for name in "猫狗船"]

    assert "exit code 3" in _error(_wait(jobs, killed)).en
    assert [_wait(jobs, number).stage for number in good] == ["done"] * 3
    assert {*_names(engine)} == {"首", "猫", "狗", "船"}

    for number, name in zip(hanging, ("悬.txt", "转.txt"), strict=True):
        _wait(jobs, number, "reading")
        jobs.cancel(number)
        progress = _wait(jobs, number)
        assert progress.stage == "failed"
        assert _error(progress).zh == CANCELLED
        assert progress.change is not None
        assert progress.change.name == name
    assert _wait(jobs, jobs.add("鱼.txt", io.BytesIO("第二条 鱼。".encode()))).stage == "done"


def test_uploads_are_added_in_their_order_by_one_process(engine: BackgroundEngine) -> None:
    """None of them takes long."""
    made: list[ReadingProcess] = []

    def new() -> ReadingProcess:
        made.append(ReadingProcess())
        return made[-1]

    jobs = IndexJobs(engine, new_process=new)
    numbers = [jobs.add(f"{n}.txt", io.BytesIO(f"第{n}条 猫吃{n}条鱼。".encode() * (9 - n))) for n in range(1, 9)]

    assert {_wait(jobs, number).stage for number in numbers} == {"done"}
    assert _names(engine) == ["首", *(str(n) for n in range(1, 9))]
    assert len(made) == 1


def test_two_files_of_one_name_get_two(jobs: IndexJobs, engine: BackgroundEngine) -> None:
    """The second is parsed again under its new name, from which the ids of its passages are made."""
    numbers = [jobs.add("猫.txt", io.BytesIO(f"第一条 {word}。".encode())) for word in ("猫", "狗")]
    for number in numbers:
        _wait(jobs, number)

    assert _names(engine) == ["首", "猫", "猫-2"]
    for document in engine.catalog.documents:
        assert document == Catalog.of([document]).documents[0]
    index = engine.engine().index
    index.verify()


def test_an_upload_that_waits_is_cancelled_at_once(jobs: IndexJobs, engine: BackgroundEngine, embedder: Held) -> None:
    """Before it is read, and after that, while another is added."""
    embedder.free.clear()
    first, second = jobs.add("猫.txt", io.BytesIO("猫。".encode())), jobs.add("狗.txt", io.BytesIO("狗。".encode()))
    _wait(jobs, first, "working")
    _wait(jobs, second, "waiting")
    jobs.cancel(second)
    assert _error(_wait(jobs, second, "failed")).zh == CANCELLED
    embedder.free.set()

    assert _wait(jobs, first).stage == "done"
    assert _wait(jobs, jobs.add("船.txt", io.BytesIO("船。".encode()))).stage == "done"
    assert _wait(jobs, second).stage == "failed"
    assert _names(engine) == ["首", "猫", "船"]


def test_an_upload_that_is_embedded_is_cancelled_and_leaves_nothing(
    jobs: IndexJobs, engine: BackgroundEngine, embedder: Held
) -> None:
    text = "\n".join(f"第{n}条 猫吃{n}条鱼。" for n in range(40)).encode()
    embedder.free.clear()
    number = jobs.add("猫.txt", io.BytesIO(text))
    _wait(jobs, number, "working")
    jobs.cancel(number)
    embedder.free.set()

    progress = _wait(jobs, number)
    assert progress.stage == "failed"
    assert _error(progress).zh == CANCELLED
    assert progress.change is not None and progress.change.name == "猫.txt"
    assert _names(engine) == ["首"]
    engine.engine().index.verify()
    assert _wait(jobs, jobs.add("猫.txt", io.BytesIO(text))).stage == "done"


def test_it_is_too_late_to_cancel_what_is_done_and_other_changes_are_not_cancelled(
    jobs: IndexJobs, engine: BackgroundEngine
) -> None:
    number = jobs.add("猫.txt", io.BytesIO("猫。".encode()))
    _wait(jobs, number)
    jobs.cancel(number)
    assert _wait(jobs, number).stage == "done"
    removal = jobs.remove("猫")
    jobs.cancel(removal)
    assert _wait(jobs, removal).stage == "done"
    jobs.cancel(99)
    assert _names(engine) == ["首"]


def test_the_process_of_uploads_ends_when_there_are_none_for_long(
    jobs: IndexJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wait(jobs, jobs.add("猫.txt", io.BytesIO("猫。".encode())))
    (process,) = jobs.pool._free
    child = process._child
    assert child is not None and child.is_alive

    monkeypatch.setitem(vars(READING), "seconds_kept", 0.05)
    _wait(jobs, jobs.add("狗.txt", io.BytesIO("狗。".encode())))
    for _ in range(500):
        if not child.is_alive:
            break
        time.sleep(0.01)
    assert not child.is_alive
    assert _wait(jobs, jobs.add("船.txt", io.BytesIO("船。".encode()))).stage == "done"
