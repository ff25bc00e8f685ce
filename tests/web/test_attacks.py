"""Attacks on the real application over real connections: nothing may be changed, and no stranger may read."""

from __future__ import annotations

import itertools
import json
import socket
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from tests.web.target import EVIL, QUESTION, Target, form, has_secret, record
from web.web_settings import REQUESTS

pytestmark = pytest.mark.browser  # they start the page's server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Open to this machine, and to be changed from it."""
    target = Target(tmp_path_factory.mktemp("target"))
    yield target
    target.close()


@pytest.fixture
def target(served: Target) -> Iterator[Target]:
    yield served
    served.still_serves()


CHANGES = [
    ("POST", "/page/remove", {"document": "条例"}),
    ("POST", "/page/describe", {"document": "条例", "works": [{"title": "假"}]}),
    ("POST", "/page/feedback", {"verdict": "good", "question": QUESTION, "passages": []}),
    ("DELETE", "/api/v1/documents/条例", None),
]
READS: list[tuple[str, str, Any]] = [
    ("POST", "/page/ask", {"question": QUESTION}),
    ("POST", "/page/source", {"document": "条例"}),
    ("POST", "/page/texts", {}),
    ("POST", "/api/v1/ask", {"question": QUESTION}),
    ("GET", "/api/v1/documents/条例", None),
    ("GET", "/", None),
    ("POST", "/gradio_api/queue/join", {"data": [QUESTION], "fn_index": 0, "session_hash": "a"}),
    ("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
]
FOREIGN_PAGES = {
    "a page of another site": {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"},
    "a sandboxed frame": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "another port of this machine": {"Origin": "http://127.0.0.1:9", "Sec-Fetch-Site": "same-site"},
    "an old browser": {"Origin": EVIL},
    "an older browser": {"Referer": f"{EVIL}/page"},
    "no-cors without an origin": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
}


@pytest.mark.parametrize("headers", FOREIGN_PAGES.values(), ids=FOREIGN_PAGES.keys())
@pytest.mark.parametrize(("method", "path", "body"), [*CHANGES, *READS])
def test_a_foreign_page_neither_changes_nor_reads(
    target: Target, method: str, path: str, body: Any, headers: dict[str, str]
) -> None:
    if method == "GET" and set(headers) == {"Referer"}:
        pytest.skip("an old browser that follows a link; it does not let the other page read")
    with target.client(**headers) as client:
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            content = b"" if body is None else json.dumps(body).encode()
            response = client.request(method, path, content=content, headers={"Content-Type": kind})
            assert response.status_code in (403, 415), (response.status_code, response.text)
            assert not has_secret(response.content)
            assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("headers", FOREIGN_PAGES.values(), ids=FOREIGN_PAGES.keys())
@pytest.mark.parametrize("path", ["/page/upload", "/api/v1/documents"])
def test_a_foreign_form_plants_no_file(target: Target, path: str, headers: dict[str, str]) -> None:
    body, kind = form("假.txt", "假的第一条。".encode())
    with target.client(**headers) as client:
        assert client.post(path, content=body, headers=kind).status_code == 403
        assert client.post(path, files={"file": ("假.txt", b"x")}, data={"name": "假"}).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0:{port}"],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/documents", "/config", "/gradio_api/info", "/metrics", "/healthz"])
def test_a_rebound_name_reads_nothing(target: Target, host: str, path: str) -> None:
    status, answer = target.get(path, host=host.format(port=target.port))
    assert status == 421
    assert not has_secret(answer)


def test_a_rebound_name_changes_nothing(target: Target) -> None:
    """Even with a token that its page was able to get somewhere, and as its own origin."""
    with target.client() as client:
        ours = target.page(client)
        host = f"evil.example:{target.port}"
        for method, path, body in [*CHANGES, *READS]:
            headers = {**ours, "Origin": f"http://{host}", "Host": host}
            response = client.request(method, path, json=body, headers=headers)
            assert response.status_code == 421
            assert not has_secret(response.content)


FORWARDED = ["X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL"]


@pytest.mark.parametrize("name", [*FORWARDED, "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded"])
@pytest.mark.parametrize("path", ["/", "/login", "/config", "/gradio_api/info", "/api/v1/docs", "/mine", "/metrics/"])
def test_no_header_that_anybody_may_send_comes_back_in_an_address(target: Target, path: str, name: str) -> None:
    """So that nothing that a cache keeps, and no redirect, leads elsewhere; gradio believes `X-Forwarded-Host`."""
    value = {"X-Forwarded-Proto": "https", "Forwarded": "host=evil.example;proto=https"}.get(name, "evil.example")
    _, plain = target.get(path)
    _, answer = target.get(path, f"{name}: {value}")
    assert b"evil.example" not in answer
    assert _without_chance(answer, target) == _without_chance(plain, target)


