"""The files that run it for others name what there is: options, folders, addresses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from app import _parser

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def words(directive: str) -> list[str]:
    """The list after a directive of the Dockerfile."""
    found = re.search(rf"^{directive} (\[.*\])$", read("Dockerfile"), re.MULTILINE)
    assert found
    return list(json.loads(found[1]))


def options_of_unit() -> list[str]:
    unit = read("deploy/yuanwen.service")
    start = re.search(r"^ExecStart=\S+/yuanwen serve (.*) \$YUANWEN_OPTIONS$", unit, re.MULTILINE)
    own = re.search(r"^Environment=YUANWEN_OPTIONS=(.*)$", unit, re.MULTILINE)
    assert start and own
    return f"{start[1]} {own[1]}".split()


def options_of_nginx() -> list[str]:
    found = re.search(r"^#   yuanwen serve (.*)$", read("deploy/nginx.conf"), re.MULTILINE)
    assert found
    return found[1].split()


def options_of_container() -> list[str]:
    command, serve, *own = words("ENTRYPOINT")
    assert (command, serve) == ("yuanwen", "serve")
    return [*own, *yaml.safe_load(read("compose.yaml"))["services"]["yuanwen"]["command"]]


@pytest.mark.parametrize("options", [options_of_unit, options_of_nginx, options_of_container])
def test_the_options_are_ours(options: Callable[[], list[str]]) -> None:
    parsed = _parser("yuanwen serve").parse_args(options())
    assert parsed.port == 7860


def test_the_image_gets_what_the_wheel_needs_and_nothing_else() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    beside = {"pyproject.toml", "requirements.txt", "constraints.txt", project["project"]["readme"], "LICENSE"}
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert let_in == beside | set(packed)
    assert "\n*\n" in read(".dockerignore")


def test_the_image_installs_as_make_setup_does() -> None:
    """torch first and alone, then what is pinned, then the product without what it depends on."""
    steps = ["^torch==", "--requirement requirements.txt", "--no-deps --no-build-isolation"]
    for name in ("Makefile", "Dockerfile"):
        places = [read(name).find(step) for step in steps]
        assert -1 not in places
        assert places == sorted(places)


def test_the_container_can_write_to_its_volume_alone() -> None:
    service = yaml.safe_load(read("compose.yaml"))["services"]["yuanwen"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert re.search(r"^USER yuanwen$", read("Dockerfile"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "yuanwen.service"
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", read("deploy/yuanwen.service"), flags=re.MULTILINE)
    unit.write_text(text)
    checked = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
