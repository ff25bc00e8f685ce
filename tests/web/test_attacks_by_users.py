"""Attacks where users log in, and where everybody may read: nobody gets in, and nobody gets at another's texts."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from argon2 import PasswordHasher

from qa.qa_settings import ANSWERS
from tests.web.target import EVIL, QUESTION, Target, form, has_secret
from tests.web.test_login import post_all
from web.security import users as users_module
from web.security.users import Users
from web.server.metrics import CONTENT_TYPE
from web.web_settings import ACCOUNTS

pytestmark = pytest.mark.browser  # they start the page's server
PASSWORDS = {"anna": "correct horse", "bob": "battery staple", "carl": "staple of a horse"}
TOKEN = "t" * 40
HERS = "猫的口令是芝麻"
WORDS = f"第一条 {HERS}。\n"
RAW = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Where three users and a program are known. Passwords are hashed in no time."""
    folder = tmp_path_factory.mktemp("locked")
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users_module, "_hasher", lambda: hasher)
        patch.setattr(users_module, "_nobodys_hash", lambda: hasher.hash("nobody"))
        users = Users(folder / "users.jsonl")
        for name, password in PASSWORDS.items():
            users.add(name, password)
        (folder / "tokens").write_text(f"{TOKEN}\n")
        target = Target(folder, "--auth", users.path, "--token", folder / "tokens")
        yield target
        target.close()


@pytest.fixture
def target(locked: Target) -> Iterator[Target]:
    yield locked
    locked.still_serves()


@contextlib.contextmanager
def log_in(target: Target, name: str) -> Iterator[httpx.Client]:
    """A browser in which a user is logged in."""
    with target.client() as client:
        answer = send_login(target, client, name)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        yield client


def send_login(target: Target, client: httpx.Client, name: str, wanted: str = "/") -> httpx.Response:
    fields = {"user": name, "password": PASSWORDS[name], "token": login_token(client, wanted)}
    return client.post("/login", data={**fields, "next": wanted}, headers={"Origin": target.address})


def login_token(client: httpx.Client, wanted: str = "/") -> str:
    found = re.search(r'name="token" value="([^"]*)"', client.get("/login", params={"next": wanted}).text)
    assert found
    return found[1]


def own_names(client: httpx.Client) -> list[str]:
    for _ in range(200):
        answer = client.get("/mine/api/v1/documents")
        if answer.status_code == 200:
            return [one["name"] for one in answer.json()["documents"]]
        time.sleep(0.05)
    raise AssertionError(answer.text)


def test_who_is_not_logged_in_reads_and_changes_nothing(target: Target) -> None:
    cookies = [
        "",
        "yuanwen-session=",
        "yuanwen-session=x",
        "yuanwen-session=../../x",
        "yuanwen-session=a; yuanwen-session=b",
    ]
    tokens = ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[1:]}"]
    paths = ["/", "/mine/", "/page/texts", "/api/v1/documents", "/mine/api/v1/documents", "/api/v1/openapi.json",
             "/api/v1/docs", "/metrics", "/config", "/mcp", "/page/progress", "/nowhere"]  # fmt: skip
    for cookie, token in [*((one, "") for one in cookies), *(("", one) for one in tokens)]:
        headers = {**({"Cookie": cookie} if cookie else {}), **({"Authorization": token} if token else {})}
        with target.client(**headers) as client:
            for path, method in itertools.product(paths, ("GET", "POST")):
                response = client.request(method, path, json={} if method == "POST" else None)
                assert response.status_code in (401, 403), (path, method, response.status_code)
                assert not has_secret(response.content)
    with target.client() as client:
        for address in (
            f"/api/v1/documents?token={TOKEN}",
            f"/?access_token={TOKEN}",
            f"/?authorization=Bearer {TOKEN}",
        ):
            assert client.get(address).status_code == 401


