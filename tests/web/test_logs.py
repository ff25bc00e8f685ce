"""What the server logs: nothing of a request unless it is asked for, and then no query and no address."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from qa.engine import Engine
from qa.service.fresh_engine import FreshEngine
from tests.web.doors_app import OPENS, Tiny
from web.server.logs import SERVER_LOG, add_log_options, logging_to_stderr

Logged = Callable[..., list[str]]


def options(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_log_options(parser)
    return parser.parse_args(argv)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Logged:
    """Do something with options, and return the lines on stderr."""

    def lines(do: Callable[[], Any], *argv: str) -> list[str]:
        with logging_to_stderr(options(*argv)):
            do()
        return capsys.readouterr().err.splitlines()

    return lines


def visits() -> None:
    client = Tiny().client(peer="192.0.2.7")
    client.get("/?p=0123456789abcdef&t=秘书处", headers={**OPENS, "Cookie": "a=b", "Referer": "http://localhost:7860/"})
    client.get("/%0d%0a2026-01-01 forged/秘书处?q=上海精神")
    client.get("/", headers={"Host": "evil.example"})


def test_a_request_leaves_nothing_unless_it_is_asked_for(logged: Logged) -> None:
    assert logged(visits) == logged(visits, "--log-json", "--log-questions") == []


def test_a_line_of_a_request_has_no_query_no_address_and_no_line_break(logged: Logged) -> None:
    lines = logged(visits, "--access-log")
    assert [line.split(", ")[0] for line in lines] == [
        "GET / 200",
        "GET /%0D%0A2026-01-01%20forged/%E7%A7%98%E4%B9%A6%E5%A4%84 400",
        "GET / 421",
    ]
    text = "".join(lines)
    for private in ("192.0.2.7", "0123456789abcdef", "a=b", "?", "%E4%B8%8A%E6%B5%B7"):
        assert private not in text


def test_lines_of_json_tell_clients_apart_but_not_who_they_are(logged: Logged) -> None:
    def visit() -> None:
        tiny = Tiny()
        for peer in ("192.0.2.7", "192.0.2.8", "192.0.2.7"):
            tiny.client(peer=peer).get("/healthz")

    records = [json.loads(line) for line in logged(visit, "--log-json", "--access-log")]
    first, other, again = (record.pop("client") for record in records)
    assert first == again != other
    assert len(first) == 8
    for record in records:
        assert record.pop("time").endswith("+00:00")
        assert record.pop("ms") >= 0
        expected = {"level": "info", "logger": "yuanwen.access", "method": "GET", "path": "/healthz"}
        assert record == {**expected, "status": 200, "bytes": 1}


def test_another_start_names_the_same_client_otherwise(logged: Logged) -> None:
    def visit() -> None:
        for tiny in (Tiny(), Tiny()):
            tiny.client().get("/healthz")

    first, other = (json.loads(line)["client"] for line in logged(visit, "--log-json", "--access-log"))
    assert first != other


@pytest.mark.parametrize("argv", [(), ("--access-log",), ("--log-questions",), ("--log-json", "--log-questions")])
def test_questions_are_logged_only_where_it_is_asked_for(
    logged: Logged, fake_engine: Engine, argv: tuple[str, ...]
) -> None:
    lines = logged(lambda: FreshEngine(fake_engine).ask("上海精神\n是什么？"), *argv)
    if "--log-json" in argv:
        assert [json.loads(line)["question"] for line in lines] == ["上海精神\n是什么？"]
    else:
        assert lines == (["asked: '上海精神\\n是什么？'"] if "--log-questions" in argv else [])


def test_a_stack_is_one_line_of_json(logged: Logged) -> None:
    def fail() -> None:
        try:
            raise RuntimeError("原因")
        except RuntimeError:
            logging.getLogger("yuanwen.page").exception("failed")
        logging.getLogger(SERVER_LOG).info("at %s", "here")

    error, info = (json.loads(line) for line in logged(fail, "--log-json"))
    assert (error["level"], error["message"]) == ("error", "failed")
    assert error["error"].startswith("Traceback") and error["error"].endswith("RuntimeError: 原因")
    assert info["message"] == "at here"


def test_logging_is_as_before_afterwards(logged: Logged) -> None:
    before = [logging.getLogger(name).level for name in ("yuanwen.access", "yuanwen.questions", SERVER_LOG)]
    handlers = list(logging.root.handlers)
    logged(lambda: None, "--access-log", "--log-questions")
    assert logging.root.handlers == handlers
    assert [logging.getLogger(name).level for name in ("yuanwen.access", "yuanwen.questions", SERVER_LOG)] == before
