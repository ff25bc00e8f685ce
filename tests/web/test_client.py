"""The Python client, and the examples of docs/api.md, over a server."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from corpus.parse import parse
from index.catalog import Catalog
from index.encoders.base import Embedder
from index.searcher import Index
from qa.engine import Engine
from qa.qa_settings import Settings
from qa.service.background_engine import BackgroundEngine
from qa.service.index_jobs import IndexJobs
from qa.service.operations import Operations
from tests.web.page import SECRETARIAT, WEATHER, FakeEngine
from web.server.application import LazyApplication
from web.server.serving import Serving
from web.v1.public_api import v1_application
from web.v1.served_library import ServedLibrary
from yuanwen import Client, ClientError

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:7860"


def serving(library: ServedLibrary) -> Serving:
    api = LazyApplication(lambda: v1_application(lambda _: library))
    html = Route("/html/api/v1/documents", lambda _: Response("<p>"))
    return Serving(Starlette(routes=[html, Mount("/api/v1", api)]), host="127.0.0.1", port=0)


@pytest.fixture
def read_only(fake: FakeEngine) -> Iterator[str]:
    """The address of a server that nobody can change."""
    served = serving(ServedLibrary(Operations(fake)))
    yield served.address
    served.close()


def of_folder(folder: Path, embedder: Embedder) -> ServedLibrary:
    index = Index.open(folder)
    engine = BackgroundEngine(Catalog.of_index(index), lambda: Engine(index, embedder, Settings()))
    engine.start()
    assert engine.wait(60)
    return ServedLibrary(Operations(engine), IndexJobs(engine))


@pytest.fixture
def changing(fake_engine: Engine, tmp_path: Path) -> Iterator[str]:
    folder = shutil.copytree(str(fake_engine.index.folder), tmp_path / "index")
    served = serving(of_folder(folder, fake_engine.embedder))
    yield served.address
    served.close()


def test_what_is_asked_is_the_json_of_the_command_line(read_only: str, fake: FakeEngine) -> None:
    operations = Operations(fake)
    with Client(read_only) as client:
        hit = client.ask(SECRETARIAT)["hits"][0]
        assert client.ask(SECRETARIAT, form="bibtex", top=1) == operations.ask(SECRETARIAT, form="bibtex", top=1)
        assert client.ask("那里呢？", [SECRETARIAT], documents=["sco-2021"])["understood_as"] is not None
        assert client.ask("那里呢？", [SECRETARIAT], alone=True)["understood_as"] is None
        assert client.ask(WEATHER)["status"] == "not_found"
        assert client.check("三股势力") == operations.check("三股势力")
        assert client.cite(hit["passage_id"], "text", hit["spans"]) == operations.cite(hit["passage_id"], "text")
        assert client.documents() == operations.documents()
        assert client.document("sco-2021", ["sections"]) == operations.document("sco-2021", ["sections"])
        assert client.section("sco-2021", 1) == operations.section("sco-2021", 1)
        assert client.passage(hit["passage_id"]) == operations.passage(hit["passage_id"])
        assert client.find("三股势力", limit=1) == operations.find("三股势力", limit=1)
        assert client.find("三股势力", documents=["sco-2021"]) == operations.find("三股势力")


@pytest.mark.parametrize("name", ["laws/甲 乙?#%.txt", "..", "a\ud800", "a\nb", "0" * 16])
def test_a_document_of_any_name_can_be_read(name: str) -> None:
    """Also of one that no address can hold."""
    served = serving(ServedLibrary(Operations(FakeEngine(parse("第一篇。", name=name)))))
    with Client(served.address) as client:
        (listed,) = client.documents()
        assert listed["name"] == name
        assert client.document(name, ["text"])["text"] == "第一篇。"
        assert client.document(listed["id"])["id"] == listed["id"]
    served.close()


def test_what_is_refused_is_an_error_with_its_fields(read_only: str) -> None:
    with Client(read_only) as client:
        for name in ("没有", "../../x?y#z", "\ud800"):
            with pytest.raises(ClientError) as caught:
                client.document(name)
            assert caught.value.status == 404
            assert caught.value.title
            assert re.search("[一-龥]", caught.value.message.zh)
        with pytest.raises(ClientError, match="cannot be changed here") as caught:
            client.remove("sco-2021")
        assert caught.value.status == 403


def test_a_file_is_added_once_changed_and_removed(changing: str, tmp_path: Path) -> None:
    """By its path, or open; the client waits for it."""
    path = tmp_path / "报告.txt"
    path.write_text("我们共护安全稳定。", "utf-8")
    with Client(changing) as client:
        added = client.add(path)
        assert added["outcome"] == "added"
        assert added["document"] is not None
        assert client.add(path)["outcome"] == "unchanged"
        assert client.add(io.BytesIO(path.read_bytes()), "报告.txt")["outcome"] == "unchanged"
        begun = client.add(io.BytesIO("开启新征程。".encode()), "b.txt", wait=False)
        assert client.change(begun["number"])["number"] == begun["number"]
        assert client.remove(added["document"]["id"])["outcome"] == "removed"
        with pytest.raises(ClientError) as caught:
            client.add(io.BytesIO(b"\0\1\2"), "a.pdf")
        assert caught.value.status == 422
        with pytest.raises(ClientError, match="cannot be read"):
            client.add(tmp_path / "nothing.txt")


def test_a_server_that_is_not_there_or_is_another_is_said(read_only: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with Client(f"http://127.0.0.1:{port}", timeout=0.05) as client, pytest.raises(ClientError, match=r"0\.05 sec"):
            client.documents()
    for address, said in (
        (f"http://127.0.0.1:{port}", "does not answer"),
        ("nonsense", "is no address"),
        ("http://[::", "is no address"),
        (f"{read_only}html/", "is no JSON"),
    ):
        with pytest.raises(ClientError, match=said) as caught, Client(address) as client:
            client.documents()
        assert caught.value.status in (None, 200)


def curl(line: str, address: str) -> httpx.Response:
    """Do what a command line with curl does, for the options that the page uses."""
    words = shlex.split(line.replace(ADDRESS, address))
    method, url = "GET", ""
    request: dict[str, object] = {}
    assert words.pop(0) == "curl"
    while words:
        match words.pop(0):
            case "--json":
                method = "POST"
                request |= {"content": words.pop(0).encode(), "headers": {"content-type": "application/json"}}
            case "-F":
                method = "POST"
                name, _, path = words.pop(0).partition("=@")
                request["files"] = {name: (path, Path(path).read_bytes())}
            case "-X":
                method = words.pop(0)
            case "-G":
                pass
            case "--data-urlencode":
                name, _, value = words.pop(0).partition("=")
                request["params"] = {name: value}
            case word:
                assert word.startswith("http")
                url = word
    return httpx.request(method, url, timeout=60, trust_env=False, **request)  # type: ignore[arg-type]


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)


@pytest.mark.model
def test_the_examples_of_the_page_are_right(
    real_folder: Path,
    real_embedder: Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each command line prints what stands below it, where … is anything."""
    served = serving(of_folder(shutil.copytree(real_folder, tmp_path / "index"), real_embedder))
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text("第一条 猫应当吃鱼。\n", "utf-8")
    lines = [part for block in examples("console") for part in block.split("$ ")[1:]]
    assert len(lines) >= 10
    for line in lines:
        command, _, shown = line.partition("\n")
        pieces = [re.escape(piece.strip("\n ")) for piece in re.split("…", shown)]
        answer = curl(command, served.address.rstrip("/")).content.decode("utf-8")
        said = answer if "\\u" not in answer else answer.encode().decode("unicode_escape")
        assert re.match(".*?".join(pieces), said, re.DOTALL), (command, said)
    for block in examples("python"):
        exec(compile(block.replace(ADDRESS, served.address), "docs/api.md", "exec"), {})
    served.close()
    printed = capsys.readouterr().out
    assert "设在北京的秘书处" in printed
    assert "added {'id'" in printed
    assert "404 " in printed


@pytest.mark.parametrize("address", ["127.0.0.1:7911", "localhost", "", "ftp://localhost/", "http://"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(ClientError, match="is no address: write http://"):
        Client(address)


@pytest.mark.parametrize("token", ["坏", "a\nb", "a\x7f"])
def test_a_token_that_cannot_be_sent_is_not_shown(token: str) -> None:
    with pytest.raises(ClientError) as caught:
        Client(ADDRESS, token=token)
    assert token not in str(caught.value)


def test_a_token_comes_from_its_file_with_a_line_end(read_only: str) -> None:
    with Client(read_only, token="0123456789abcdef\n") as client:
        assert client.documents()


def test_a_folder_is_no_file(read_only: str, tmp_path: Path) -> None:
    with Client(read_only) as client, pytest.raises(ClientError, match="and a file"):
        client.add(tmp_path)