def test_a_user_s_texts_are_no_other_s(target: Target) -> None:
    """By name, by id, by passage, by question, by change number, by each interface; and a program has none at all."""
    with log_in(target, "anna") as anna, log_in(target, "bob") as bob, target.client() as program:
        program.headers["Authorization"] = f"Bearer {TOKEN}"
        assert (own_names(anna), own_names(bob)) == ([], [])
        ours = target.page(anna, "/mine/")
        added = anna.post("/mine/api/v1/documents?name=猫.txt&wait=true", content=WORDS.encode(), headers=ours | RAW)
        assert added.status_code == 201, added.text
        key = added.json()["document"]["id"]
        document = anna.get(f"/mine/api/v1/documents/{key}").json()
        passage = document["passages"][0]["passage_id"]
        number = added.json()["number"]
        assert "芝麻" in document["text"]

        his = target.page(bob, "/mine/")
        reads = [
            *(f"{base}/documents/{one}" for base in ("/api/v1", "/mine/api/v1") for one in (key, "猫")),
            *(f"{base}/passages/{passage}" for base in ("/api/v1", "/mine/api/v1")),
            *(f"{base}/documents/{key}/sections/0" for base in ("/api/v1", "/mine/api/v1")),
            f"/mine/../{key}", f"/mine/anna/api/v1/documents/{key}", "/mine/?user=anna", "/mine/api/v1/find?words=芝麻",
        ]  # fmt: skip
        asked: list[tuple[str, Any]] = [
            *(
                (f"{base}/page/{kind}", fields)
                for base in ("", "/mine")
                for kind, fields in (
                    ("ask", {"question": "猫的口令是什么？"}),
                    ("source", {"document": "猫"}),
                    ("passage", {"p": passage, "t": ""}),
                    ("around", {"passage": passage}),
                    ("cite", {"passage": passage, "form": "own"}),
                    ("pages", {"document": "猫"}),
                    ("remove", {"document": "猫"}),
                    ("about", {"document": "猫"}),
                    ("texts", {}),
                )
            ),
            ("/api/v1/ask", {"question": "猫的口令是什么？", "documents": ["猫"]}),
            ("/mine/api/v1/cite", {"passage_id": passage}),
            ("/gradio_api/queue/join", {"data": [passage, "own"], "fn_index": 2, "session_hash": "a"}),
            ("/mcp", _read(passage)),
        ]
        heads = {"Accept": "application/json, text/event-stream"}
        for client, headers in ((bob, {**his, **heads}), (program, heads)):
            for path in reads:
                answer = client.get(path)
                assert "猫的口令" not in answer.text, path
                assert answer.status_code in (200, 400, 404), (path, answer.status_code)
            for path, sent in asked:
                answer = client.post(path, json=sent, headers=headers)
                assert not [form for form in (HERS, json.dumps(HERS)[1:-1]) if form in answer.text], path
                assert answer.status_code < 500, (path, answer.text)
            assert client.delete(f"/mine/api/v1/documents/{key}", headers=headers).status_code in (403, 404)
        assert bob.get(f"/mine/api/v1/changes/{number}").status_code == 404
        assert (own_names(anna), own_names(bob)) == (["猫"], [])
        assert target.own_base is not None
        assert not [path for path in target.own_base.iterdir() if "anna" in path.name or "bob" in path.name]


