"""Bodies that are too large or too slow, how many requests a client may send, and what a real socket gets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import anyio
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.web.doors_app import HERE, Tiny, said
from web.security.bodies import BodyLimits
from web.security.doors import server_options
from web.security.patient_protocol import PatientProtocol
from web.security.rate_limits import RateLimits
from web.web_settings import REQUESTS


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the whole body, and answer 200 whatever happens meanwhile, as a careless application does."""
    try:
        body = await Request(scope, receive).body()
    except Exception:
        body = b"failed"
    await PlainTextResponse(body.decode())(scope, receive, send)


def _ask(app: ASGIApp, pieces: Sequence[bytes | None], **headers: str) -> tuple[int, bytes]:
    """Send a body in pieces, None for one that never comes; return the status and body of the answer."""
    sent: list[Message] = []
    coming = iter(pieces)

    async def receive() -> Message:
        piece = next(coming)
        if piece is None:
            await anyio.sleep_forever()
        return {"type": "http.request", "body": piece, "more_body": piece != b""}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    anyio.run(app, {"type": "http", "method": "POST", "path": "/upload/a", "headers": raw}, receive, send)
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


def _limited(**more: Any) -> BodyLimits:
    return BodyLimits(_reads, {"/upload": 10}, **more)


def test_a_body_that_is_not_too_large_arrives() -> None:
    assert _ask(_limited(), [b"01234", b"56789", b""]) == (200, b"0123456789")
    assert _ask(_limited(), [b"0123456789", b""], content_length="10") == (200, b"0123456789")


