"""What the options mean together: nobody comes in by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import QAError
from tests.web.doors_app import access
from web.security.users import Users

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"# for the bot\n\n{TOKEN}\n", "utf-8")
    return path


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    Users(tmp_path / "users").add("anna", "correct horse")
    return tmp_path / "users"


@pytest.mark.parametrize(
    "argv",
    [
        *(
            ("--host", "0.0.0.0"),
            ("--host", "::"),
            ("--host", "[::]"),
            ("--host", "192.168.1.5"),
            ("--host", "box.lan"),
        ),
        *(("--host", ""), ("--host", "localhost.evil.example"), ("--allowed-host", "texts.example")),
        *(("--public-origin", "https://texts.example"), ("--trusted-proxy", "127.0.0.1")),
        ("--host", "0.0.0.0", "--read-only"),
    ],
)
def test_what_lets_others_in_needs_a_lock(argv: tuple[str, ...], users_file: Path, token_file: Path) -> None:
    """Also a proxy on this machine: through it others come to an address of loopback."""
    with pytest.raises(QAError) as caught:
        access(*argv)

    assert "--auth FILE" in caught.value.message.en
    assert "--public" in caught.value.message.zh
    assert access(*argv, "--auth", users_file).is_exposed
    assert access(*argv, "--token", token_file).is_locked
    assert access(*argv, "--public").read_only


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2", "LOCALHOST"])
def test_this_machine_needs_none(host: str) -> None:
    opened = access("--host", host)

    assert (opened.is_exposed, opened.is_locked, opened.read_only) == (False, False, False)


def test_who_is_locked_out_on_this_machine_is_locked_out(users_file: Path) -> None:
    assert access("--auth", users_file).is_locked


def test_what_is_shared_is_read_only(users_file: Path) -> None:
    assert access("--share").read_only
    assert access("--share", "--auth", users_file).read_only


@pytest.mark.parametrize(
    "argv",
    [
        ("--allowed-host", "https://texts.example"),
        ("--allowed-host", "texts.example:80"),
        ("--allowed-host", "*"),
        ("--allowed-host", ""),
        ("--allowed-host", "0.0.0.0"),
        ("--allowed-host", "a\r\nb"),
        ("--allowed-host", "文" * 80),
        ("--public-origin", "texts.example"),
        ("--public-origin", "https://texts.example/path"),
        ("--public-origin", "null"),
        ("--root-path", "yuanwen"),
        ("--root-path", "/yuanwen/"),
        ("--root-path", "//evil"),
        ("--root-path", "/.."),
        ("--root-path", "/a\r\nb"),
        ("--trusted-proxy", "nginx"),
        ("--trusted-proxy", "*"),
        ("--trusted-proxy", "10.0.0.1/8"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_an_example(argv: tuple[str, str]) -> None:
    with pytest.raises(QAError) as caught:
        access(*argv, "--public")

    assert argv[0] in caught.value.message.en
    assert argv[0] in caught.value.message.zh


def test_public_and_locked_exclude_each_other(token_file: Path) -> None:
    with pytest.raises(QAError, match="choose one"):
        access("--public", "--token", token_file)


def test_a_file_without_users_or_tokens_lets_nobody_in(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for option, said in (("--auth", "yuanwen user add"), ("--token", "openssl rand")):
        with pytest.raises(QAError, match=said):
            access(option, empty)
        with pytest.raises(QAError, match="cannot be read"):
            access(option, tmp_path / "missing")


@pytest.mark.parametrize("text", ["short", f"{TOKEN} {TOKEN}", f"{TOKEN}é", f"{TOKEN}\nshort"])
def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text, "utf-8")

    with pytest.raises(QAError, match="too short or has blanks"):
        access("--token", path)


def test_names_are_kept_as_browsers_send_them() -> None:
    opened = access(
        "--allowed-host", "Texts.Example", "--allowed-host", "2001:DB8::0:1", "--host", "0.0.0.0", "--public"
    )

    assert opened.served_names == {"texts.example", "2001:db8::1"}
