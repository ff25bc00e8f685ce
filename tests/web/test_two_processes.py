"""The page and a terminal change one index: the page answers from the texts as they are."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from yuanwen.client import Client, ClientError

ROOT = Path(__file__).resolve().parents[2]


def _index(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "qa", "index", *arguments], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of a page that a process of its own serves, over an index with one text."""
    (tmp_path / "车库.txt").write_text("车库须知\n\n车库限高两米一。\n")
    (tmp_path / "泳池.txt").write_text("泳池须知\n\n泳池早上七点开门。\n")
    _index("add", "--index", str(tmp_path / "i"), str(tmp_path / "车库.txt"))
    command = [sys.executable, "app.py", "--port", "0", "--index", str(tmp_path / "i")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = next(match for line in process.stderr if (match := re.search(r"at (http://\S+)", line)))
        yield found[1]
        process.terminate()


@pytest.mark.model
@pytest.mark.timeout(240)
def test_the_server_answers_from_the_texts_as_they_are(page: str, tmp_path: Path) -> None:
    def ask(question: str) -> str:
        deadline = time.monotonic() + 120
        while True:
            try:
                return "".join(hit["text"] for hit in client.ask(question)["hits"])
            except ClientError as error:  # the model is still being loaded
                assert error.status == 503
                assert time.monotonic() < deadline
                time.sleep(0.5)

    with Client(page) as client:
        assert "车库限高两米一" in ask("车库限高多少？")
        _index("add", "--index", str(tmp_path / "i"), str(tmp_path / "泳池.txt"))
        assert "泳池早上七点开门" in ask("泳池几点开门？")
        _index("remove", "--index", str(tmp_path / "i"), "车库")
        assert "车库限高两米一" not in ask("车库限高多少？")
