"""Pages of other sites cannot read, ask or change anything; programs can."""

from __future__ import annotations

import pytest

from tests.web.doors_app import BROWSER, HERE, OPENS, Tiny, said
from web.security.page_tokens import HEADER, PageTokens
from web.security.scopes import Authority, Origin

FOREIGN = (
    "https://evil.example",
    "http://localhost:3000",
    "http://localhost",
    "http://evil.localhost:7860",
    "null",
    "",
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_change_from_another_origin_is_refused(origin: str) -> None:
    """Whatever else it sends: the token of our page, and Sec-Fetch-Site of an extension that lies."""
    tiny = Tiny()
    client = tiny.client()
    headers = {**BROWSER, "Origin": origin, HEADER: tiny.page_token(client)}
    response = client.post("/page/remove", json={}, headers=headers)

    assert response.status_code == 403
    assert "别的网站" in said(response)["detail"]
    assert tiny.changes == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "same-origin,cross-site"])
def test_a_change_that_the_browser_calls_foreign_is_refused(site: str) -> None:
    tiny = Tiny()
    client = tiny.client()
    headers = {"Sec-Fetch-Site": site, HEADER: tiny.page_token(client)}

    assert client.post("/page/remove", json={}, headers=headers).status_code == 403
    assert client.post("/page/remove", json={}, headers={**headers, "Origin": HERE}).status_code == 403
    assert tiny.changes == []


def test_a_plain_form_of_another_page_changes_nothing() -> None:
    """It once removed a document without a click."""
    tiny = Tiny()
    form = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", **OPENS}
    response = tiny.client().post("/page/remove", data={"name": "a"}, headers=form)

    assert response.status_code == 403
    assert response.headers["content-type"].startswith("text/html")
    assert tiny.changes == []


def test_an_old_browser_is_told_by_its_referer() -> None:
    tiny = Tiny()
    client = tiny.client()
    token = {HEADER: tiny.page_token(client)}

    for referer, status in ((f"{HERE}/?p=1", 200), ("https://evil.example/a", 403), ("http://localhost:3000/", 403)):
        assert client.post("/page/ask", json={}, headers={"Referer": referer, **token}).status_code == status
    assert client.post("/page/ask", json={}, headers={"Referer": f"{HERE}@evil.example/", **token}).status_code == 403


@pytest.mark.parametrize("path", ["/page/ask", "/api/v1/ask", "/gradio_api/queue/join"])
def test_our_page_needs_its_token(path: str) -> None:
    tiny = Tiny()
    client = tiny.client()
    token = tiny.page_token(client)

    for wrong in (
        {},
        {HEADER: ""},
        {HEADER: "0" * 64},
        {HEADER: token.upper()},
        {HEADER: PageTokens().make("page", "")},
    ):
        response = client.post(path, json={}, headers={**BROWSER, **wrong})
        assert response.status_code == 403
        assert "重新载入" in said(response)["detail"]
    assert client.post(path, json={}, headers={**BROWSER, HEADER: token}).status_code == 200
    assert tiny.changes == [path]


def test_a_token_of_another_kind_is_none() -> None:
    tokens = PageTokens()

    assert tokens.verify("page", "a", tokens.make("page", "a"))
    assert not tokens.verify("page", "a", tokens.make("login", "a"))
    assert not tokens.verify("page", "b", tokens.make("page", "a"))
    assert not tokens.verify("page", "a", "\ud800é")


def test_programs_need_no_token_on_their_paths_and_one_elsewhere() -> None:
    """`fetch` of Node.js sends `Sec-Fetch-Mode` and is no browser."""
    client = Tiny().client()

    assert client.post("/api/v1/ask", json={}).status_code == 200
    assert client.post("/api/v1/ask", json={}, headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    assert client.delete("/api/v1/documents/a").status_code == 200
    assert client.post("/api/v1x/ask", json={}).status_code == 403
    assert client.post("/page/ask", json={}).status_code == 403


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/jsonp"),
        *("text/plain;application/json", "application/json;charset=utf-16", "", "application/json, text/plain"),
    ],
)
def test_a_body_that_is_not_called_json_is_refused(content_type: str) -> None:
    """A form of another site can send the first three. `text/plain` once planted a document."""
    client = Tiny().client()
    response = client.post("/api/v1/ask", content=b"{}", headers={"Content-Type": content_type})

    assert response.status_code == 415
    assert "application/json" in said(response)["detail"]