def _without_chance(answer: bytes, target: Target) -> tuple[bytes, int]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0], body.count(f"127.0.0.1:{target.port}".encode()) + body.count(b"https://")


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "/%2f/evil.example",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..;/",
        "/static/../api/v1/documents",
        "/static/..%2fapi/v1/documents",
        "/static/%2e%2e%2f%2e%2e%2fapp.py",
        "/static/..%5c..%5capp.py",
        "/static/%252e%252e%252fapp.py",
        "/static/..%252f..%252fapp.py",
        "/static/x/%c0%ae%c0%ae/app.py",
        "/static/x//etc/passwd",
        "/static/x/C:/windows/win.ini",
        "/static/x/js/start.js%00.css",
        "/%00",
        "/a%0d%0aSet-Cookie:%20a=b",
        "/login;/../api/v1/documents",
        "/login%3b/api/v1/documents",
        "/healthz/../api/v1/documents",
        "/api/v1/documents;x",
        "/API/V1/documents",
        "/api/v1//documents",
        "/api/v1/documents/",
        "/api/v1/documents/..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/documents/%00",
        "/api/v1/documents/%ff%fe",
        "/api/v1/documents/%ed%a0%80",
        "/api/v1/documents/" + "a" * 20_000,
        "/api/v1/passages/" + "%e5" * 3_000,
        "/page/../api/v1/documents",
        "/mine/api/v1/documents",
        "/mine//evil.example",
        "/file=/etc/passwd",
        "/gradio_api/file=/etc/passwd",
        "http://evil.example/",
        "http://evil.example:80/api/v1/documents",
        "*",
        "evil.example:80",
        "?documents[]=a&documents[]=b",
    ],
)
def test_path_tricks_lead_nowhere(target: Target, path: str) -> None:
    status, answer = target.get(path)
    assert status in (400, 404, 405, 414, 421, 422), answer[:300]
    assert not has_secret(answer)
    assert b"root:" not in answer
    assert b"\r\nset-cookie" not in answer.lower()
    assert b"Traceback" not in answer


def test_an_absolute_target_of_our_own_is_no_way_around_the_host(target: Target) -> None:
    status, answer = target.get(f"http://127.0.0.1:{target.port}/api/v1/documents/条例".encode().decode("latin-1"))
    assert status in (400, 404)
    assert not has_secret(answer)


@pytest.mark.parametrize(
    "query",
    [
        "documents[]=a",
        "document[]=a",
        "document=" + "&document=".join("abcdef"),
        "words=%00",
        "words=%ff",
        "words=%ed%a0%80",
        "words=a&limit=" + "9" * 5000,
        "words=a&limit=NaN",
        "words=a&limit=-1",
        "words=a&__proto__=1&constructor=1",
        "words=" + "%25" * 5000,
        "words=a&" + "&".join(f"a{number}=" for number in range(3000)),
        "words=a;limit=1",
        "=&=&&&",
    ],
)
def test_query_tricks_are_refused_or_harmless(target: Target, query: str) -> None:
    status, answer = target.get(f"/api/v1/find?{query}")
    assert status in (200, 404, 422), answer[:300]
    assert not has_secret(answer)


@pytest.mark.parametrize(
    "changes",
    [
        ",".join(map(str, range(4000))),
        "9" * 5_000,
        "-1,1.5,1e9,０,²,١",
        "%00",
        "1,1,1,1",
        "0" * 20_000,
    ],
)
def test_the_progress_of_changes_that_there_are_not_ends_at_once(target: Target, changes: str) -> None:
    raw = changes.encode().decode("latin-1")
    status, answer = target.get(f"/page/progress?changes={raw}")
    assert status in (200, 400)  # 400: h11 takes no address with such bytes
    assert answer.count(b"\r\ndata: ") <= 1000


ODD_JSON = {
    "deep": b'{"question": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "not a number": b'{"question": NaN, "top": NaN, "change": NaN, "page": Infinity, "width": -Infinity}',
    "a gigantic integer": b'{"change": ' + b"9" * 100_000 + b', "page": 1, "top": 1}',
    "a large integer": b'{"change": 1e400, "document": "", "page": ' + b"9" * 400 + b', "width": ' + b"9" * 400 + b"}",
    "no object": b'["question"]',
    "nothing": b"",
    "null": b"null",
    "a lone surrogate": b'{"question": "\\ud800", "document": "\\udfff", "quote": "\\ud800", "passage_id": "\\ud800",'
    b' "text": "\\ud800", "passage": "\\ud800", "documents": ["\\ud800"], "history": ["\\ud800"]}',
    "NUL": b'{"question": "\\u0000", "document": "\\u0000", "quote": "\\u0000", "passage_id": "\\u0000"}',
    "no UTF-8": b'{"question": "\xff\xfe"}',
    "UTF-16": '{"question": "a"}'.encode("utf-16"),
    "UTF-7": b"+AHsAIg-question+ACI-: 1+AH0-",
    "two of a key": b'{"question": "a", "question": {"a": 1}, "document": [], "document": {}}',
    "prototypes": b'{"__proto__": {"a": 1}, "constructor": {}, "__class__": "x", "kind": "remove", "document": {}}',
    "other types": b'{"question": {"$ne": 1}, "document": 1, "history": {"length": 9}, "form": ["own"]}',
    "many keys": b'{"question": "a"' + b"".join(b', "k%d": 1' % number for number in range(5_000)) + b"}",
}
KINDS = ("ask", "export", "source", "pages", "page", "lit", "passage", "around", "cite", "cites", "check", "texts")
CHANGING = ("remove", "about", "describe", "progress", "cancel", "state", "__class__", "no such kind")


