"""Users log in and out; nobody else gets in, however often they try."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import anyio
import pytest
from argon2 import PasswordHasher
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from tests.web.doors_app import BROWSER, HERE, OPENS, Tiny, said
from web.security.lockout import Lockout
from web.security.login import local_path
from web.security.page_tokens import HEADER
from web.security.sessions import Sessions
from web.security.users import Users
from web.web_settings import ACCOUNTS

PASSWORD = "correct horse"
_FORM_TYPE = {"content-type": "application/x-www-form-urlencoded", "content-length": "1"}
FORM = {"Origin": HERE, "Sec-Fetch-Site": "same-origin", **OPENS}


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def users(tmp_path: Path, cheap_hashes: None) -> Users:
    """Two users."""
    users = Users(tmp_path / "users")
    users.add("anna", PASSWORD)
    users.add("bob", "bob's password")
    return users


@pytest.fixture
def tiny(users: Users) -> Tiny:
    return Tiny("--auth", users.path)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared; that takes no time here."""
    passwords: list[str] = []

    def verify(self: Users, name: str, password: str) -> bool:
        passwords.append(password)
        return (name, password) == ("anna", PASSWORD)

    monkeypatch.setattr(Users, "verify", verify)
    return passwords


def log_in(
    client: TestClient, name: str = "anna", password: str = PASSWORD, *, wanted: str = "/", headers: Any = None
) -> Any:
    page = client.get("/login", params={"next": wanted}).text
    token, target = (_value(page, field) for field in ("token", "next"))
    form = {"user": name, "password": password, "token": token, "next": target}
    return client.post("/login", data=form, headers=headers or FORM)


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def cookies(response: Any) -> Mapping[str, Any]:
    jar: SimpleCookie = SimpleCookie()
    for header in response.headers.get_list("set-cookie"):
        jar.load(header)
    return jar


def test_a_browser_is_sent_to_the_login_page_and_back(tiny: Tiny) -> None:
    client = tiny.client()
    sent = client.get("/?p=1&words=上海", headers=OPENS)
    shown = client.get(sent.headers["location"])
    response = log_in(client, wanted="/?p=1")

    assert (sent.status_code, shown.status_code) == (303, 200)
    assert _value(shown.text, "next") == "/?p=1&amp;words=%E4%B8%8A%E6%B5%B7"
    assert (response.status_code, response.headers["location"]) == (303, "/?p=1")
    assert client.get("/").json()["user"] == "anna"


