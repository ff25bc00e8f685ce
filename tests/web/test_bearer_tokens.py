"""Programs show a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.doors_app import BROWSER, OPENS, Tiny, said

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    path = tmp_path / "token"
    path.write_text(f"{'f' * 40}\n{TOKEN}\n", "utf-8")
    return Tiny("--token", path)


@pytest.mark.parametrize("value", [f"Bearer {TOKEN}", f"bearer  {TOKEN} ", f"Bearer {'f' * 40}"])
def test_a_program_with_a_token_may_change(tiny: Tiny, value: str) -> None:
    client = tiny.client()
    headers = {"Authorization": value}

    assert client.get("/", headers=headers).json()["may_change"]
    assert client.post("/api/v1/documents", json={}, headers=headers).status_code == 200
    assert client.post("/page/ask", json={}, headers={**headers, **BROWSER}).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        *("", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}0", f"Bearer {TOKEN[:-1]}"),
        *(f"Bearer {TOKEN.upper()}", f"Bearer {TOKEN}, {TOKEN}"),
    ],
)
def test_nobody_else_comes_in(tiny: Tiny, value: str) -> None:
    response = tiny.client().get("/", headers={"Authorization": value})

    assert response.status_code == 401
    assert "Authorization: Bearer" in said(response)["detail"]


def test_a_token_in_an_address_or_cookie_is_none(tiny: Tiny) -> None:
    client = tiny.client()

    assert client.get(f"/?token={TOKEN}&access_token={TOKEN}").status_code == 401
    assert client.get("/", headers={"Cookie": f"yuanwen-session={TOKEN}; token={TOKEN}"}).status_code == 401


def test_two_authorizations_are_none(tiny: Tiny) -> None:
    headers = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")]
    assert tiny.client().get("/", headers=headers).status_code == 401


def test_a_browser_gets_a_page_and_no_login(tiny: Tiny) -> None:
    response = tiny.client().get("/", headers=OPENS)

    assert response.status_code == 401
    assert "这里要凭令牌进入" in response.text
    assert tiny.doors.routes() == []


def test_memory_has_no_token(tiny: Tiny) -> None:
    assert tiny.doors.access.tokens is not None
    assert TOKEN not in repr(vars(tiny.doors.access.tokens))


def test_everybody_may_read_what_is_public_and_nobody_may_change_it() -> None:
    assert Tiny("--public").client().get("/").json() | {"token": ""} == {"token": "", "user": "", "may_change": False}
