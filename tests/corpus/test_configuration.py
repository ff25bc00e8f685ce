"""Settings: defaults, overridden by a file, overridden by the environment; what cannot be used is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import configuration
from corpus.configuration import Group, changed, check, setting, table
from corpus.errors import SettingsError


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Use only the groups of the test, and a settings file that does not exist yet."""
    monkeypatch.setattr(configuration, "_groups", {})
    monkeypatch.setattr(configuration, "SECTIONS", ("soup", "bread"))
    for name in [name for name in os.environ if name.startswith("YUANWEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(configuration, "_wrong", [])
    monkeypatch.setattr(configuration, "user_config_path", lambda *_, **__: tmp_path)
    configuration._read.cache_clear()
    yield tmp_path / "settings.toml"
    configuration._read.cache_clear()


def read() -> Group:
    class Soup(Group, section="soup", affects="parser"):
        """How soup is made."""

        salt: int = setting(40, "grains", "Of salt.")
        share: float = setting(0.5, "share", "Of water.", le=1)
        sizes: tuple[int, ...] = setting((1, 2), "bowls", "That there are.")

    return Soup.read()


def test_without_a_file_and_variables_the_defaults_hold() -> None:
    assert vars(read()) == {"salt": 40, "share": 0.5, "sizes": (1, 2)}
    assert changed("parser") == {}
    check()


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.write_text("[soup]\nsalt = 3\nshare = 0.25\n", encoding="utf-8")
    monkeypatch.setenv("YUANWEN_SOUP_SALT", "7")

    assert vars(read()) == {"salt": 7, "share": 0.25, "sizes": (1, 2)}
    assert changed("parser") == {"soup.salt": 7, "soup.share": 0.25}
    assert changed("chunks") == {}
    check()


def test_a_list_in_the_environment_is_written_as_in_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANWEN_SOUP_SIZES", "[3, 5, 8]")

    assert vars(read())["sizes"] == (3, 5, 8)
    check()


def test_a_setting_cannot_be_assigned() -> None:
    soup = read()

    with pytest.raises(AttributeError, match=r"soup\.salt is read once"):
        soup.salt = 1


def test_the_table_has_name_default_value_unit_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUANWEN_SOUP_SALT", "7")
    read()
    first = table()[0]

    assert (first.variable, first.default, first.value, first.unit, first.help) == (
        "YUANWEN_SOUP_SALT",
        40,
        7,
        "grains",
        "Of salt.",
    )


@pytest.mark.parametrize(
    ("value", "why"),
    [("-1", "greater than or equal to 1"), ("0", "greater than or equal to 1"), ("much", "valid integer")],
)
def test_a_variable_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, value: str, why: str) -> None:
    monkeypatch.setenv("YUANWEN_SOUP_SALT", value)

    assert vars(read())["salt"] == 40
    with pytest.raises(SettingsError, match=f"YUANWEN_SOUP_SALT = '{value}' cannot be used: .*{why}.* default is 40"):
        check()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[soup]\nsugar = 1\n", "there is no setting soup.sugar"),
        ("[stew]\nsalt = 1\n", "there is no setting stew"),
        ("salt = 1\n", "there is no setting salt"),
        ("[soup\n", "cannot be read as TOML"),
        ("[soup]\nshare = 1.5\n", "soup.share = 1.5 cannot be used"),
        ("[soup]\nshare = inf\n", "soup.share = inf cannot be used"),
        ("[soup]\nsalt = true\n", "soup.salt = 'True' cannot be used"),
        ("[soup]\nsizes = []\n", "soup.sizes = [] cannot be used"),
        ("[soup]\nsizes = [1, 0]\n", "soup.sizes = [1, 0] cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(alone: Path, written: str, said: str) -> None:
    alone.write_text(written, encoding="utf-8")
    read()

    with pytest.raises(SettingsError) as raised:
        check()
    assert said in str(raised.value)
    assert str(alone) in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "is_known"),
    [
        ("YUANWEN_SOUP_SUGAR", False),
        ("YUANWEN_SUOP_SALT", False),
        ("YUANWEN_BREAD_SALT", True),
        ("YUANWEN_TEXTS", True),
    ],
)
def test_a_variable_that_no_setting_has_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, is_known: bool
) -> None:
    """Unless it may be one of a group that is not imported, as bread is here."""
    monkeypatch.setenv(variable, "1")
    read()

    if is_known:
        check()
    else:
        with pytest.raises(SettingsError, match=f"there is no setting {variable}"):
            check()


def test_a_named_file_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YUANWEN_SETTINGS", str(tmp_path / "gone.toml"))
    read()

    with pytest.raises(SettingsError, match="there is no such settings file"):
        check()
