"""What a monitor is told: counts and times, and never a word of a question."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from qa.service.question_queue import Busy
from web.server.metrics import Metrics


@dataclass
class Counts:
    waiting: int = 0
    running: int = 0


def _values(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_questions_are_counted_by_the_status_of_their_reply() -> None:
    metrics = Metrics(Counts(), lambda: 0)
    for status in ("not_found", "not_found", "rejected", "failed"):
        with metrics.question() as asked:
            asked.status = status
    with pytest.raises(ZeroDivisionError), metrics.question():
        raise ZeroDivisionError
    with pytest.raises(Busy), metrics.question():
        raise Busy(3)

    counted = {name: value for name, value in _values(metrics).items() if name.startswith("yuanwen_questions_total")}
    assert counted == {
        'yuanwen_questions_total{status="answered"}': 0,
        'yuanwen_questions_total{status="not_found"}': 2,
        'yuanwen_questions_total{status="rejected"}': 1,
        'yuanwen_questions_total{status="busy"}': 1,
        'yuanwen_questions_total{status="failed"}': 2,
    }
    assert _values(metrics)["yuanwen_question_seconds_count"] == 5
    assert "秘密" not in metrics.text().decode()


def test_the_queue_and_the_documents_are_read_when_they_are_asked_for() -> None:
    counts, documents = Counts(), ["a"]
    metrics = Metrics(counts, lambda: len(documents))
    counts.waiting, counts.running = 7, 4
    documents.append("b")

    values = _values(metrics)
    assert (values["yuanwen_queue_waiting"], values["yuanwen_queue_running"], values["yuanwen_documents"]) == (7, 4, 2)


def test_two_servers_of_one_process_count_apart() -> None:
    one, other = Metrics(Counts(), lambda: 1), Metrics(Counts(), lambda: 2)
    with one.question() as asked:
        asked.status = "not_found"

    assert _values(other)['yuanwen_questions_total{status="not_found"}'] == 0
    assert _values(one)['yuanwen_questions_total{status="not_found"}'] == 1
