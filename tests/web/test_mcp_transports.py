"""The MCP server as clients reach it: over HTTP, and as a process on stdin and stdout."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette

from corpus.document import Document
from qa.service.operations import Operations
from tests.web.page import SECRETARIAT, FakeEngine
from web.mcp.mcp_application import mcp_application

ROOT = Path(__file__).parents[2]
URL = "http://yuanwen.test/mcp"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@asynccontextmanager
async def serving(engine: FakeEngine) -> AsyncIterator[tuple[Starlette, httpx2.AsyncClient]]:
    application = mcp_application(Operations(engine))
    transport = httpx2.ASGITransport(application)
    async with application.router.lifespan_context(application), httpx2.AsyncClient(transport=transport) as http:
        yield application, http


def over_http(engine: FakeEngine, use: Callable[[httpx2.AsyncClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with serving(engine) as (_, http):
            return await use(http)

    return asyncio.run(run())


@pytest.fixture
def engine(shipped: Document) -> FakeEngine:
    return FakeEngine(shipped)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_asks_over_http(engine: FakeEngine, mode: str) -> None:
    async def use(http: httpx2.AsyncClient) -> Any:
        async with Client(streamable_http_client(URL, http_client=http), mode=mode) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", {"question": SECRETARIAT})

    names, reply = over_http(engine, use)
    assert "check_quotation" in names
    assert reply.structured_content["hits"][0]["lines"] == [57, 57]


def test_several_ask_at_once_and_each_gets_its_own_reply(engine: FakeEngine) -> None:
    """The first ones too, for whom the SDK is still being imported."""

    async def ask(http: httpx2.AsyncClient, number: int) -> Any:
        call = {"name": "find_in_text", "arguments": {"words": f"{number}", "limit": 1}}
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
        return (await http.post(URL, json=request, headers=ACCEPT)).json()

    async def use(http: httpx2.AsyncClient) -> Any:
        return await asyncio.gather(*(ask(http, number) for number in range(20)))

    replies = over_http(engine, use)
    assert [reply["id"] for reply in replies] == [*range(20)]
    assert [reply["result"]["structuredContent"]["words"] for reply in replies] == [str(n) for n in range(20)]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD", "OPTIONS"])
def test_only_post_is_answered(engine: FakeEngine, method: str) -> None:
    """There is no session to end, and no stream that would stay open."""

    async def use(http: httpx2.AsyncClient) -> Any:
        return await http.request(method, URL, headers=ACCEPT)

    reply = over_http(engine, use)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", ACCEPT, 400),
        (b"[]", ACCEPT, 400),
        (b'"\xff"', ACCEPT, 400),
        (b"[" * 100_000, ACCEPT, 400),
        (json.dumps({**INITIALIZE, "method": "\ud800"}).encode(), ACCEPT, 400),
        (json.dumps(INITIALIZE).encode(), {**ACCEPT, "content-type": "text/plain"}, 400),
        (json.dumps(INITIALIZE).encode(), {**ACCEPT, "accept": "text/html"}, 406),
        (b" " * 5_000_000, ACCEPT, 413),
    ],
)
def test_what_is_no_request_is_refused(engine: FakeEngine, body: bytes, headers: dict[str, str], status: int) -> None:
    """A form of a foreign page among them; then the next request is answered."""

    async def use(http: httpx2.AsyncClient) -> Any:
        refused = await http.post(URL, content=body, headers=headers)
        return refused, await http.post(URL, json=INITIALIZE, headers=ACCEPT)

    refused, answered = over_http(engine, use)
    assert refused.status_code == status
    assert "Traceback" not in refused.text
    assert answered.json()["result"]["serverInfo"]["name"] == "yuanwen"
    assert "mcp-session-id" not in answered.headers


def test_the_sdk_is_imported_when_it_is_needed() -> None:
    """The command line and the page start without it."""
    code = "import sys, yuanwen.__main__, app, web.mcp.mcp_stdio; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "False\n"


def test_a_folder_without_an_index_ends_it_with_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "yuanwen", "mcp", "--index", str(tmp_path / "none")]
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no index here" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.model
@pytest.mark.parametrize("ends", ["the client", "Ctrl+C"])
def test_it_ends_while_the_model_is_being_opened(real_folder: Path, ends: str) -> None:
    """Without a word on stdout or stderr."""
    command = [sys.executable, "-m", "yuanwen", "mcp", "--index", str(real_folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "yuanwen"
        if ends == "Ctrl+C":
            process.send_signal(signal.SIGINT)
        else:
            process.stdin.close()
        assert process.wait(timeout=60) == (-signal.SIGINT if ends == "Ctrl+C" else 0)
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


@pytest.mark.model
def test_a_client_asks_the_command(real_folder: Path) -> None:
    """It is answered before the model is open, and the question waits; stdout has nothing but the protocol."""
    arguments = ["-m", "yuanwen", "mcp", "--index", str(real_folder)]
    command = StdioServerParameters(command=sys.executable, args=arguments, cwd=str(ROOT), env=dict(os.environ))

    async def use() -> Any:
        async with Client(command) as client:
            (line,) = (await client.call_tool("list_documents")).structured_content["documents"]
            found = await client.call_tool("ask", {"question": SECRETARIAT, "documents": [line["id"]]})
            missing = await client.call_tool("ask", {"question": "红烧肉怎么做？"})
            return found.structured_content, missing.structured_content

    found, missing = asyncio.run(use())
    assert "设在北京的秘书处" in found["hits"][0]["text"]
    assert found["hits"][0]["says"] == "回答了 It answers"
    assert (missing["status"], missing["hits"]) == ("not_found", [])


@pytest.mark.model
def test_the_example_in_the_docs_prints_what_it_says(real_folder: Path) -> None:
    code, printed = re.findall(
        r"```python\n(.*?)```.*?prints\n\n```\n(.*?)```", (ROOT / "docs" / "mcp.md").read_text("utf-8"), re.DOTALL
    )[0]
    here = f'command={sys.executable!r}, args=["-m", "yuanwen", "mcp", "--index", {str(real_folder)!r}]'
    example = code.replace('command="yuanwen", args=["mcp"]', f"{here}, cwd={str(ROOT)!r}")
    assert here in example
    done = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == printed
