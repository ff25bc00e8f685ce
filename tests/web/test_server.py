"""The server: its routes, what is kept in a browser, questions in lines, files as streams, progress as events."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp

import app
from corpus.document import Document
from corpus.source import Source
from index.catalog import Catalog
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import QUEUE, Settings
from qa.reply import Reply
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from tests.fakes import CharacterEmbedder
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine
from web import strings
from web.html.markup import both
from web.server.application import LazyApplication
from web.server.serving import Serving
from web.static_files import static_files
from web.web_settings import UPLOADS

HERE = "http://localhost:7860"
LAW = "第一条 猫吃鱼。\n\n第二条 狗吃肉。\n"


@pytest.fixture
def fake_site(shipped: Document) -> Iterator[TestClient]:
    with TestClient(app.build_app(FakeEngine(shipped)), base_url=HERE, client=("127.0.0.1", 50_000)) as client:
        yield _with_token(client)


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[TestClient]:
    """A server over an index of its own, which can be changed."""
    embedder = CharacterEmbedder("第一条二猫狗吃鱼肉。？什么")
    index = Index.build(tmp_path / "index", [Source.from_bytes("甲", "第一条 猫吃鱼。".encode(), None)], embedder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(10)
    with TestClient(
        app.build_app(engine, jobs=IndexJobs(engine)), base_url=HERE, client=("127.0.0.1", 50_000)
    ) as client:
        yield _with_token(client)


def _with_token(client: TestClient) -> TestClient:
    client.headers["Yuanwen-Token"] = client.get("/").text.split('name="yuanwen-token" content="')[1].split('"')[0]
    return client


def _asked(client: TestClient, question: str) -> list[dict[str, Any]]:
    response = client.post("/page/ask", json={"question": question})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


def test_the_page_is_a_document_whose_files_all_exist_and_stay_in_a_browser(fake_site: TestClient) -> None:
    page = fake_site.get("/")
    assert page.text.startswith("<!DOCTYPE html>")
    addresses = [part.split('"')[0] for name in ('src="', 'href="static') for part in page.text.split(name)[1:]]
    files = [f"static{one}" if one.startswith("/") else one for one in addresses if one.startswith(("static", "/"))]
    assert len(files) > 10
    for address in files:
        file = fake_site.get(f"/{address}")
        assert file.status_code == 200, address
        assert "immutable" in file.headers["cache-control"]
    assert "immutable" not in page.headers["cache-control"]


@pytest.mark.parametrize("address", ["old/page.css", "{version}/none.css", "{version}/../app.py", "{version}/js/"])
def test_no_other_file_is_served(fake_site: TestClient, address: str) -> None:
    response = fake_site.get(f"/static/{address.format(version=static_files().version)}")
    assert response.status_code in (400, 404)


def test_a_question_is_answered_in_one_line_where_nobody_waits(fake_site: TestClient) -> None:
    (answer,) = _asked(fake_site, SECRETARIAT)
    assert answer["status"] == "answered"
    assert "设在北京的秘书处" in answer["html"]
    assert _asked(fake_site, WEATHER)[-1]["status"] == "not_found"


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[]", b"7", b'"ask"', b"[" * 100_000, b'{"question": "\\ud800"}', b"\xff"]
)
def test_what_is_no_question_gets_a_sentence(fake_site: TestClient, body: bytes) -> None:
    for kind in ("ask", "source", "nonsense"):
        response = fake_site.post(f"/page/{kind}", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 200
        answer = json.loads(response.text.splitlines()[-1])
        assert answer.get("failed") or answer.get("html")


class Held(FakeEngine):
    """Answers when it is told to."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.free = threading.Event()
        self.begun = threading.Semaphore(0)

    def ask(
        self, question: str, history: Sequence[str] = (), *, documents: Collection[str] = (), alone: bool = False
    ) -> Reply:
        self.begun.release()
        assert self.free.wait(20)
        return super().ask(question, history, documents=documents, alone=alone)


