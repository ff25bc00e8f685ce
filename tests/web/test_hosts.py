"""Only requests to a name of this server are served: a rebound name leads nowhere."""

from __future__ import annotations

import anyio
import pytest
from starlette.types import Message, Scope

from tests.web.doors_app import OPENS, Tiny, said
from web.security.hosts import is_plain_path
from web.security.scopes import Authority


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7860", "LOCALHOST:1", "127.0.0.1:7860", "127.8.9.1", "[::1]:7860", "[0:0::1]"]
)
def test_names_of_loopback_are_served_at_any_port(host: str) -> None:
    assert Tiny().client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:7860",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "0.0.0.0:7860",
        ),
        *("127.1", "2130706433", "0x7f.0.0.1", "[::]", "[::ffff:127.0.0.1]", "192.168.1.5", "user-localhost"),
    ],
)
def test_any_other_name_is_misdirected(host: str) -> None:
    response = Tiny().client().get("/", headers={"Host": host})

    assert response.status_code == 421
    assert "--allowed-host" in said(response)["detail"]


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.",
        "localhost:",
        "localhost:0",
        "localhost:99999",
        "a b",
        "a@localhost",
        "localhost/",
        "[::1",
        "文.example",
    ],
)
def test_a_malformed_host_is_refused(host: str) -> None:
    response = Tiny().client().get("/", headers={b"Host": host.encode()})

    assert (response.status_code, said(response)["title"]) == (400, "请求有误 Bad request")


def test_two_hosts_or_none_are_refused() -> None:
    """h11 refuses them too; here no other server can let them in."""
    for headers in ([], [(b"host", b"localhost"), (b"host", b"localhost")]):
        assert _status(headers=headers) == 400


def test_what_a_proxy_may_say_of_the_host_is_never_believed() -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost", "Forwarded": "host=localhost"}
    assert Tiny("--trusted-proxy", "127.0.0.1", "--public").client().get("/", headers=headers).status_code == 421


def test_a_name_that_was_allowed_is_served() -> None:
    tiny = Tiny("--allowed-host", "Texts.Example.org", "--allowed-host", "原文.example", "--public")
    for host in ("texts.example.org", "texts.example.org:8443", "xn--8mrq03b.example"):
        assert tiny.client().get("/", headers={"Host": host}).status_code == 200
    assert tiny.client().get("/", headers={"Host": "example.org"}).status_code == 421


def test_a_shared_address_can_be_added_late() -> None:
    tiny = Tiny("--share")
    tiny.doors.hosts.add("abc.gradio.live")
    assert tiny.client("https://abc.gradio.live").get("/").status_code == 200


def test_the_address_that_the_connection_came_to_is_served_and_no_other() -> None:
    """With `--host 0.0.0.0` a person types this machine's address."""
    server = ("192.168.1.5", 7860)

    assert _status("--host", "0.0.0.0", "--public", host=b"192.168.1.5:7860", server=server) == 200
    assert _status("--host", "0.0.0.0", "--public", host=b"192.168.1.6:7860", server=server) == 421
    assert _status("--host", "0.0.0.0", "--public", host=b"0.0.0.0:7860", server=("0.0.0.0", 7860)) == 421


def test_the_address_of_the_server_is_a_name_of_it() -> None:
    assert _status("--host", "192.168.1.5", "--public", host=b"192.168.1.5:7860") == 200


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/static/../x", "/a/./b", "/a\r\nb", "x", "*", ""]
)
def test_path_tricks_are_refused(path: str) -> None:
    assert not is_plain_path(path)
    assert _status(path=path) == 400


@pytest.mark.parametrize("path", ["/static/..%2fapp.py", "/%2e%2e/etc/passwd", "/static/%2e%2e%5capp.py"])
def test_encoded_path_tricks_are_refused(path: str) -> None:
    assert Tiny().client().get(path).status_code == 400


@pytest.mark.parametrize("path", ["/", "/static/a.b..c", "/...", "/api/v1/documents/甲//乙"])
def test_ordinary_paths_are_not(path: str) -> None:
    assert is_plain_path(path)


def test_a_browser_gets_a_page_that_says_the_same() -> None:
    response = Tiny().client().get("/", headers={"Host": "evil.example", **OPENS})

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "这里不以这个主机名提供服务" in response.text
    assert "--allowed-host evil.example" in response.text


def test_websockets_are_closed() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope: Scope = {"type": "websocket", "headers": [], "path": "/"}
    anyio.run(Tiny().app, scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": ""}]


def test_an_authority_has_one_form() -> None:
    assert Authority.parse("[0:0:0::1]:80") == Authority("::1", 80)
    assert Authority.parse("A.example") == Authority("a.example", None)


def _status(
    *argv: str,
    host: bytes = b"localhost",
    path: str = "/",
    server: tuple[str, int] = ("127.0.0.1", 7860),
    headers: list[tuple[bytes, bytes]] | None = None,
) -> int:
    """The status of a GET that no client library would send."""
    sent: list[Message] = []
    scope: Scope = {
        **{"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": b"/"},
        **{"query_string": b"", "root_path": "", "server": server, "client": ("127.0.0.1", 1)},
        "headers": [(b"host", host)] if headers is None else headers,
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    anyio.run(Tiny(*argv).app, scope, receive, send)
    return int(sent[0]["status"])