@pytest.mark.parametrize("body", ODD_JSON.values(), ids=ODD_JSON.keys())
def test_odd_json_is_answered_in_words(target: Target, body: bytes) -> None:
    with target.client() as client:
        headers = {**target.page(client), "Content-Type": "application/json"}
        for kind in (*KINDS, *CHANGING):
            response = client.post(f"/page/{kind}", content=body, headers=headers)
            assert response.status_code == 200, (kind, response.text[:300])
            assert isinstance(json.loads(response.text.splitlines()[-1]), dict)
        for path in ("ask", "check", "cite"):
            response = client.post(f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"})
            assert response.status_code in (200, 400, 404, 422), response.text[:300]
            record(response)
        response = client.post("/mcp", content=body, headers={"Content-Type": "application/json"})
        assert not has_secret(response.content)
        assert "Traceback" not in response.text


MULTIPART = {
    "no boundary": ("multipart/form-data", b"--b\r\n\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n\r\n"),
    "a long boundary": (f"multipart/form-data; boundary={'b' * 9000}", b"--b\r\n\r\n"),
    "another boundary": ("multipart/form-data; boundary=c", form("a.txt")[0]),
    "no parts": ("multipart/form-data; boundary=b", b""),
    "garbage": ("multipart/form-data; boundary=b", b"\x00" * 1000),
    "a part that never ends": ("multipart/form-data; boundary=b", form("a.txt", b"x" * 100_000)[0][:90_000]),
    "a part without a head": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
    "a huge head": ("multipart/form-data; boundary=b", b"--b\r\nX-A: " + b"a" * 3_000_000 + b"\r\n\r\nx\r\n--b--\r\n"),
    "many heads": ("multipart/form-data; boundary=b", b"--b\r\n" + b"X-A: a\r\n" * 200_000 + b"\r\nx\r\n--b--\r\n"),
    "thousands of fields": (
        "multipart/form-data; boundary=b",
        b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(20_000))
        + b"--b--",
    ),
    "thousands of files": (
        "multipart/form-data; boundary=b",
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="%d"\r\n\r\nx\r\n' % n for n in range(5_000)
        )
        + b"--b--",
    ),
    "a huge field": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + b"x" * 3_000_000 + b"\r\n--b--",
    ),
    "a codec that unpacks": (
        "multipart/form-data; boundary=b; charset*=utf-8''zlib",
        b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\x78\x9c\r\n--b--',
    ),
    "JSON": ("application/json", b'{"file": "x"}'),
    "nothing said": ("", b"x"),
}


# Starlette leaves the file of a form that breaks off to the garbage collector, which closes it and warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("kind", "body"), MULTIPART.values(), ids=MULTIPART.keys())
def test_odd_forms_are_refused(target: Target, kind: str, body: bytes) -> None:
    with target.client() as client:
        headers = {**target.page(client), "Content-Type": kind}
        for path in ("/page/upload", "/api/v1/documents"):
            response = client.post(path, content=body, headers=headers)
            assert response.status_code in (400, 413, 415, 422), (path, response.status_code, response.text[:300])
            record(response)