def test_who_waits_is_told_the_place_and_who_comes_too_late_when_to_come_again(
    shipped: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("at_once", "waiting", "waiting_of_one"):
        monkeypatch.setitem(vars(QUEUE), name, 1)
    engine = Held(shipped)
    told: list[list[dict[str, Any]]] = []
    with TestClient(app.build_app(engine), base_url=HERE, client=("127.0.0.1", 50_000)) as client:
        _with_token(client)
        askers = [threading.Thread(target=lambda: told.append(_asked(client, SECRETARIAT))) for _ in range(2)]
        askers[0].start()
        assert engine.begun.acquire(timeout=20)
        askers[1].start()
        while "yuanwen_queue_waiting 1.0" not in client.get("/metrics").text:
            pass
        late = client.post("/page/ask", json={"question": WEATHER})
        engine.free.set()
        for asker in askers:
            asker.join()
    assert (late.status_code, late.headers["content-type"]) == (429, "application/problem+json")
    assert int(late.headers["retry-after"]) >= 1
    assert sorted(len(lines) for lines in told) == [1, 2]
    assert max(told, key=len)[0] == {"place": 1}
    assert {lines[-1]["status"] for lines in told} == {"answered"}


MCP = {"Accept": "application/json, text/event-stream"}
TOOLS: list[dict[str, Any]] = [
    {"name": "ask", "arguments": {"question": "狗吃什么？"}},
    {"name": "check_quotation", "arguments": {"quote": "狗吃肉"}},
    {"name": "find_in_text", "arguments": {"words": "猫"}},
    {"name": "list_documents", "arguments": {}},
    {"name": "read_passage", "arguments": {"passage_id": "x"}},
    {"name": "cite", "arguments": {"passage_id": "x"}},
]


def _tool(client: TestClient, call: dict[str, Any], method: str = "tools/call") -> dict[str, Any]:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": call}
    answer: dict[str, Any] = client.post("/mcp", json=body, headers=MCP).json()
    return answer


@contextmanager
def _full(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Meanwhile one question is being answered, and nobody else may wait."""
    free, begun, ask = threading.Event(), threading.Event(), Engine.ask

    def held(self: Engine, question: str, *arguments: Any, **options: Any) -> Reply:
        begun.set()
        assert free.wait(30)
        return ask(self, question, *arguments, **options)

    monkeypatch.setattr(Engine, "ask", held)
    asker = threading.Thread(target=lambda: _asked(client, "肉？"))
    asker.start()
    assert begun.wait(30)
    yield
    free.set()
    asker.join()


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(QUEUE), "at_once", 1)
    for name in ("waiting", "waiting_of_one"):
        monkeypatch.setitem(vars(QUEUE), name, 0)


@pytest.mark.usefixtures("narrow")
def test_whose_reply_is_remembered_neither_waits_nor_is_refused(
    own_site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page, in the API and by MCP; another question, or the same after others, is refused."""
    known = {"question": "猫吃什么？"}
    first = _asked(own_site, known["question"])
    with _full(own_site, monkeypatch):
        assert _asked(own_site, known["question"]) == first
        assert own_site.post("/page/ask", json={**known, "history": ["肉？"], "alone": True}).status_code == 200
        assert own_site.post("/api/v1/ask", json=known).json()["status"] == first[-1]["status"]
        told = _tool(own_site, {"name": "ask", "arguments": known})["result"]["structuredContent"]
        assert told["status"] == first[-1]["status"]
        for other in ({"question": "狗吃什么？"}, {**known, "history": ["肉？"]}):
            assert own_site.post("/page/ask", json=other).status_code == 429
            assert own_site.post("/api/v1/ask", json=other).status_code == 429
        assert own_site.post("/page/ask", json={**known, "documents": ["没有"]}).status_code == 429
    assert 'yuanwen_questions_total{status="busy"} 5.0' in own_site.get("/metrics").text


@pytest.mark.usefixtures("narrow")
def test_whoever_calls_a_tool_while_too_many_wait_is_told_when_to_come_again(
    own_site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each tool and each text, by a result and not by an error of the protocol, whatever keeps a processor busy."""
    addresses = ["yuanwen://documents", "yuanwen://documents/x", "yuanwen://documents/x/sections/0"]
    with _full(own_site, monkeypatch):
        busy = [_tool(own_site, call)["result"] for call in TOOLS]
        unread = [_tool(own_site, {"uri": address}, "resources/read")["error"]["message"] for address in addresses]
        for path in ("find?words=猫", "documents/x"):
            answer = own_site.get(f"/api/v1/{path}")
            assert (answer.status_code, int(answer.headers["retry-after"]) >= 1) == (429, True)
    assert all(result["isError"] for result in busy)
    said = {result["content"][0]["text"] for result in busy} | {*unread}
    assert len(said) == 1 and "ask again in" in said.pop()
    assert all(not _tool(own_site, call)["result"]["isError"] for call in TOOLS[:4])


def test_a_file_is_taken_as_a_stream_and_its_progress_is_told_until_it_is_added(own_site: TestClient) -> None:
    name = 'a "猫"\\%22.txt'
    sent = own_site.post("/page/upload", data={"name": name}, files={"file": ("x", LAW.encode())}).json()
    events = own_site.get(f"/page/progress?changes={sent['change']},999").text
    told = [json.loads(line[5:]) for line in events.splitlines() if line.startswith("data:")]
    own = [one for one in told if one["change"] == sent["change"]]
    assert own[-1]["stage"] == "done"
    assert own[-1]["name"] == "%22"  # what looks like a folder is left out
    assert any("failed" in one for one in told if one["change"] == 999)
    assert own_site.post("/page/texts", json={}).json()["names"] == ["甲", "%22"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"name": "a.txt"}}, 415),
        ({"files": {"other": ("a.txt", b"a")}}, 400),
        ({"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]}, 400),
        ({"content": b"no form", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"no form", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"json": {"name": "a.txt"}}, 400),
    ],
)
def test_what_is_no_file_is_refused_in_words(own_site: TestClient, sent: dict[str, Any], status: int) -> None:
    response = own_site.post("/page/upload", **sent)
    assert response.status_code == status
    assert response.json().get("failed") or response.json()["message"]["zh"]
    assert own_site.post("/page/texts", json={}).json()["names"] == ["甲"]


def test_a_file_that_is_too_large_is_refused_before_it_is_whole(
    own_site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(UPLOADS), "largest", 10)
    response = own_site.post("/page/upload", files={"file": ("大.txt", b"a" * 11)})
    assert "太大" in response.text.encode().decode("unicode_escape") or "最多" in json.dumps(
        response.json(), ensure_ascii=False
    )


def test_a_page_that_only_reads_takes_no_file(fake_site: TestClient) -> None:
    response = fake_site.post("/page/upload", files={"file": ("a.txt", b"a")})
    assert response.json() == {"failed": both(strings.NO_CHANGES)}


def test_the_server_says_that_it_lives_and_what_it_did(fake_site: TestClient) -> None:
    _asked(fake_site, SECRETARIAT)
    assert fake_site.get("/healthz").json() == {"status": "ok"}
    assert 'yuanwen_questions_total{status="answered"} 1.0' in fake_site.get("/metrics").text


def test_an_address_that_nobody_has_is_a_problem(fake_site: TestClient) -> None:
    response = fake_site.get("/nowhere")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    assert response.json()["message"] == {"zh": strings.NO_ADDRESS.zh, "en": strings.NO_ADDRESS.en}
    wrong = fake_site.post("/", json={})
    assert (wrong.status_code, {*wrong.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})


def test_a_part_is_made_once_for_those_who_ask_first_and_ends_with_the_server() -> None:
    made: list[str] = []

    def load() -> ASGIApp:
        from contextlib import asynccontextmanager

        @asynccontextmanager
        async def lifespan(_: Starlette) -> Any:
            made.append("begun")
            yield
            made.append("ended")

        return Starlette(routes=[Route("/", lambda _: PlainTextResponse("here"))], lifespan=lifespan)

    async def run() -> list[bytes]:
        lazy = LazyApplication(load)
        bodies: list[bytes] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                bodies.append(message["body"])

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "root_path": ""}
        await asyncio.gather(*(lazy(dict(scope), receive, send) for _ in range(3)))
        await lazy.close()
        return bodies

    assert asyncio.run(run()) == [b"here"] * 3
    assert made == ["begun", "ended"]


def test_a_strict_port_is_taken_or_the_server_does_not_start() -> None:
    """What stands before it knows this port alone; without it, the next free one is taken."""
    application = Starlette()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="taken"):
            Serving(application, host="127.0.0.1", port=port, strict_port=True)
        served = Serving(application, host="127.0.0.1", port=port)
        try:
            assert served.port != port
        finally:
            served.close()