@pytest.mark.parametrize(
    ("pieces", "headers"),
    [
        ([b"01234", b"56789", b"0", None], {}),
        ([None], {"content_length": "11"}),
        ([None], {"content_length": "9" * 5000}),
        ([b"01234567890", None], {"content_length": "10"}),
        ([b"01234567890", None], {"transfer_encoding": "chunked"}),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_whole(
    pieces: list[bytes | None], headers: dict[str, str]
) -> None:
    """Whatever its length claims, and whatever the application answers."""
    status, body = _ask(_limited(), pieces, **headers)

    assert status == 413
    assert b"10" in body


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x5", " 5", "5, 5", "٥", ""])
def test_a_malformed_length_is_refused(length: str) -> None:
    assert _ask(_limited(), [b"a", b""], content_length=length)[0] == 400


@pytest.mark.parametrize("pieces", [[None], [b"0", None], [b"0123456789", None]])
def test_a_body_that_does_not_come_is_given_up(pieces: list[bytes | None]) -> None:
    status, body = _ask(_limited(patience=0.01, rate=1e6), pieces)

    assert status == 408
    assert "too slowly" in body.decode()


def test_bytes_that_trickle_in_win_only_the_time_of_their_number() -> None:
    """Each piece comes within the patience, but all together do not."""
    taken = []

    async def receive() -> Message:
        await anyio.sleep(0.02)
        taken.append(1)
        return {"type": "http.request", "body": b"a", "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    app = BodyLimits(_reads, {}, patience=0.1, rate=1e6)
    anyio.run(app, {"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)

    assert sent[0]["status"] == 408
    assert len(taken) <= 5


def test_an_application_that_reads_slowly_costs_the_client_nothing() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await anyio.sleep(0.1)
        await _reads(scope, receive, send)

    assert _ask(BodyLimits(slow, {}, patience=0.05, rate=1e6), [b"a", b"b", b""])[0] == 200


def test_the_forms_and_routes_have_their_own_limits() -> None:
    tiny = Tiny()
    client = tiny.client()

    assert client.post("/page/upload", content=b"a" * 6_000).status_code == 415
    for size, status in ((4_000, 403), (6_000, 413)):  # 403: without the token of the page
        headers = {"Content-Type": "application/octet-stream"}
        response = client.post("/page/upload", content=b"a" * size, headers=headers)
        assert (response.status_code, said(response)["status"]) == (status, status)
    assert tiny.changes == []


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    limited = Tiny("--public", "--allowed-host", "texts.example")
    _set_limit(limited, 3)
    one, other = limited.client(peer="10.0.0.1"), limited.client(peer="10.0.0.2")
    statuses = [one.get("/").status_code for _ in range(5)]
    refused = one.get("/")

    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert "再试" in said(refused)["detail"]
    assert other.get("/").status_code == 200
    assert one.get("/static/a.js").status_code == 200


def test_only_a_trusted_proxy_says_who_the_client_is() -> None:
    """Of what it says the last address counts: a client can write the others itself."""
    tiny = Tiny("--public", "--trusted-proxy", "10.0.0.1")
    _set_limit(tiny, 1)

    def statuses(peer: str, *forwarded: str) -> list[int]:
        client = tiny.client(peer=peer)
        return [client.get("/", headers={"X-Forwarded-For": one}).status_code for one in forwarded]

    assert statuses("10.0.0.1", "1.1.1.1", "2.2.2.2", "9.9.9.9, 1.1.1.1") == [200, 200, 429]
    assert statuses("10.0.0.9", "3.3.3.3", "4.4.4.4") == [200, 429]


def test_on_this_machine_nothing_is_counted() -> None:
    assert not any(isinstance(layer, RateLimits) for layer in _layers(Tiny().app))


def _layers(app: Any) -> Iterator[Any]:
    while app is not None:
        yield app
        app = getattr(app, "app", None)


def _set_limit(tiny: Tiny, a_minute: int) -> None:
    (layer,) = (layer for layer in _layers(tiny.app) if isinstance(layer, RateLimits))
    layer.__init__(layer.app, layer._free, a_minute)  # type: ignore[misc]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tiny, int]]:
    """The application behind uvicorn, with short patience; and its port."""
    monkeypatch.setattr(PatientProtocol, "patience", 0.3)
    monkeypatch.setitem(vars(REQUESTS), "headers", 4096)
    tiny = Tiny()
    slow_bodies = next(layer for layer in _layers(tiny.app) if isinstance(layer, BodyLimits))
    monkeypatch.setattr(slow_bodies, "_patience", 0.3)
    options: dict[str, Any] = {**server_options(tiny.doors.access)}
    running = uvicorn.Server(uvicorn.Config(tiny.app, log_level="critical", lifespan="off", **options))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        yield tiny, listening.getsockname()[1]
        running.should_exit = True
        thread.join()


def _talk(port: int, *pieces: bytes) -> bytes:
    """Send bytes as they are and return all that comes back until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
        received = b""
        with contextlib.suppress(ConnectionError):  # closed while we were still sending
            while part := connection.recv(65_536):
                received += part
    return received


_POST = b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /static/b HTTP/1.1\r\n",
    ],
)
def test_headers_that_never_end_are_given_up(server: tuple[Tiny, int], sent: bytes) -> None:
    """Slowloris: uvicorn alone waits for ever. The last one: in a second request of a connection too."""
    received = _talk(server[1], sent)
    assert received.count(b"HTTP/1.1 ") == sent.count(b"\r\n\r\n")


def test_a_body_that_never_ends_is_given_up(server: tuple[Tiny, int]) -> None:
    assert b"HTTP/1.1 408 " in _talk(server[1], _POST + b"Content-Length: 9\r\n\r\n{")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A : b\r\n\r\n",
        b"GET //evil.example HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /%2e%2e/app.py HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: a\x00b\r\n\r\n",
        _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ",
        _POST + b"Content-Length: -1\r\n\r\n{}",
        _POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_malformed_requests_are_refused(server: tuple[Tiny, int], sent: bytes) -> None:
    received = _talk(server[1], sent)

    assert received.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
    assert server[0].changes == []


def test_headers_without_end_fill_no_memory(server: tuple[Tiny, int]) -> None:
    """What asyncio reads at a time, a quarter of a megabyte, is looked at whole: so more than that."""
    received = _talk(server[1], b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"b" * 2_000_000 + b"\r\n\r\n")
    assert b" 200 " not in received


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"identity", b"xchunked", b"chunked, chunked"])
def test_no_request_is_smuggled_in_a_body(server: tuple[Tiny, int], coding: bytes) -> None:
    inner = b"POST /api/v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    _talk(server[1], _POST + b"Content-Length: 4\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n" + inner)

    assert "/api/v1/smuggled" not in server[0].changes


def test_with_a_length_and_chunks_the_chunks_count(server: tuple[Tiny, int]) -> None:
    """And the connection goes on after the last one: what follows is the same client's next request."""
    body = b"Content-Length: 100\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    assert _talk(server[1], _POST + body).endswith(b"\r\n2")


def test_no_answer_names_the_server(server: tuple[Tiny, int]) -> None:
    received = _talk(server[1], b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"server:" not in received.lower()
    assert HERE.encode() not in received