def test_an_upload_beyond_the_limit_is_cut_off_however_it_is_sent(target: Target, monkeypatch: Any) -> None:
    """With a length that says so, and in pieces without one; what was sent does not lie in memory or on the disk."""
    with target.client() as client:
        token = target.page(client)["Yuanwen-Token"]
    head = f"POST /page/upload HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nYuanwen-Token: {token}\r\n"
    head += "Content-Type: multipart/form-data; boundary=b\r\n"
    said = target.talk(f"{head}Content-Length: 999999999999\r\n\r\n".encode())
    assert b" 413 " in said.splitlines()[0]
    piece = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    first = b"%x\r\n%s\r\n" % (len(start), start)
    chunked = target.talk(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode(), first, *itertools.repeat(piece, 100))
    assert not chunked or b" 413 " in chunked.splitlines()[0]


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pptx", "odt", "epub", "zip", "txt"])
def test_a_bomb_is_refused_and_the_server_lives(target: Target, suffix: str) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        names = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml", "odt": "content.xml"}
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(names.get(suffix, "mimetype"), b"<a>" + b" " * 200_000_000)
    with target.client() as client:
        response = client.post(
            "/api/v1/documents",
            params={"name": f"bomb.{suffix}", "wait": "true"},
            content=packed.getvalue(),
            headers={"Content-Type": "application/octet-stream"},
        )
    assert response.status_code == 422
    assert record(response)["message"]["en"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x", "..", ".", "\x00", "a\r\nX: y.txt", "C:\\x\\..", "‮txt.exe", "a" * 300, "CON", "|id", "~"],
)
def test_a_name_is_no_path_and_no_header(target: Target, name: str) -> None:
    with target.client() as client:
        response = client.post(
            "/api/v1/documents",
            params={"name": name, "wait": "true"},
            content=b"%PDF-1.4 no more",
            headers={"Content-Type": "application/octet-stream"},
        )
    assert response.status_code in (200, 201, 422)
    assert "x" not in response.headers
    if response.status_code != 422:
        assert target.names[-1] not in (".", "..")
        with target.client() as client:
            location = f"/api/v1/{response.headers['location']}"
            assert client.delete(location, params={"wait": "true"}).status_code == 200


def test_a_name_that_is_html_is_shown_as_it_is(target: Target) -> None:
    name, words = '<img src=x onerror="alert(1)">.txt', b"<script>alert(2)</script>\n\n</script><svg onload=alert(3)>\n"
    with target.client() as client:
        added = client.post(
            "/api/v1/documents",
            params={"name": name, "wait": "true"},
            content=words,
            headers={"Content-Type": "application/octet-stream"},
        )
        page = client.get("/").text
        sources = client.post("/page/source", json={"document": target.names[-1]}, headers=target.page(client)).json()
        client.delete(f"/api/v1/{added.headers['location']}", params={"wait": "true"})
    assert added.status_code == 201
    for html in (page, sources["html"]):
        assert "<img src=x" not in html
        assert "<script>alert" not in html
        assert "<svg onload" not in html


def test_headers_beyond_the_limit_are_refused(target: Target) -> None:
    status, _ = target.get("/", "X-A: " + "a" * (REQUESTS.headers + 300_000))
    assert status in (400, 431)
    status, _ = target.get("/", *(f"X-{number}: a" for number in range(40_000)))
    assert status in (400, 431)
    assert target.get("/", "Cookie: " + "; ".join("a=b" for _ in range(2000)))[0] == 200


def test_many_connections_that_say_nothing_keep_nobody_out(target: Target) -> None:
    held = [socket.create_connection(("127.0.0.1", target.port)) for _ in range(300)]
    try:
        for one in held[::2]:
            one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        with target.client() as client:
            assert client.post("/api/v1/ask", json={"question": QUESTION}).json()["status"]
    finally:
        for one in held:
            one.close()


def test_methods_that_nobody_needs_are_refused(target: Target) -> None:
    with target.client() as client:
        for method in ("PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "OPTIONS", "DELETE"):
            for path in ("/", "/page/ask", "/api/v1/ask", "/static/x/page.css", "/healthz"):
                response = client.request(method, path)
                assert response.status_code in (400, 403, 404, 405), (method, path)
        spoken = client.post("/page/remove", json={"document": "条例"}, headers={"X-HTTP-Method-Override": "GET"})
        assert spoken.status_code == 403
        assert client.get("/page/remove?document=条例").status_code in (404, 405)


def test_a_question_in_an_address_asks_nothing(target: Target) -> None:
    with target.client() as client:
        assert not has_secret(client.get("/page/ask", params={"question": QUESTION}).content)
        assert client.get("/api/v1/ask", params={"question": QUESTION}).status_code == 405


def test_what_is_private_is_kept_by_no_cache_and_what_a_cache_keeps_is_not_private(target: Target) -> None:
    """And nothing that does not exist is kept either: after an update it may be there."""
    with target.client() as client:
        for path in ("/", "/api/v1/documents", "/api/v1/documents/条例", "/healthz", "/metrics", "/nowhere", "/config"):
            response = client.get(path)
            assert "private" in response.headers["cache-control"]
            assert {"Cookie", "Authorization"} <= {one.strip() for one in response.headers["vary"].split(",")}
        for path in ("/static/0/page.css", "/static/x/y.css", "/static/"):
            response = client.get(path)
            assert response.status_code == 404
            assert "public" not in response.headers.get("cache-control", "")
            assert "no-store" in response.headers.get("cache-control", "")
        tag = client.get("/api/v1/documents").headers["etag"]
        with target.client(**{"If-None-Match": tag}) as other:
            assert other.get("/api/v1/documents").status_code == 304
