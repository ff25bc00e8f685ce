"""Whatever a file does to the process that reads it: that file alone is refused, with a sentence that helps."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import document_json
from corpus.corpus_settings import READING
from corpus.errors import SourceError
from corpus.parse import parse_source
from corpus.reading_process import ReadingProcess
from corpus.reading_wire import receive, rest_record, seconds_for, send, source_of
from corpus.source import SHIPPED, Source, load
from tests.corpus.test_formats import epub_file, html_file, pdf_file
from tests.hostile_worker import COMMAND

GOOD = "第一条 渡船须靠岸。".encode()
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory and signals like this")


@pytest.fixture(scope="module")
def hostile() -> Iterator[ReadingProcess]:
    """A process whose reader misbehaves, with limits that a test can reach."""
    limits = {"most_memory": 512 << 20, "open_files": 32, "most_returned": 1_000_000, "seconds_to_end": 1}
    with pytest.MonkeyPatch.context() as patch, ReadingProcess(command=COMMAND) as process:
        for name, value in limits.items():
            patch.setitem(vars(READING), name, value)
            patch.setenv(f"YUANWEN_READING_{name}".upper(), str(value))
        yield process


@pytest.fixture(scope="module")
def good() -> Iterator[ReadingProcess]:
    with ReadingProcess() as process:
        yield process


def _refusal(process: ReadingProcess, data: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        process.read("坏.pdf", data, None)
    return caught.value


def _assert_helps(error: SourceError, chinese: str, english: str) -> None:
    """Assert that both languages say what is wrong and what to do."""
    assert error.where == "坏.pdf"
    assert chinese in error.message.zh
    assert english in error.message.en
    assert re.search(r"。请|另存|再添加", error.message.zh)
    assert not re.search(r"[\u4e00-\u9fff]", error.message.en)


def _assert_reads_on(process: ReadingProcess) -> None:
    """Two files after a bad one come through."""
    for name in ("甲.txt", "乙.txt"):
        source = process.read(name, GOOD, None)
        assert source == Source.from_file(name, GOOD, None)
        assert process.parse(source) == parse_source(source)


# What is read is the same as without a process


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("甲.txt", GOOD),
        ("a.b.txt", b"\xef\xbb\xbf1. a\r\n2. b\r\n"),
        ("古.txt", "第一条　渡船必须靠岸。第二条　不得超过人数。".encode("gb18030")),
        ("宽.txt", "渡船。".encode("utf-16")),
        ("记.md", "---\ntitle: 渡口\n---\n# 渡\n\n船。".encode()),
        ("网.html", html_file("<h1>渡口</h1><nav>首页</nav><p>渡船须靠岸。</p>")),
        ("书.epub", epub_file({"a": "<h1>渡</h1><p>渡船须靠岸。</p>", "b": "<p>不得超载。</p>"})),
        ("版.pdf", pdf_file([[(72, 700, "渡船须靠岸，不得超载。")], [(72, 700, "第二条　不得超过人数。")]])),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_file_is_read_and_parsed_as_without_the_process(good: ReadingProcess, filename: str, data: bytes) -> None:
    source = good.read(filename, data, None)

    assert source == Source.from_file(filename, data, None)
    assert good.parse(source) == parse_source(source)


def test_an_edition_and_supplied_fields_count(good: ReadingProcess) -> None:
    source = load(SHIPPED)

    assert good.read(SHIPPED.name, source.data, source.edition) == source
    assert good.parse(source) == parse_source(source)


def test_lone_surrogates_come_through(good: ReadingProcess) -> None:
    source = Source("\ud800", b"", None, "第一条 \udcff渡船。")

    assert good.parse(source) == parse_source(source)


def test_a_refusal_is_the_readers_own(good: ReadingProcess) -> None:
    """With both languages and the same name."""
    with pytest.raises(SourceError) as inside:
        Source.from_file("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None)
    with pytest.raises(SourceError) as outside:
        good.read("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None)

    assert outside.value.args == inside.value.args
    with pytest.raises(SourceError, match=r"甲\.toml: not TOML"):
        good.parse(Source("甲", GOOD, "[", GOOD.decode()))


# What misbehaves is refused alone


@needs_limits
@pytest.mark.parametrize(
    ("data", "chinese", "english"),
    [
        (b"memory", "内存超过 536,870,912 字节", "reading.most_memory"),
        (b"files", "打开的文件超过 32 个", "reading.open_files"),
        (b"much 2000000", "超过 1,000,000 字节", "reading.most_returned"),
        (b"exit", "（exit code 3）", "(exit code 3)"),
        (b"SIGSEGV", "（SIGSEGV）", "(SIGSEGV)"),
        (b"write", "（OSError: [Errno 27] File too large", "OSError: [Errno 27]"),
        (b"raise", "ZeroDivisionError: division by zero, hostile_worker.py:", "ZeroDivisionError"),
        (b"recurse", "RecursionError", "RecursionError"),
    ],
    ids=lambda one: one.decode() if isinstance(one, bytes) else "",
)
def test_a_file_that_breaks_its_reader_is_refused_alone(
    hostile: ReadingProcess, data: bytes, chinese: str, english: str
) -> None:
    _assert_helps(_refusal(hostile, data), chinese, english)
    _assert_reads_on(hostile)


@pytest.mark.parametrize("data", [b"hang", b"spin", b"child"])
def test_a_file_that_does_not_end_is_stopped(
    hostile: ReadingProcess, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile.read("甲.txt", GOOD, None)
    with monkeypatch.context() as patch:
        patch.setitem(vars(READING), "seconds", 1)
        begin = time.monotonic()
        error = _refusal(hostile, data)

    assert time.monotonic() - begin < 10
    _assert_helps(error, "1 秒还没有读完", "reading.seconds")
    _assert_reads_on(hostile)


def test_a_larger_file_has_more_time() -> None:
    assert seconds_for(3_000_000) == READING.seconds + 3 * READING.seconds_per_megabyte


def test_what_a_library_prints_is_no_reply(hostile: ReadingProcess) -> None:
    """Nothing but the worker itself writes to the pipe."""
    assert hostile.read("甲.txt", b"print this", None).text == "print this"


def test_what_an_earlier_file_damaged_is_no_fault_of_the_next(hostile: ReadingProcess) -> None:
    """The process breaks at the second file; that one is read in a new process."""
    assert hostile.read("甲.txt", b"worn", None).text == "worn"
    assert hostile.read("乙.txt", b"worn", None).text == "worn"


def test_a_process_that_was_killed_while_idle_is_replaced(hostile: ReadingProcess) -> None:
    hostile.read("甲.txt", GOOD, None)
    child = hostile._child
    assert child is not None
    child._process.kill()
    child._process.wait()

    _assert_reads_on(hostile)


def test_reading_can_be_cancelled_from_another_thread() -> None:
    """At once, and for good."""
    with ReadingProcess(command=COMMAND) as process:
        process.read("甲.txt", GOOD, None)
        child = process._child
        threading.Timer(0.3, process.cancel).start()
        begin = time.monotonic()
        error = _refusal(process, b"spin")

        assert time.monotonic() - begin < 10
        _assert_helps(error, "已经取消。", "was cancelled")
        assert child is not None
        assert not child.is_alive
        _assert_helps(_refusal(process, GOOD), "已经取消。", "was cancelled")


def test_a_process_that_cannot_start_is_told() -> None:
    with ReadingProcess(command=("/no/such/program",)) as process:
        process.start()
        _assert_helps(_refusal(process, GOOD), "启动不了（No such file or directory）", "Close some programs")


# The process ends with its parent, and holds nothing of it


def test_the_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Even in the middle of a file that does not end."""
    program = (
        "import sys\n"
        "from corpus.reading_process import ReadingProcess\n"
        "from tests.hostile_worker import COMMAND\n"
        "process = ReadingProcess(command=COMMAND)\n"
        "process.start()\n"
        "print(process._child._process.pid, flush=True)\n"
        "process.read('a', b'spin', None)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        time.sleep(1)
        parent.kill()
    _wait_until(lambda: not _runs(number))


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{number}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def _wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it took too long")


@needs_limits
def test_the_process_holds_nothing_but_its_pipes(tmp_path: Path) -> None:
    """No file that its parent has open, and no standard input."""
    with (tmp_path / "secret").open("w") as secret, ReadingProcess() as process:
        os.set_inheritable(secret.fileno(), True)
        process.read("甲.txt", GOOD, None)
        child = process._child
        assert child is not None
        folder = Path(f"/proc/{child._process.pid}/fd")
        held = sorted((int(one.name), str(one.readlink()).partition(":")[0]) for one in folder.iterdir())

    assert held == [(0, "/dev/null"), (1, "/dev/null"), (2, "/dev/null"), (3, "pipe"), (4, "pipe")]


def test_the_process_imports_corpus_alone() -> None:
    """It begins soon, and a hostile file finds little in it."""
    program = "import corpus.reading_worker, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "corpus" in loaded
    assert not loaded & {"index", "qa", "web", "torch", "openvino", "faiss", "numpy", "gradio", "tokenizers"}


# Nothing that comes back is believed


_SOURCE = Source.from_file("网.html", html_file("<h1>渡口</h1><p>渡船须靠岸。</p>"), None)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "exe"},
        {"format": None},
        {"encoding": "no-such"},
        {"encoding": "\0"},
        {"layout": {"pages": [99]}},
        {"layout": {"pages": [-1]}},
        {"layout": {"joins": [10**30]}},
        {"layout": {"wholes": [{"start": 0, "end": 99}]}},
        {"layout": {"headings": [{"span": {"start": 5, "end": 99}, "level": 1}]}},
        {"layout": {"headings": [{"span": {"start": 5, "end": 2}, "level": 1}]}},
        {"layout": {"matter": [{"span": {"start": 0, "end": 2}, "kind": "script"}]}},
        {"layout": {"doubts": [{"span": {"start": 0, "end": 99}, "zh": "", "en": ""}]}},
        {"layout": []},
        {"properties": {"title": {"supplied": ["a"]}}},
        {"properties": {"no_such": {"supplied": "a"}}},
    ],
)
def test_fields_of_a_source_that_make_no_sense_are_refused(change: dict[str, Any]) -> None:
    record = rest_record(_SOURCE)
    assert source_of(record, _SOURCE.text, name="网", data=_SOURCE.data, edition=None) == _SOURCE
    with pytest.raises(ValueError):
        source_of(record | change, _SOURCE.text, name="网", data=b"", edition=None)