def test_json_and_no_body_pass() -> None:
    client = Tiny().client()
    for content_type in ("application/json", "Application/JSON; charset=UTF-8", "application/json;"):
        assert client.post("/api/v1/ask", content=b"{}", headers={"Content-Type": content_type}).status_code == 200
    assert client.post("/api/v1/ask").status_code == 200
    assert client.post("/api/v1/ask", content=b"{}").status_code == 415
    zipped = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert client.post("/api/v1/ask", content=b"{}", headers=zipped).status_code == 415


def test_files_come_only_where_they_are_taken() -> None:
    tiny = Tiny()
    client = tiny.client()
    headers = {HEADER: tiny.page_token(client), **BROWSER}

    assert client.post("/page/upload", files={"file": b"a"}, headers=headers).status_code == 200
    assert client.post("/page/upload/x", files={"file": b"a"}, headers=headers).status_code == 200
    assert client.post("/page/uploads", files={"file": b"a"}, headers=headers).status_code == 415


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/static/a.js", "/healthz"])
def test_another_site_can_link_here_but_not_load_from_here(site: str, path: str) -> None:
    client = Tiny().client()

    assert client.get(path, headers={"Sec-Fetch-Site": site, **OPENS}).status_code == 200
    for dest in ("script", "image", "iframe", "frame", "object", "embed", "empty", "style"):
        mode = "navigate" if dest in ("iframe", "frame", "object", "embed") else "no-cors"
        foreign = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert client.get(path, headers=foreign).status_code == 403
    assert client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403


def test_a_foreign_origin_cannot_read_either() -> None:
    """Over plain http to another machine browsers send no Sec-Fetch-Site."""
    client = Tiny().client()

    assert client.get("/", headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.get("/", headers={"Sec-Fetch-Site": "none"}).status_code == 200
    assert client.get("/", headers=BROWSER).status_code == 200


def test_no_answer_has_a_cors_header() -> None:
    client = Tiny().client()
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answers = [client.options("/api/v1/ask", headers=preflight), client.get("/static/a"), client.options("/api/v1/ask")]

    assert [answer.status_code for answer in answers] == [403, 200, 405]
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control")] == []


def test_behind_a_proxy_the_origin_is_the_public_one() -> None:
    """nginx sends its own Host unless it is told otherwise, and never the port of `$host`."""
    tiny = Tiny("--public-origin", "https://texts.example:8443", "--public")
    client = tiny.client("http://127.0.0.1:7860")
    token = {HEADER: tiny.page_token(client), "Sec-Fetch-Site": "same-origin"}

    for origin, status in (("https://texts.example:8443", 200), ("https://texts.example", 403), ("null", 403)):
        assert client.post("/page/ask", json={}, headers={"Origin": origin, **token}).status_code == status


def test_a_page_under_https_is_ours_where_the_proxy_does_not_say_so_and_never_the_other_way() -> None:
    argv = ("--allowed-host", "texts.example", "--public")
    for address, origin, status in (
        ("http://texts.example", "https://texts.example", 200),
        ("https://texts.example", "http://texts.example", 403),
        ("http://texts.example", "http://texts.example:80", 200),
        ("http://texts.example", "https://texts.example:80", 403),
    ):
        tiny = Tiny(*argv)
        client = tiny.client(address)
        token = {HEADER: tiny.page_token(client)}
        assert client.post("/page/ask", json={}, headers={"Origin": origin, **token}).status_code == status


def test_an_origin_has_one_form() -> None:
    assert Origin.parse("https://A.example") == Origin("https", Authority("a.example", 443))
    for text in ("null", "https://a.example/", "ftp://a.example", "https://a@b", "https://", "file://", "https://a:x"):
        assert Origin.parse(text) is None