def test_a_user_cannot_fill_the_disk(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the page, by the API, with several files at a time: what does not fit is refused in words; nothing goes."""
    first = "第一条 狗的口令是骨头。\n"
    monkeypatch.setitem(vars(ANSWERS), "own_library", len(first.encode()) + 10)
    with log_in(target, "carl") as carl:
        assert own_names(carl) == []
        ours = target.page(carl, "/mine/")
        file = first.encode()
        assert carl.post("/mine/api/v1/documents?name=狗.txt&wait=true", content=file, headers=ours | RAW).is_success
        numbers = [
            carl.post(f"/mine/api/v1/documents?name={name}.txt", content=WORDS.encode(), headers=ours | RAW).json()
            for name in "甲乙丙"
        ]
        body, kind = form("丁.txt", WORDS.encode())
        change = carl.post("/mine/page/upload", content=body, headers=ours | kind).json()["change"]
        told = carl.get(f"/mine/page/progress?changes={change}").text
        assert '"stage": "failed"' in told
        assert "Remove some documents" in json.loads(told.strip().splitlines()[-1].removeprefix("data: "))["html"]
        for one in numbers:
            told = carl.get(f"/mine/api/v1/changes/{one['number']}").json()
            assert (told["stage"], "移除" in json.dumps(told, ensure_ascii=False)) == ("failed", True)
        assert own_names(carl) == ["狗"]
        assert "骨头" in carl.get("/mine/api/v1/find?words=狗的").text


def _read(passage: str) -> dict[str, Any]:
    arguments = {"name": "read_passage", "arguments": {"passage_id": passage}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments}


def test_a_session_cannot_be_fixed_stolen_by_a_page_or_kept_after_logout(target: Target) -> None:
    planted = "planted" * 6
    with target.client() as client:
        client.cookies.set("yuanwen-session", planted, domain="127.0.0.1", path="/")
    with log_in(target, "anna") as anna:
        session = anna.cookies["yuanwen-session"]
        assert session != planted
        page = target.page(anna)
        with target.client(Cookie=f"yuanwen-session={session}") as thief:
            assert thief.post("/page/texts", json={}).status_code == 403  # a cookie without the page's token
            assert thief.post("/api/v1/ask", json={"question": QUESTION}).status_code == 403
            with log_in(target, "bob") as bob:
                of_bob = target.page(bob)
            assert thief.post("/page/texts", json={}, headers=of_bob).status_code == 403
            assert anna.post("/logout", headers={**page, "Origin": EVIL}).status_code == 403
            assert thief.get("/").status_code == 200
            assert anna.post("/logout", headers=page).status_code == 303
            assert thief.get("/").status_code == 401
            assert thief.post("/page/texts", json={}, headers=page).status_code in (401, 403)
        with target.client(Cookie=f"yuanwen-session={planted}") as fixed:
            assert fixed.get("/").status_code == 401


def test_cookies_are_for_this_server_alone(target: Target) -> None:
    with log_in(target, "anna") as client:
        cookies = [cookie for cookie in client.cookies.jar if cookie.value]
        assert {cookie.name for cookie in cookies} == {"yuanwen-session", "yuanwen-known"}
        assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in cookies)
        assert {cookie.get_nonstandard_attr("SameSite") for cookie in cookies} == {"Lax"}
        assert not any(cookie.domain_specified for cookie in cookies)


@pytest.mark.parametrize(
    "wanted", [EVIL, "//evil.example", "/\\evil.example", "/%2f%2fevil.example/..", "javascript:alert(1)", "/a\r\nX: y",
               "\t//evil.example", "https:evil.example", "/\x00", "///evil.example", "/..//evil.example"]
)  # fmt: skip
def test_a_login_leads_nowhere_else(target: Target, wanted: str) -> None:
    with target.client() as client:
        answer = send_login(target, client, "anna", wanted)
        location = answer.headers["location"]
        assert answer.status_code == 303
        assert httpx.URL(target.address).join(location).netloc == httpx.URL(target.address).netloc
        assert "x" not in answer.headers


def test_ten_thousand_passwords_get_nobody_in(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the whole application, the right one among them; the user in a browser of his own is not kept out."""
    looked_at: list[str] = []
    verify = Users.verify

    def counting(self: Users, name: str, password: str) -> bool:
        looked_at.append(password)
        return verify(self, name, password)

    monkeypatch.setattr(Users, "verify", counting)
    monkeypatch.setitem(vars(ACCOUNTS), "first_wait", ACCOUNTS.longest_wait)  # a busy machine takes minutes
    with log_in(target, "carl") as carl:
        looked_at.clear()
        with target.client() as client:
            token, nonce = login_token(client), client.cookies["yuanwen-login"]
        passwords = [PASSWORDS["carl"] if number % 1000 == 999 else f"wrong {number}" for number in range(10_000)]
        fields = f"user=carl&token={token}&next=/&password="
        with monkeypatch.context() as patch:
            patch.setattr("web.security.login.plain_page", lambda *_, **__: "")  # ten thousand times the same page
            with ThreadPoolExecutor(1) as pool:  # Playwright may have an event loop in this thread
                answers = pool.submit(
                    anyio.run, post_all, target.application, fields, passwords, nonce, target.address
                ).result()
        assert [status for status, _ in answers] == [403] * 5 + [429] * 9_995
        assert looked_at == passwords[:5]
        assert not any("set-cookie" in headers and "session" in headers["set-cookie"] for _, headers in answers)
        assert carl.get("/").status_code == 200
        known = {name: value for name, value in carl.cookies.items() if name == "yuanwen-known"}
        with target.client() as again:
            again.cookies.update(known)
            assert send_login(target, again, "carl").status_code == 303


def test_a_private_page_is_in_no_cache_and_another_s_answer_is_not_served_again(target: Target) -> None:
    with log_in(target, "anna") as anna, log_in(target, "bob") as bob:
        for path in ("/", "/mine/", "/api/v1/documents", "/static/nothing", "/mine/x.css", "/api/v1/documents/x.css"):
            for client in (anna, bob):
                headers = client.get(path).headers
                assert "public" not in headers["cache-control"], path
                assert "no-store" in headers["cache-control"] or "private" in headers["cache-control"]
        tag = bob.get("/mine/api/v1/documents").headers["etag"]
        with target.client(**{"If-None-Match": tag}) as stranger:
            assert stranger.get("/mine/api/v1/documents").status_code == 401
            assert stranger.get("/mine/api/v1/documents", headers={"If-None-Match": "*"}).status_code == 401
    with target.client() as stranger:
        files = re.findall(r'(?:href|src)="(/?static/[^"]*)"', stranger.get("/login").text)
        assert files
        for path in files:
            response = stranger.get(path)
            assert "immutable" in response.headers["cache-control"]
            assert "set-cookie" not in response.headers


@pytest.fixture(params=["--public", "--share"])
def open_to_all(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    options = ["--public", "--allowed-host", "texts.example"] if request.param == "--public" else ["--share"]
    target = Target(tmp_path, *options)
    target.doors.hosts.add("texts.example")  # as the address of `--share` is
    yield target
    target.still_serves()
    target.close()


def test_who_may_only_read_changes_nothing_anywhere(open_to_all: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the texts, by no interface, and not the disk: feedback would be kept there."""
    kept: list[object] = []
    monkeypatch.setattr("qa.service.feedback.keep", lambda *given, **named: kept.append(given))
    with open_to_all.client() as client:
        page = open_to_all.page(client)
        assert page["Yuanwen-Token"]
        assert "feedback" not in client.post("/page/ask", json={"question": QUESTION}, headers=page).text
        body, kind = form("假.txt")
        for path in ("/page/upload", "/api/v1/documents"):
            for headers in ({**page, **kind}, kind):
                answer = client.post(path, content=body, headers=headers)
                assert answer.status_code in (200, 403), answer.text
                assert answer.status_code == 403 or "failed" in answer.json()
        for name in ("remove", "describe", "about", "cancel", "progress", "feedback"):
            sent = {"document": "条例", "works": [], "change": 1, "verdict": "good", "question": "a", "passages": []}
            assert "failed" in client.post(f"/page/{name}", json=sent, headers=page).json()
        assert client.delete("/api/v1/documents/条例").status_code == 403
        assert client.delete("/api/v1/documents/条例", headers=page).status_code == 403
        assert client.put("/api/v1/documents/条例").status_code == 405
        assert client.get("/mine/").status_code == 404
        assert client.get("/login").status_code == 404
        tools = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        listed = client.post("/mcp", json=tools, headers={"Accept": "application/json, text/event-stream"}).text
        assert "readOnlyHint" in listed
        assert '"readOnlyHint":false' not in listed.replace(" ", "")
    assert kept == []


def test_figures_are_for_this_machine_not_for_who_comes_through_a_tunnel(open_to_all: Target) -> None:
    """A tunnel or a proxy connects from this machine."""
    assert open_to_all.get("/metrics", host="texts.example")[0] == 404
    status, answer = open_to_all.get("/metrics")
    assert status == 200
    assert CONTENT_TYPE.encode() in answer
    assert open_to_all.get("/", host="texts.example")[0] == 200