_REPLIES = [
    b"",
    b"\0",
    b"\xff" * 40,
    b"\x01" + (1 << 62).to_bytes(8),
    b"\x01" + (2).to_bytes(8) + b"[]",
    b"\x01" + (2).to_bytes(8) + b"{}",
    b"\x01" + (1).to_bytes(8) + b"\xff",
    b"\x01" + (100_000).to_bytes(8) + b"[" * 100_000,
    b"\x01" + (15).to_bytes(8) + b'{"status":"no"}',
    b"\x01" + (17).to_bytes(8) + b'{"status":"done"}',
    b"\x01" + (31).to_bytes(8) + b'{"status":"refused","zh":1,"en"',
    b"\x02" + (17).to_bytes(8) + (1).to_bytes(8) + b'{"status":"done"}\xff',
    b"\x02" + (27).to_bytes(8) + (1).to_bytes(8) + b'{"status":"done","rest":{}}a',
]


@pytest.mark.parametrize("reply", _REPLIES)
def test_a_reply_that_makes_no_sense_is_an_error_of_that_file(reply: bytes) -> None:
    program = f"import sys, time; sys.stdin.buffer.read(1); sys.stdout.buffer.write({reply!r}); sys.stdout.flush()"
    with ReadingProcess(command=(sys.executable, "-c", program)) as process:
        error = _refusal(process, GOOD)
        assert error.where == "坏.pdf"
        assert re.search(r"reading\.most_returned|made the program that reads files fail \(.+\)", error.message.en)
        with pytest.raises(SourceError):
            process.parse(_SOURCE)


def test_no_control_character_of_the_process_reaches_a_terminal() -> None:
    program = (
        "import sys; from corpus.reading_wire import send; sys.stdin.buffer.read(1);"
        r"send(sys.stdout.buffer, {'status': 'failed', 'reason': '\x1b[2J' * 1000})"
    )
    with ReadingProcess(command=(sys.executable, "-c", program)) as process:
        message = _refusal(process, GOOD).message

    assert message.en.isprintable()
    assert len(message.en) < 2 * READING.longest_reason


def test_a_message_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    with (tmp_path / "pipe").open("w+b") as stream:
        send(stream, {"do": "\ud800"}, b"", b"ab")
        stream.seek(0)
        assert receive(stream, 100) == ({"do": "\ud800"}, [b"", b"ab"])


def test_the_document_of_another_text_is_refused() -> None:
    written = document_json.dumps(parse_source(load(SHIPPED)))
    with pytest.raises(ValueError):
        document_json.loads(written, _SOURCE)
