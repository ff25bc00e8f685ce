"""The users file and the command that changes it."""

from __future__ import annotations

import io
import json
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import QAError
from web.security.user_command import main
from web.security.users import Users, checked_name, library_folder

PASSWORD = "correct horse"


@pytest.fixture
def path(tmp_path: Path, cheap_hashes: None) -> Path:
    return tmp_path / "users.jsonl"


def test_the_file_has_an_argon2id_hash_and_is_the_owners_alone(tmp_path: Path) -> None:
    """With what argon2-cffi recommends (RFC 9106), at least."""
    path = tmp_path / "users.jsonl"
    Users(path).add("安娜", PASSWORD)
    record = json.loads(path.read_text("utf-8"))

    assert record["name"] == "安娜"
    assert record["password"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_the_right_password_of_the_right_user_is_right(path: Path) -> None:
    users = Users(path)
    users.add("Anna", PASSWORD)

    assert users.verify("anna", PASSWORD)
    assert users.verify("ＡＮＮＡ", PASSWORD)
    for name, password in (("anna", "correct horsE"), ("bob", PASSWORD), ("anna", ""), ("anna", "a" * 100_000)):
        assert not users.verify(name, password)
    assert not users.verify("\ud800", "\ud800")


def test_an_accent_is_one_character_or_two(path: Path) -> None:
    users = Users(path)
    users.add("anna", "pâté de foie")
    assert users.verify("anna", "pa\u0302te\u0301 de foie")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "../anna",
            "a/b",
            "a\\b",
            "a b",
            "a\nb",
            "a\r\nSet-Cookie: x",
            "a\0b",
            "-rf",
            "_a",
            ".a",
            "a:b",
        ),
        *("<b>", "a" * 65, "\u202eanna", "\ud800", "a\u200bb", "😀"),
    ],
)
def test_a_name_that_could_be_taken_for_something_else_is_refused(path: Path, name: str) -> None:
    with pytest.raises(QAError, match="cannot be a user's name"):
        Users(path).add(name, PASSWORD)
    assert not path.exists()


@pytest.mark.parametrize("name", ["anna", "安娜", "Zoë", "a.b-c_d", "7", "ａ"])
def test_letters_of_any_script_make_a_name(name: str) -> None:
    assert checked_name(checked_name(name)) == checked_name(name)


def test_a_library_is_a_folder_that_no_name_can_lead_out_of() -> None:
    base = Path("libraries")
    folders = [library_folder(base, name) for name in ("anna", "../anna", "/etc", "..", "", "安娜", "\ud800")]

    assert len(set(folders)) == 7
    assert {folder.parent for folder in folders} == {base}
    assert all(folder.name.isalnum() and folder.name.isascii() for folder in folders)
    assert library_folder(base, "Anna") == library_folder(base, "ａnna")


def test_what_another_process_changes_is_seen(path: Path) -> None:
    here, there = Users(path), Users(path)
    there.add("anna", PASSWORD)
    stamp = here.stamp("anna")
    there.set_password("anna", "another password")

    assert stamp is not None
    assert here.stamp("anna") not in (None, stamp)
    there.remove("anna")
    assert here.names() == []
    assert here.stamp("anna") is None


def test_many_changes_at_once_are_all_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.security.users._hash", lambda password: "$argon2id$")
    threads = [threading.Thread(target=Users(path).add, args=(f"u{number}", PASSWORD)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Users(path).names()) == sorted(f"u{number}" for number in range(20))


def test_a_change_that_fails_leaves_the_file(path: Path) -> None:
    users = Users(path)
    users.add("anna", PASSWORD)
    before = path.read_bytes()
    changes: tuple[Callable[[], None], ...] = (
        lambda: users.add("ANNA", PASSWORD),
        lambda: users.add("bob", "short"),
        lambda: users.add("bob", "a" * 1001),
        lambda: users.remove("bob"),
        lambda: users.set_password("bob", PASSWORD),
    )
    for change in changes:
        with pytest.raises(QAError):
            change()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [b"anna", b"[]", b"{}", b'{"name": "a/b", "password": "$argon2id$"}', b'{"name": "a", "password": "x"}', b"\xff"],
)
def test_a_damaged_file_is_named(path: Path, line: bytes) -> None:
    path.write_bytes(line + b"\n")
    with pytest.raises(QAError) as caught:
        Users(path).names()

    assert str(path) in str(caught.value)


def test_the_command_reads_a_password_from_a_pipe(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for argv, text, code in (
        (["add", "anna"], f"{PASSWORD}\n", 0),
        (["add", "anna"], f"{PASSWORD}\n", 1),
        (["add", "bob"], "short\n", 1),
        (["add", "bob"], "", 1),
        (["password", "anna"], "another password\r\n", 0),
        (["password", "bob"], f"{PASSWORD}\n", 1),
        (["list"], "", 0),
        (["remove", "anna"], "", 0),
        (["remove", "anna"], "", 1),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        assert main([*argv, "--file", str(path)]) == code
        if argv[0] == "password" and code == 0:
            assert Users(path).verify("anna", "another password")
    said = capsys.readouterr()

    assert said.out == "anna\n"
    assert PASSWORD not in said.err
    assert "已添加用户“anna”" in said.err


def test_the_command_asks_twice_on_a_terminal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, "correct horsE", PASSWORD, PASSWORD])
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    assert main(["add", "anna", "--file", str(path)]) == 1
    assert not path.exists()
    assert main(["add", "anna", "--file", str(path)]) == 0
    assert Users(path).verify("anna", PASSWORD)


def test_a_password_is_no_argument(path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["add", "anna", PASSWORD, "--file", str(path)])