def test_a_program_is_told_so(tiny: Tiny) -> None:
    for path in ("/", "/api/v1/documents", "/missing"):
        response = tiny.client().get(path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        assert said(response)["message"]["zh"] == "请先登录。"
    assert tiny.client().post("/page/ask", json={}).status_code == 401
    assert tiny.changes == []


def test_health_and_the_files_of_the_page_are_open(tiny: Tiny) -> None:
    assert tiny.client().get("/healthz").status_code == 200
    assert tiny.client().get("/static/css/plain.css").status_code == 200


def test_the_page_needs_no_script_and_keeps_to_the_policy(tiny: Tiny) -> None:
    response = tiny.client().get("/login")

    assert not re.search(r"<script|\bon\w+=|style=|<style|https?://", response.text)
    assert response.headers["cache-control"] == "private, no-store"


def test_a_session_has_a_cookie_that_scripts_and_other_sites_do_not_get(tiny: Tiny) -> None:
    cookie = cookies(log_in(tiny.client()))["yuanwen-session"]

    assert len(cookie.value) >= 43  # 256 bits
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")


def test_under_https_the_cookie_is_secure(users: Users) -> None:
    tiny = Tiny("--auth", users.path, "--trusted-proxy", "10.0.0.1", "--public-origin", "https://texts.example")
    says = {"X-Forwarded-Proto": "https", "Origin": "https://texts.example"}
    client = tiny.client("https://texts.example", peer="10.0.0.1")

    assert cookies(log_in(client, headers=says))["__Host-yuanwen-session"]["secure"]


def test_below_a_root_path_cookies_and_addresses_stay_there(users: Users) -> None:
    tiny = Tiny("--auth", users.path)
    client = TestClient(tiny.app, base_url=HERE, root_path="/yuanwen", follow_redirects=False)
    sent = client.get("/yuanwen/?p=1", headers=OPENS)
    page = client.get("/yuanwen/login").text
    form = {"user": "anna", "password": PASSWORD, "token": _value(page, "token"), "next": "/?p=1"}
    response = client.post("/yuanwen/login", data=form, headers=FORM)

    assert sent.headers["location"] == "/yuanwen/login?next=%2F%3Fp%3D1"
    assert re.search(r'href="/yuanwen/static/\w+/plain.css"', page)
    assert response.headers["location"] == "/yuanwen/?p=1"
    assert cookies(response)["yuanwen-session"]["path"] == "/yuanwen"


def test_each_login_has_a_new_id_and_ends_the_one_before(tiny: Tiny) -> None:
    client = tiny.client()
    first = cookies(log_in(client))["yuanwen-session"].value
    second = cookies(log_in(client))["yuanwen-session"].value

    assert first != second
    assert tiny.client().get("/", headers={"Cookie": f"yuanwen-session={first}"}).status_code == 401
    assert tiny.client().get("/", headers={"Cookie": f"yuanwen-session={second}"}).status_code == 200


def test_an_id_that_somebody_planted_is_none(tiny: Tiny) -> None:
    client = tiny.client()
    client.cookies.set("yuanwen-session", "planted", domain="localhost.local", path="/")
    assert cookies(log_in(client))["yuanwen-session"].value != "planted"


def test_two_cookies_of_one_name_are_none(tiny: Tiny) -> None:
    own = cookies(log_in(tiny.client()))["yuanwen-session"].value
    both = f"yuanwen-session=other; yuanwen-session={own}"
    assert tiny.client().get("/", headers={"Cookie": both}).status_code == 401


def test_logout_ends_the_session_on_the_server(tiny: Tiny) -> None:
    client = tiny.client()
    own = cookies(log_in(client))["yuanwen-session"].value
    response = client.post("/logout", headers=FORM)

    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert cookies(response)["yuanwen-session"]["max-age"] == "0"
    assert tiny.client().get("/", headers={"Cookie": f"yuanwen-session={own}"}).status_code == 401


def test_another_site_can_log_nobody_in_or_out(tiny: Tiny) -> None:
    """Login CSRF: the victim would work in the attacker's account."""
    attacker, victim = tiny.client(), tiny.client()
    token = _value(attacker.get("/login").text, "token")
    form = {"user": "anna", "password": PASSWORD, "token": token, "next": "/"}
    victim.get("/login")

    assert victim.post("/login", data=form, headers=FORM).status_code == 403
    assert victim.post("/login", data=form, headers={**FORM, "Origin": "https://evil.example"}).status_code == 403
    log_in(victim)
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert victim.post("/logout", headers=foreign).status_code == 403
    assert victim.get("/").json()["user"] == "anna"


def test_a_page_token_is_of_its_session(tiny: Tiny) -> None:
    anna, bob = tiny.client(), tiny.client()
    log_in(anna)
    log_in(bob, "bob", "bob's password")
    token = tiny.page_token(anna)

    assert anna.post("/page/remove", json={}, headers={**BROWSER, HEADER: token}).status_code == 200
    assert bob.post("/page/remove", json={}, headers={**BROWSER, HEADER: token}).status_code == 403


def test_a_cookie_needs_the_page_token_even_without_the_headers_of_a_browser(tiny: Tiny) -> None:
    client = tiny.client()
    log_in(client)

    assert client.post("/api/v1/ask", json={}).status_code == 403
    assert client.post("/api/v1/ask", json={}, headers={HEADER: tiny.page_token(client)}).status_code == 200


def test_the_same_is_said_of_an_unknown_name_and_a_wrong_password(tiny: Tiny) -> None:
    def shown(name: str) -> tuple[int, str]:
        response = log_in(tiny.client(), name, "wrong password")
        text = re.sub(r'value="[^"]*"', "", response.text)
        return response.status_code, text

    assert shown("anna") == shown("nobody") == shown("../etc") == shown("a" * 9999)


def test_as_much_is_hashed_for_an_unknown_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the time is argon2: it runs once, with the same parameters."""
    seen: list[str] = []
    users = Users(tmp_path / "users")
    users.add("anna", PASSWORD)

    def verify(self: PasswordHasher, hashed: str, password: bytes) -> bool:
        seen.append(hashed.rpartition("$")[0].rpartition("$")[0])
        return True

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert (users.verify("anna", "wrong password"), users.verify("nobody", "wrong password")) == (True, False)
    assert seen == ["$argon2id$v=19$m=65536,t=3,p=4"] * 2


def test_of_ten_thousand_tries_one_a_second_few_are_looked_at() -> None:
    """In nearly three hours: five at once, then after 1, 2, 4, … minutes."""
    clock = Clock()
    lockout = Lockout(5, clock)
    passed = 0
    for _ in range(10_000):
        passed += lockout.try_now("anna")
        clock.now += 1

    assert passed == 5 + 7


def test_many_tries_never_get_in(tiny: Tiny, tried: list[str]) -> None:
    """The right password among them, when the name is locked, included."""
    client = tiny.client()
    token = _value(client.get("/login").text, "token")
    nonce = client.cookies["yuanwen-login"]
    passwords = [PASSWORD if number % 100 == 99 else f"wrong {number}" for number in range(500)]
    answers = anyio.run(post_all, tiny.app, f"user=anna&token={token}&next=/&password=", passwords, nonce)

    assert len(tried) == 5
    assert [status for status, _ in answers] == [403] * 5 + [429] * 495
    assert all(0 < int(headers["retry-after"]) <= 60 for status, headers in answers if status == 429)


async def post_all(
    app: ASGIApp, form: str, passwords: list[str], nonce: str, here: str = HERE
) -> list[tuple[int, Headers]]:
    """Post the login form with each password; a client library would take minutes."""
    sent: list[tuple[int, Headers]] = []
    headers = {"host": here.partition("//")[2], "origin": here, "cookie": f"yuanwen-login={nonce}", **_FORM_TYPE}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append((message["status"], Headers(raw=message["headers"])))

    for password in passwords:
        body = f"{form}{password.replace(' ', '+')}".encode()

        async def receive(body: bytes = body) -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/login",
            "query_string": b"",
            "headers": raw,
        }
        await app({**scope, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860)}, receive, send)
    return sent


def test_other_addresses_do_not_help(tiny: Tiny, tried: list[str]) -> None:
    for number in range(20):
        log_in(tiny.client(peer=f"10.0.0.{number}"), "anna", "wrong password")
    assert len(tried) == 5


def test_other_names_do_not_help(tiny: Tiny, tried: list[str]) -> None:
    """An address has its own limit; one of IPv6 is that of its network."""
    for number in range(50):
        log_in(tiny.client(peer=f"2001:db8::{number:x}"), f"name{number}", "wrong password")
    assert len(tried) == 30


def test_who_is_locked_out_by_others_goes_on_and_logs_in_again_in_the_known_browser(tiny: Tiny) -> None:
    anna, attacker = tiny.client(), tiny.client(peer="10.0.0.1")
    log_in(anna)
    for _ in range(6):
        last = log_in(attacker, "anna", "wrong password")

    assert last.status_code == 429
    assert anna.get("/").json()["user"] == "anna"
    anna.post("/logout", headers=FORM)
    assert log_in(anna).status_code == 303
    assert log_in(tiny.client()).status_code == 429


def test_a_known_browser_is_known_for_its_user_alone(tiny: Tiny) -> None:
    bob, attacker = tiny.client(), tiny.client()
    log_in(bob, "bob", "bob's password")
    for _ in range(6):
        log_in(attacker, "anna", "wrong password")

    assert log_in(bob, "anna", PASSWORD).status_code == 429


def test_waits_grow_and_end() -> None:
    clock = Clock()
    lockout = Lockout(2, clock)
    waits = []
    for _ in range(9):
        assert lockout.try_now("a")
        waits.append(lockout.wait("a"))
        assert waits[-1] == 0 or not lockout.try_now("a")
        clock.now += waits[-1]

    assert waits == [0, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    clock.now += 86_401
    assert lockout.wait("a") == 0


def test_many_names_do_not_push_out_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(ACCOUNTS), "failing_clients", 100)
    lockout = Lockout(2, Clock())
    while lockout.try_now("anna"):
        pass
    for number in range(1000):
        lockout.try_now(f"name{number}")

    assert lockout.wait("anna") > 0
    assert len(lockout._failures) <= 100


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "evil.example", "", "?a"),
        *(
            "/\r\nSet-Cookie: a=b",
            "/a\nb",
            "/\tevil",
            "javascript:alert(1)",
            "/../x",
            "/x/\\y",
            " /",
            "/ /evil",
            "\x00",
        ),
    ],
)
def test_next_leads_to_no_other_server(tiny: Tiny, wanted: str) -> None:
    assert local_path(wanted) == "/"
    response = log_in(tiny.client(), wanted=wanted)
    assert response.headers["location"] == "/"
    client = tiny.client()
    form = {"user": "anna", "password": PASSWORD, "token": _value(client.get("/login").text, "token"), "next": wanted}
    assert client.post("/login", data=form, headers=FORM).headers["location"] == "/"


def test_what_is_typed_is_escaped(tiny: Tiny) -> None:
    response = log_in(tiny.client(), '"><script>alert(1)</script>', "wrong password")

    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text


def test_a_session_ends_when_it_is_idle_old_or_its_user_changes(users: Users) -> None:
    clock = Clock()
    sessions = Sessions(users, clock)

    def begin() -> str:
        return sessions.begin("anna", users.stamp("anna") or "")

    idle = begin()
    clock.now += 86_399
    assert sessions.find(idle)
    clock.now += 86_401
    assert sessions.find(idle) is None
    old = begin()
    for _ in range(14):
        clock.now += 86_400
        found = sessions.find(old)
    assert found
    clock.now += 1
    assert sessions.find(old) is None
    own = begin()
    users.set_password("anna", "another password")
    assert sessions.find(own) is None
    own = begin()
    users.remove("anna")
    assert sessions.find(own) is None


def test_sessions_are_capped(users: Users) -> None:
    sessions = Sessions(users, time.monotonic)
    stamp = users.stamp("anna") or ""
    ids = [sessions.begin("anna", stamp) for _ in range(60)]

    assert [bool(sessions.find(one)) for one in ids] == [False] * 10 + [True] * 50


def test_the_server_does_not_hold_what_the_browser_has(users: Users) -> None:
    sessions = Sessions(users)
    session_id = sessions.begin("anna", users.stamp("anna") or "")
    found = sessions.find(session_id)

    assert found
    assert session_id not in repr(vars(sessions))
    assert sessions.find(found.key) is None


def test_a_users_file_that_goes_away_lets_nobody_in(tiny: Tiny, users: Users) -> None:
    client = tiny.client()
    log_in(client)
    users.path.unlink()

    assert client.get("/").status_code == 401
    assert log_in(client).status_code == 503
