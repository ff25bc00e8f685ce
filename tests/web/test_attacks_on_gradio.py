"""The routes that answer, all of them; and what gradio would answer beside those that its clients need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

import app
from qa.service.operations import Operations
from qa.service.question_queue import Place, QuestionQueue
from tests.web.target import QUESTION, Target, has_secret
from web.server.turns import Client, Turns

_CALL = {"data": [QUESTION, [], [], None, "own"], "fn_index": 0}
"""A question, as gradio's clients send it."""
pytestmark = pytest.mark.browser  # they start the page's server


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    target = Target(tmp_path_factory.mktemp("target"))
    yield target
    target.still_serves()
    target.close()


def test_these_routes_answer_and_no_others(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each new one has to be written down here, and so to be thought of."""
    made: list[Any] = []

    def kept(**given: Any) -> Starlette:
        made.append(given)
        return Starlette(**given)

    monkeypatch.setattr("web.server.application.Starlette", kept)
    app.build_app(target.engine)
    (given,) = made
    assert sorted(_paths(given["routes"])) == sorted(
        [
            "/healthz",
            "/metrics",
            "/",
            "/static/{version}/{name:path}",
            "/page/upload",
            "/page/draft",
            "/page/progress",
            "/page/picture",
            "/page/grid",
            "/page/grid/progress",
            "/page/grid/stop",
            "/page/grid/answers",
            "/page/{kind}",
            "/api/v1 …",
            "/mcp",
            *app.GRADIO_PATHS,
        ]
    )


def _paths(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        assert isinstance(route, Route | Mount)
        yield f"{route.path} …" if isinstance(route, Mount) else route.path


def test_gradio_has_no_route_that_is_open_unasked(target: Target) -> None:
    """Each route that gradio itself would serve, asked for by each method, is closed unless its clients need it."""
    inner: Any = app.gradio_application(Operations(target.engine), Turns(lambda: 1))
    paths = {getattr(route, "path", "") for route in _flat(inner.routes)} - {""}
    assert {"/gradio_api/upload", "/gradio_api/file={path_or_url:path}"} <= paths
    needed = {re.sub(r"{.*?}", "{}", path) for path in (*app.GRADIO_PATHS, "/")}
    closed = {path for path in paths if re.sub(r"{.*?}", "{}", path) not in needed}
    assert len(closed) > 40
    with target.client() as client:
        for path in sorted(closed):
            asked = _filled(path)
            for method in ("GET", "POST", "DELETE"):
                answer = client.request(method, asked, json={} if method == "POST" else None)
                allowed = (403, 404, 405, 415)  # 403: no page's token, before any route is looked for
                assert answer.status_code in allowed, (method, asked, answer.status_code)
                assert not has_secret(answer.content)


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        nested = getattr(inner, "routes", None)
        if nested is not None and not isinstance(route, Route):
            prefix = getattr(route, "path", "") or getattr(getattr(route, "include_context", None), "prefix", "")
            for one in _flat(nested):
                yield one if not prefix else _Prefixed(prefix + getattr(one, "path", ""))
        else:
            yield route


class _Prefixed:
    def __init__(self, path: str) -> None:
        self.path = path


def _filled(path: str) -> str:
    for name in ("path_or_url", "path", "url_path", "file_path"):
        path = path.replace(f"{{{name}:path}}", "etc/passwd")
    return path.replace("{", "").replace("}", "").replace(":path", "")


PROBES = [
    "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../../../etc/passwd", "/gradio_api/file/etc/passwd",
    "/file=/etc/passwd", "/file/etc/passwd", "/proxy=http://127.0.0.1:22/", "/gradio_api/proxy=http://127.0.0.1:22/",
    "/gradio_api/upload", "/upload", "/gradio_api/upload_progress?upload_id=1", "/gradio_api/component_server",
    "/component_server", "/gradio_api/custom_component/x/y/../../../etc/passwd", "/custom_component/x/client/etc",
    "/gradio_api/login_check", "/login_check", "/gradio_api/token", "/token", "/app_id", "/gradio_api/app_id",
    "/theme.css", "/gradio_api/theme.css", "/robots.txt", "/pwa_icon", "/manifest.json", "/gradio_api/manifest.json",
    "/monitoring", "/gradio_api/monitoring", "/monitoring/x", "/gradio_api/run/ask", "/run/ask", "/api/ask",
    "/gradio_api/api/ask", "/gradio_api/api/predict", "/gradio_api/process_recording", "/gradio_api/startup-events",
    "/startup-events", "/gradio_api/stream/x/y/z/playlist.m3u8", "/gradio_api/dev/reload", "/dev/reload",
    "/gradio_api/vibe-edit", "/gradio_api/undo-vibe-edit", "/gradio_api/vibe-code", "/gradio_api/deep_link",
    "/deep_link", "/gradio_api/mcp/sse", "/gradio_api/mcp/", "/gradio_api/openapi.json", "/openapi.json", "/docs",
    "/redoc", "/svelte/x", "/assets/index.js", "/static/img/logo.svg", "/gradio_api/queue/status",
    "/gradio_api/queue/push", "/gradio_api/queue/join/", "/gradio_api", "/gradio_api/", "/gradio_api/config",
    "/gradio_api/user", "/gradio_api/logout", "/?view=api", "/?__theme=dark&deep_link=../../etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("path", PROBES)
def test_what_gradio_could_do_with_files_and_addresses_is_closed(target: Target, path: str) -> None:
    with target.client() as client:
        answers = [client.get(path), client.post(path, json={}), client.post(path, content=b"x")]
    expected = [200, 405, 405] if path.startswith("/?") else [404, 404, 404]
    for answer, status in zip(answers, expected, strict=True):
        assert answer.status_code in (status, 400, 403, 404, 405, 415), (answer.request.method, answer.status_code)
        assert "root:" not in answer.text
        assert "SSH-" not in answer.text


FILE = {"path": "/etc/passwd", "url": "http://127.0.0.1:22/", "orig_name": "x", "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize(
    "data", [[FILE, [], [], None, "own"], [QUESTION, [FILE], [], None, "own"], ["a", [], [FILE], None, {"x": FILE}]]
)
def test_a_question_that_names_a_file_does_not_read_it(target: Target, data: list[Any]) -> None:
    with target.client() as client:
        sent = {"data": data, "fn_index": 0, "session_hash": "file"}
        if client.post("/gradio_api/queue/join", json=sent).status_code == 200:
            said = _until_the_end(client, "file")
            assert "root:" not in said
            assert "SSH-" not in said


@pytest.mark.parametrize("fn_index", [-1, 4, 99, 10**9, "0", None])
def test_no_other_function_can_be_joined(target: Target, fn_index: Any) -> None:
    body = {"data": [], "fn_index": fn_index, "session_hash": f"s{fn_index}", "event_data": None, "trigger_id": None}
    with target.client() as client:
        answer = client.post("/gradio_api/queue/join", json=body)
        if answer.status_code == 200:
            told = _until_the_end(client, f"s{fn_index}")
            assert '"success":false' in told.replace(" ", ""), told
        assert not has_secret(answer.content)


def _until_the_end(client: httpx.Client, session: str) -> str:
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        told = ""
        for line in stream.iter_lines():
            told += line
            if "process_completed" in line or "close_stream" in line or "unexpected_error" in line:
                break
    return told


def test_each_client_has_its_own_line_in_the_queue(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks a hundred questions through gradio or MCP holds up nobody else."""
    lines: list[Client] = []
    place = QuestionQueue.place

    def noted(self: QuestionQueue, client: str, member: str = "") -> Place:
        lines.append(Client(client, member))
        return place(self, client, member)

    monkeypatch.setattr(QuestionQueue, "place", noted)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    call |= {"params": {"name": "ask", "arguments": {"question": f"{QUESTION}？"}}}  # none is remembered
    accept = {"Accept": "application/json, text/event-stream"}
    with target.client() as client:
        client.post("/gradio_api/queue/join", json={**_CALL, "session_hash": "a1b2c3"})
        assert has_secret(_until_the_end(client, "a1b2c3"))
        client.post("/api/v1/ask", json={"question": f"{QUESTION} "})
        assert has_secret(client.post("/mcp", json=call, headers=accept).content)
    assert len(lines) == 3
    assert len({*lines}) == 1 and lines[0].name


def test_a_call_is_told_to_its_own_session_alone(target: Target) -> None:
    """Its name is all that a session has: another name, and none, hears nothing of it."""
    body = {**_CALL, "session_hash": "5f0c7e2d9a"}
    with target.client() as client:
        joined = client.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200
        for other in ("5f0c7e2d9", "5f0c7e2d9a ", "%", "*", ""):
            with target.client() as thief:
                assert not has_secret(_some(thief, other)), other
        assert has_secret(_until_the_end(client, "5f0c7e2d9a"))


def _some(client: httpx.Client, session: str) -> str:
    """What a session is told at first: nobody else's reply comes late either."""
    try:
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}, timeout=1) as stream:
            return "".join(stream.iter_lines())
    except (httpx.TimeoutException, httpx.RemoteProtocolError):  # gradio breaks off where nobody has such a name
        return ""


def test_a_broken_call_is_not_repeated_and_breaks_nothing(target: Target) -> None:
    with target.client() as client:
        for body in (b'{"a": "\\ud800"}', b'{"data": NaN}', b"[", b"[" * 50_000, b'{"data": "\\u0000"}', b"null"):
            for path in ("queue/join", "cancel", "reset"):
                answer = client.post(f"/gradio_api/{path}", content=body, headers={"Content-Type": "application/json"})
                assert answer.status_code in (200, 400, 404, 422, 500)
                assert "Traceback" not in answer.text
                assert "ud800" not in answer.text
